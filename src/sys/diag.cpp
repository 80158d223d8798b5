// SPDX-License-Identifier: MIT
// The only file that knows libmnl.
#include "sys/diag.hpp"

#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

#include "sys/datagrams.hpp"

namespace sys {

namespace {

struct SocketCloser {
  void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
};
using Socket = std::unique_ptr<mnl_socket, SocketCloser>;

Bytes payload_of(const nlmsghdr* message) {
  return {static_cast<const std::byte*>(mnl_nlmsg_get_payload(message)), mnl_nlmsg_get_payload_len(message)};
}

/// NLMSG_ALIGN of the headers, which does not compile without sign conversions.
constexpr std::size_t aligned(std::size_t length) {
  return (length + NLMSG_ALIGNTO - 1) / NLMSG_ALIGNTO * NLMSG_ALIGNTO;
}

/// How far a datagram brought the dump.
struct Progress {
  bool done = false;
  int error = 0;
  bool refused = false;  ///< the kernel itself ended it with that error; nothing of it goes on
};

/// mnl_cb_run(3) is not for us: it takes the NLMSG_DONE with -ENOENT, by which an inet protocol
/// without a diag module answers (net/ipv4/inet_diag.c), for an empty table.
Progress handle(const nlmsghdr* message, const std::function<void(Bytes)>& on_row) {
  switch (message->nlmsg_type) {
    case NLMSG_DONE:
      return {true, std::max(0, -copy_from<int>(payload_of(message))), true};
    case NLMSG_ERROR: {
      const auto answer = copy_from<nlmsgerr>(payload_of(message));
      return {true, answer.error < 0 ? -answer.error : 0, true};  // 0 is NLM_F_ACK's answer
    }
    case NLMSG_NOOP:
      return {};
    default:
      on_row(payload_of(message));
      return {};
  }
}

/// All messages of one datagram. One that is not the answer to this very request, or is broken,
/// voids the dump: what it displaced is unknown.
Progress handle_all(Bytes datagram, unsigned sequence, unsigned port, const std::function<void(Bytes)>& on_row) {
  const auto* message = reinterpret_cast<const nlmsghdr*>(datagram.data());
  int rest = static_cast<int>(datagram.size());
  for (; mnl_nlmsg_ok(message, rest); message = mnl_nlmsg_next(message, &rest)) {
    if (!mnl_nlmsg_portid_ok(message, port) || !mnl_nlmsg_seq_ok(message, sequence)) return {true, EPROTO};
    if ((message->nlmsg_flags & NLM_F_DUMP_INTR) != 0) return {true, EINTR};
    if (const Progress progress = handle(message, on_row); progress.done) return progress;
  }
  return {rest > 0, rest > 0 ? EPROTO : 0};
}

class KernelEvents : public DiagEvents {
 public:
  explicit KernelEvents(Socket socket) : socket_(std::move(socket)), buffer_(event_buffer) {}

  [[nodiscard]] int descriptor() const override { return mnl_socket_get_fd(socket_.get()); }
  int receive(const std::function<void(Bytes)>& on_row) override;
  [[nodiscard]] std::uint64_t lost() const override;

 private:
  static constexpr std::size_t event_buffer = 16384;  // a message has a few hundred bytes
  Socket socket_;
  std::vector<char> buffer_;
};

int KernelEvents::receive(const std::function<void(Bytes)>& on_row) {
  while (true) {
    const ssize_t length = mnl_socket_recvfrom(socket_.get(), buffer_.data(), buffer_.size());
    if (length < 0 && errno == EINTR) continue;
    if (length < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return 0;
    if (length <= 0) return length == 0 ? EPIPE : errno;
    // Nobody asked for it, so there is no number to compare.
    const Bytes datagram(reinterpret_cast<const std::byte*>(buffer_.data()), static_cast<std::size_t>(length));
    const unsigned port = mnl_socket_get_portid(socket_.get());
    if (const Progress progress = handle_all(datagram, 0, port, on_row); progress.error != 0) return progress.error;
  }
}

std::uint64_t KernelEvents::lost() const {
  std::array<std::uint32_t, SK_MEMINFO_VARS> numbers{};
  socklen_t size = sizeof numbers;
  if (::getsockopt(mnl_socket_get_fd(socket_.get()), SOL_SOCKET, SO_MEMINFO, numbers.data(), &size) != 0) return 0;
  return numbers[SK_MEMINFO_DROPS];
}

/// Room for what comes while nobody receives: some ten thousand announcements. Without CAP_NET_ADMIN it is what
/// net.core.rmem_max allows, some hundred.
void make_room(const mnl_socket* socket) {
  constexpr int room = 32 << 20;
  const int file = mnl_socket_get_fd(socket);
  if (::setsockopt(file, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) == 0) return;
  ::setsockopt(file, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
}

class KernelDiag : public Diag {
 public:
  explicit KernelDiag(int bus) : bus_(bus) {}

  DumpEnd dump(const DiagRequest& request, const std::function<void(Bytes)>& on_row) override;
  int look_up(const DiagRequest& request, const std::function<void(Bytes)>& on_row) override;
  Result<std::unique_ptr<DiagEvents>> watch_destroyed() override;
  InodesSoFar inodes_so_far() override { return InodesSoFar::now(); }
  int destroy(Bytes body) override;

 private:
  int open();
  int send(const DiagRequest& request, std::uint16_t flags);
  struct Ending {
    DumpEnd end;
    bool refused = false;  ///< the kernel itself ended it, so that nothing of it goes on
  };
  Ending receive_all(const std::function<void(Bytes)>& on_row);
  DumpEnd receive(const std::function<void(Bytes)>& on_row);

  int bus_;  ///< NETLINK_*
  Socket socket_;
  unsigned sequence_ = 0;
};

int KernelDiag::open() {
  if (socket_) return 0;
  socket_.reset(mnl_socket_open2(bus_, SOCK_CLOEXEC));
  if (!socket_) return errno;
  if (mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0) {
    const int error = errno;
    socket_.reset();
    return error;
  }
  // Before Linux 4.20 there is no such thing, and what a dump of routes was not to have comes too.
  int strictly = 1;
  if (bus_ == NETLINK_ROUTE) mnl_socket_setsockopt(socket_.get(), NETLINK_GET_STRICT_CHK, &strictly, sizeof strictly);
  return 0;
}

int KernelDiag::send(const DiagRequest& request, std::uint16_t flags) {
  std::vector<char> message(sizeof(nlmsghdr) + aligned(request.body.size()));
  nlmsghdr* header = mnl_nlmsg_put_header(message.data());
  header->nlmsg_type = request.type;
  header->nlmsg_flags = NLM_F_REQUEST | flags;
  header->nlmsg_seq = ++sequence_;
  void* body = mnl_nlmsg_put_extra_header(header, request.body.size());
  __builtin_memcpy(body, request.body.data(), request.body.size());
  return mnl_socket_sendto(socket_.get(), header, header->nlmsg_len) < 0 ? errno : 0;
}

DumpEnd KernelDiag::dump(const DiagRequest& request, const std::function<void(Bytes)>& on_row) {
  DumpEnd end;
  end.error = open();
  if (end.ok()) end.error = send(request, NLM_F_DUMP);
  return end.ok() ? receive(on_row) : end;
}

/// Without NLM_F_ACK nothing would follow a reply, and nobody could tell that it was the last.
int KernelDiag::look_up(const DiagRequest& request, const std::function<void(Bytes)>& on_row) {
  int error = open();
  if (error == 0) error = send(request, NLM_F_ACK);
  return error == 0 ? receive(on_row).error : error;
}

/// By itself, because nobody may receive any more when the socket is closed.
KernelDiag::Ending KernelDiag::receive_all(const std::function<void(Bytes)>& on_row) {
  Datagrams datagrams(mnl_socket_get_fd(socket_.get()));
  Ending ending;
  DumpEnd& end = ending.end;
  const unsigned port = mnl_socket_get_portid(socket_.get());
  bool done = false;
  bool had_rows = false;
  while (end.ok() && !done) {
    const auto datagram = datagrams.next();
    if (!datagram) {
      end.error = datagram.error();
      break;
    }
    bool has_rows = false;
    const Progress progress = handle_all(*datagram, sequence_, port, [&](Bytes row) {
      has_rows = true;
      on_row(row);
    });
    // The end comes in a datagram of its own. The first one holds about 3.7 KiB, a row at most 600 bytes.
    constexpr std::size_t surely_not_full = 3000;
    end.in_one_piece = end.in_one_piece && (!has_rows || (!had_rows && datagram->size() <= surely_not_full));
    had_rows = had_rows || has_rows;
    done = progress.done;
    ending.refused = progress.refused;
    end.error = progress.error;
  }
  return ending;
}

/// A dump that broke off goes on inside the socket, which answers EBUSY to the next one.
DumpEnd KernelDiag::receive(const std::function<void(Bytes)>& on_row) {
  const auto [end, refused] = receive_all(on_row);
  if (!end.ok() && !refused) socket_.reset();
  return end;
}

Result<std::unique_ptr<DiagEvents>> KernelDiag::watch_destroyed() {
  using Answer = Result<std::unique_ptr<DiagEvents>>;
  constexpr unsigned groups = 1U << (SKNLGRP_INET_TCP_DESTROY - 1) | 1U << (SKNLGRP_INET_UDP_DESTROY - 1) |
                              1U << (SKNLGRP_INET6_TCP_DESTROY - 1) | 1U << (SKNLGRP_INET6_UDP_DESTROY - 1);
  Socket socket(mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC | SOCK_NONBLOCK));
  if (!socket) return Answer::failure(errno);
  make_room(socket.get());
  if (mnl_socket_bind(socket.get(), groups, MNL_SOCKET_AUTOPID) < 0) return Answer::failure(errno);
  return std::unique_ptr<DiagEvents>(std::make_unique<KernelEvents>(std::move(socket)));
}

int KernelDiag::destroy(Bytes body) {
  int error = open();
  if (error == 0) error = send({SOCK_DESTROY, body}, NLM_F_ACK);
  return error == 0 ? receive([](Bytes) {}).error : error;
}

}  // namespace

std::optional<Attribute> next_attribute(Bytes& rest) {
  const auto* attribute = reinterpret_cast<const nlattr*>(rest.data());
  if (rest.empty() || !mnl_attr_ok(attribute, static_cast<int>(rest.size()))) return std::nullopt;
  const Attribute found{
      mnl_attr_get_type(attribute),
      {static_cast<const std::byte*>(mnl_attr_get_payload(attribute)), mnl_attr_get_payload_len(attribute)}};
  rest = rest.subspan(std::min<std::size_t>(aligned(attribute->nla_len), rest.size()));
  return found;
}

Bytes find_attribute(Bytes attributes, std::uint16_t type) {
  while (const auto attribute = next_attribute(attributes)) {
    if (attribute->type == type) return attribute->payload;
  }
  return {};
}

void append_attribute(std::vector<std::byte>& request, std::uint16_t type, Bytes payload) {
  const nlattr header{static_cast<std::uint16_t>(sizeof header + payload.size()), type};
  const auto head = std::as_bytes(std::span(&header, 1));
  request.resize(aligned(request.size()));
  request.insert(request.end(), head.begin(), head.end());
  request.insert(request.end(), payload.begin(), payload.end());
  request.resize(aligned(request.size()));
}

std::unique_ptr<Diag> open_diag() { return std::make_unique<KernelDiag>(NETLINK_SOCK_DIAG); }

std::unique_ptr<Dumps> open_netfilter() { return std::make_unique<KernelDiag>(NETLINK_NETFILTER); }

std::unique_ptr<Dumps> open_routes() { return std::make_unique<KernelDiag>(NETLINK_ROUTE); }

}  // namespace sys

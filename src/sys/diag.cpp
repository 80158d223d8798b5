// SPDX-License-Identifier: MIT
// The only file that knows libmnl.
#include "sys/diag.hpp"

#include <libmnl/libmnl.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <vector>

namespace sys {

namespace {

struct SocketCloser {
  void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
};
using Socket = std::unique_ptr<mnl_socket, SocketCloser>;

/// What the callbacks of one dump share.
struct DumpState {
  const std::function<void(Bytes)>& on_row;
  int error = 0;
};

Bytes payload_of(const nlmsghdr* message) {
  return {static_cast<const std::byte*>(mnl_nlmsg_get_payload(message)), mnl_nlmsg_get_payload_len(message)};
}

/// NLMSG_ALIGN of the headers, which does not compile without sign conversions.
constexpr std::size_t aligned(std::size_t length) {
  return (length + NLMSG_ALIGNTO - 1) / NLMSG_ALIGNTO * NLMSG_ALIGNTO;
}

int on_data(const nlmsghdr* message, void* data) {
  static_cast<DumpState*>(data)->on_row(payload_of(message));
  return MNL_CB_OK;
}

/// An inet protocol without a diag module answers a dump with NLMSG_DONE that carries -ENOENT
/// (net/ipv4/inet_diag.c); libmnl's own handler would take it for an empty table.
int on_done(const nlmsghdr* message, void* data) {
  const int code = copy_from<int>(payload_of(message));
  if (code < 0) static_cast<DumpState*>(data)->error = -code;
  return MNL_CB_STOP;
}

int on_error(const nlmsghdr* message, void* data) {
  const auto answer = copy_from<nlmsgerr>(payload_of(message));
  static_cast<DumpState*>(data)->error = answer.error < 0 ? -answer.error : EPROTO;
  return MNL_CB_STOP;
}

class KernelDiag : public Diag {
 public:
  DumpEnd dump(const DiagRequest& request, const std::function<void(Bytes)>& on_row) override;
  std::uint32_t marker() override;

 private:
  int open();
  int send(const DiagRequest& request);

  // The kernel fills at most 32 KiB a datagram, and as much as the largest buffer used so far
  // (netlink_dump in net/netlink/af_netlink.c); MNL_SOCKET_BUFFER_SIZE is only 4 KiB here.
  static constexpr std::size_t buffer_size = 65536;

  Socket socket_;
  unsigned sequence_ = 0;
  std::vector<char> buffer_;
};

int KernelDiag::open() {
  if (socket_) return 0;
  socket_.reset(mnl_socket_open2(NETLINK_SOCK_DIAG, SOCK_CLOEXEC));
  if (!socket_) return errno;
  if (mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0) {
    const int error = errno;
    socket_.reset();
    return error;
  }
  buffer_.resize(buffer_size);
  return 0;
}

int KernelDiag::send(const DiagRequest& request) {
  std::vector<char> message(sizeof(nlmsghdr) + aligned(request.body.size()));
  nlmsghdr* header = mnl_nlmsg_put_header(message.data());
  header->nlmsg_type = request.type;
  header->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  header->nlmsg_seq = ++sequence_;
  void* body = mnl_nlmsg_put_extra_header(header, request.body.size());
  __builtin_memcpy(body, request.body.data(), request.body.size());
  return mnl_socket_sendto(socket_.get(), header, header->nlmsg_len) < 0 ? errno : 0;
}

DumpEnd KernelDiag::dump(const DiagRequest& request, const std::function<void(Bytes)>& on_row) {
  DumpEnd end;
  end.error = open();
  if (!end.ok()) return end;
  end.error = send(request);

  std::array<mnl_cb_t, NLMSG_DONE + 1> control{};
  control[NLMSG_ERROR] = on_error;
  control[NLMSG_DONE] = on_done;
  DumpState state{on_row};
  const unsigned port = mnl_socket_get_portid(socket_.get());
  int verdict = MNL_CB_OK;
  while (end.ok() && verdict == MNL_CB_OK) {
    const ssize_t length = mnl_socket_recvfrom(socket_.get(), buffer_.data(), buffer_.size());
    if (length < 0 && errno == EINTR) continue;
    if (length <= 0) {
      end.error = length == 0 ? EPIPE : errno;  // ENOSPC: a datagram was cut, so rows are lost
      break;
    }
    ++end.datagrams;
    verdict = mnl_cb_run2(buffer_.data(), static_cast<std::size_t>(length), sequence_, port, on_data, &state,
                          control.data(), control.size());
    if (verdict == MNL_CB_ERROR) end.error = errno;  // EINTR: the kernel says the table changed (NLM_F_DUMP_INTR)
    if (state.error != 0) end.error = state.error;
  }
  // A dump that broke off goes on inside the socket, which answers EBUSY to the next one.
  if (!end.ok()) socket_.reset();
  return end;
}

std::uint32_t KernelDiag::marker() {
  struct stat facts {};
  if (open() != 0 || ::fstat(mnl_socket_get_fd(socket_.get()), &facts) != 0) return 0;
  return static_cast<std::uint32_t>(facts.st_ino);
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

std::unique_ptr<Diag> open_diag() { return std::make_unique<KernelDiag>(); }

}  // namespace sys

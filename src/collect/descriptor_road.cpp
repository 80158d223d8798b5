// SPDX-License-Identifier: MIT
// vm_sockets.h wants struct sockaddr first.
#include <sys/socket.h>

#include "collect/descriptor_road.hpp"

#include <linux/sock_diag.h>
#include <linux/vm_sockets.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <unordered_set>

#include "collect/borrower.hpp"
#include "collect/errors.hpp"
#include "collect/holders.hpp"
#include "collect/visibility.hpp"
#include "collect/vsock_row.hpp"

namespace collect {

using portscope::DetailKind;
using portscope::OwnerStatus;
using portscope::Socket;
using sys::BorrowedSocket;

namespace {

using MemoryInfo = std::array<std::uint32_t, SK_MEMINFO_VARS>;

class DescriptorSearch {
 public:
  DescriptorSearch(const Family& family, const Question& question, std::uint64_t netns_cookie)
      : family_(family), question_(question), netns_cookie_(netns_cookie) {}

  Finding run();

 private:
  [[nodiscard]] bool is_wanted(const Descriptor& descriptor) const;
  void look_into(const HolderScan& scan);
  int add(const BorrowedSocket& borrowed);
  void explain(const WalkLimits& limits);

  const Family& family_;
  const Question& question_;
  std::uint64_t netns_cookie_;
  Borrower borrower_;
  std::unordered_set<std::uint32_t> done_;     // inodes
  std::unordered_set<std::uint32_t> refused_;  // of these some are done through another holder
  int refusal_ = 0;
  Finding finding_;
};

Finding DescriptorSearch::run() {
  const auto limits = walk_holders(
      question_.doors.proc, [this](const Descriptor& descriptor) { return is_wanted(descriptor); }, WalkScope{},
      [this](const sys::Directory&, const HolderScan& scan) { look_into(scan); });
  explain(limits);
  return std::move(finding_);
}

bool DescriptorSearch::is_wanted(const Descriptor& descriptor) const {
  if (done_.contains(descriptor.inode)) return false;
  const auto name = sys::protocol_name(descriptor.tid != 0 ? descriptor.tid : descriptor.pid, descriptor.fd);
  const auto& names = family_.counters;
  return name && !name->empty() && std::find(names.begin(), names.end(), *name) != names.end();
}

void DescriptorSearch::look_into(const HolderScan& scan) {
  for (const portscope::Holder& holder : scan.holders) {
    if (done_.contains(holder.inode)) continue;
    const auto borrowed = borrower_.borrow(scan.pid, holder);
    const int error = borrowed ? add(*borrowed) : borrowed.error();
    if (error == 0) {
      done_.insert(holder.inode);
    } else if (!has_moved_on(error)) {
      refused_.insert(holder.inode);
      if (refusal_ == 0) refusal_ = error;
    }
  }
}

/// Returns 0 when the socket is dealt with, which it is too when it belongs elsewhere.
int DescriptorSearch::add(const BorrowedSocket& borrowed) {
  const auto netns = borrowed.netns_cookie();
  const auto file = borrowed.file();
  if (!netns || !file) return !netns ? netns.error() : file.error();
  if (*netns != netns_cookie_) return 0;
  const auto told = family_.describe(borrowed);
  if (!told) return 0;
  Socket socket = *told;
  socket.source = portscope::Source::descriptor;
  socket.inode = file->inode;
  socket.uid = file->uid;
  if (const auto cookie = borrowed.cookie()) socket.cookie = *cookie;
  ++finding_.pass.counted;
  Socket* kept = keep(question_, finding_.pass, socket);
  if (kept == nullptr || !question_.needs(portscope::Need::memory)) return 0;
  const auto memory = borrowed.option<MemoryInfo>(SOL_SOCKET, SO_MEMINFO);
  if (memory) kept->details = question_.details.add_value(kept->details, DetailKind::memory, *memory);
  return 0;
}

void DescriptorSearch::explain(const WalkLimits& limits) {
  finding_.pass.error = limits.error;
  const Visibility visibility = judge_visibility(question_.doors.proc, limits);
  for (const std::uint32_t inode : done_) refused_.erase(inode);
  if (!refused_.empty()) {
    finding_.why = errno_name(refusal_);
    finding_.remedy = remedy_for_borrowing(refusal_);
  } else if (visibility.status != OwnerStatus::kernel) {
    finding_.why = visibility.why;
    finding_.remedy = visibility.remedy;
  }
}

/// A number that every socket has.
std::uint32_t option_of(const BorrowedSocket& borrowed, int name) {
  const auto number = borrowed.option<std::uint32_t>(SOL_SOCKET, name);
  return number ? *number : 0;
}

}  // namespace

Finding find_by_descriptor(const Family& family, const Question& question) {
  const auto cookie = sys::own_netns_cookie();
  if (cookie) return DescriptorSearch(family, question, *cookie).run();
  Finding nothing;
  nothing.pass.error = cookie.error();
  nothing.why = errno_name(cookie.error());
  nothing.remedy = "which network namespace a socket is in can be told since Linux 5.14";
  return nothing;
}

std::optional<Socket> describe_vsock(const BorrowedSocket& borrowed) {
  // include/net/tcp_states.h. A connection that is being made, or was shut down, looks unconnected.
  constexpr std::uint8_t established = 1;
  constexpr std::uint8_t closed = 7;
  constexpr std::uint8_t listening = 10;
  VsockFacts facts;
  facts.type = option_of(borrowed, SO_TYPE);
  facts.local = {VMADDR_CID_ANY, VMADDR_PORT_ANY};
  facts.peer = facts.local;
  if (const auto name = borrowed.name<sockaddr_vm>()) facts.local = {name->svm_cid, name->svm_port};
  const auto peer = borrowed.peer_name<sockaddr_vm>();
  if (peer) facts.peer = {peer->svm_cid, peer->svm_port};
  facts.state = peer ? established : closed;
  if (option_of(borrowed, SO_ACCEPTCONN) != 0) facts.state = listening;
  return vsock_socket(facts);
}

/// It does not say what it is bound to: AF_XDP has no getsockname(2).
std::optional<Socket> describe_xdp(const BorrowedSocket& borrowed) {
  Socket socket;
  socket.transport = portscope::Transport::xdp;
  socket.family = portscope::Family::xdp;
  socket.type = portscope::SocketType::raw;
  socket.state = portscope::State::unconnected;
  socket.state_id = 7;
  const auto memory = borrowed.option<MemoryInfo>(SOL_SOCKET, SO_MEMINFO);
  if (memory) socket.drops = memory->at(SK_MEMINFO_DROPS);
  return socket;
}

}  // namespace collect

// SPDX-License-Identifier: MIT
#include "act/still_holds.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>

#include "collect/holders.hpp"
#include "collect/process_facts.hpp"

namespace act {

using portscope::Holder;
using portscope::Snapshot;
using portscope::Socket;

namespace {

constexpr int protocol_of_mptcp = 262;  // IPPROTO_MPTCP, newer than some headers

const Socket* socket_of(const Snapshot& snapshot, std::uint32_t inode) {
  const auto found = std::find_if(snapshot.sockets.begin(), snapshot.sockets.end(),
                                  [&](const Socket& socket) { return socket.inode == inode; });
  return found != snapshot.sockets.end() ? &*found : nullptr;
}

/// The cookie proves what the inode makes likely: inode numbers come round again. The row of a TCP socket that belongs
/// to an MPTCP one has a cookie of its own, while descriptor and inode are the MPTCP socket's.
bool is_same(const sys::BorrowedSocket& borrowed, const Holder& holder, const Snapshot& before) {
  const auto file = borrowed.file();
  if (!file || file->inode != holder.inode) return false;
  const Socket* shown = socket_of(before, holder.inode);
  const auto cookie = borrowed.cookie();
  if (shown == nullptr || shown->cookie == 0 || !cookie || *cookie == shown->cookie) return true;
  const auto protocol = borrowed.option<int>(SOL_SOCKET, SO_PROTOCOL);
  return shown->transport == portscope::Transport::tcp && protocol && *protocol == protocol_of_mptcp;
}

bool links_to(const sys::Directory& directory, const Holder& holder) {
  const std::string table = holder.tid == 0 ? "fd/" : "task/" + std::to_string(holder.tid) + "/fd/";
  std::array<char, 64> buffer{};
  const auto link = directory.link((table + std::to_string(holder.fd)).c_str(), buffer);
  return link && collect::socket_inode(*link) == holder.inode;
}

/// A descriptor says "not here any more"; every other error only that it may not be duplicated.
bool is_answer(int error) { return error == EBADF || error == ESRCH; }

bool has(const sys::ProcessHandle& handle, const sys::Directory& directory, const Holder& holder,
         const Snapshot& before) {
  // Of a thread with a table of its own, the process cannot be asked.
  if (holder.tid == 0) {
    const auto borrowed = handle.borrow(holder.fd);
    if (borrowed) return is_same(*borrowed, holder, before);
    if (is_answer(borrowed.error())) return false;
  }
  return links_to(directory, holder);
}

/// The start is counted from boot, which is known to a tick of the clock; two readings may differ by one.
bool is_same_process(const Stage& stage, const sys::Directory& directory, const portscope::Process& shown) {
  constexpr auto tolerance = std::chrono::milliseconds(20);
  portscope::StringPool strings;
  const auto process = collect::read_process(directory, shown.pid, stage.boot, strings);
  if (!process || !process->start_time || !shown.start_time) return false;
  const auto difference = *process->start_time - *shown.start_time;
  return difference <= tolerance && difference >= -tolerance;
}

}  // namespace

Proof still_holds(const Stage& stage, const sys::ProcessHandle& handle, const Snapshot& before,
                  const portscope::PortOwner& holder) {
  const portscope::Process& shown = before.processes[holder.process];
  if (!stage.proc.root()) return Proof::other;
  const auto directory = stage.proc.root()->directory(std::to_string(shown.pid).c_str());
  const bool same = directory && is_same_process(stage, *directory, shown) &&
                    std::any_of(holder.descriptors.begin(), holder.descriptors.end(),
                                [&](const Holder& descriptor) { return has(handle, *directory, descriptor, before); });
  // While it has not been waited for, its number is nobody else's: what was read under that number was its own.
  const int pidfd = handle.descriptor();
  if (handle.send(0) == ESRCH || !sys::wait_readable({&pidfd, 1}, std::chrono::milliseconds(0)).empty()) {
    return Proof::ended;
  }
  return same ? Proof::same : Proof::other;
}

}  // namespace act

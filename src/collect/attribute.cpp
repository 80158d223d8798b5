// SPDX-License-Identifier: MIT
#include "collect/attribute.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <numeric>
#include <optional>
#include <string>
#include <unordered_set>

#include "collect/errors.hpp"
#include "collect/holders.hpp"
#include "collect/process_facts.hpp"
#include "collect/roads.hpp"
#include "collect/visibility.hpp"

namespace collect {

using portscope::Gap;
using portscope::Holder;
using portscope::Need;
using portscope::OwnerStatus;
using portscope::Snapshot;
using portscope::Socket;

namespace {

/// Who is at the other end of a Unix socket is worth knowing even when that end is not shown.
void add_peers(const Snapshot& snapshot, const Socket& socket, std::vector<std::uint32_t>& inodes) {
  const auto* peer = unix_end(socket.peer);
  if (peer != nullptr && peer->inode != 0) inodes.push_back(peer->inode);
  if (socket.transport != portscope::Transport::unix_socket) return;
  for (const auto& sender :
       snapshot.details.list<portscope::UnixEndpoint>(socket.details, portscope::DetailKind::unix_senders)) {
    inodes.push_back(sender.inode);
  }
}

std::vector<std::uint32_t> wanted_inodes(const Snapshot& snapshot) {
  std::vector<std::uint32_t> inodes;
  inodes.reserve(snapshot.sockets.size());
  for (const Socket& socket : snapshot.sockets) {
    if (socket.inode != 0) inodes.push_back(socket.inode);
    add_peers(snapshot, socket, inodes);
  }
  std::sort(inodes.begin(), inodes.end());
  inodes.erase(std::unique(inodes.begin(), inodes.end()), inodes.end());
  return inodes;
}

/// Whether the descriptor still is that socket, asked through the directory that was open while
/// name and start were read: neither a recycled pid nor an exec in between can put the blame on
/// a stranger.
bool still_holds(const sys::Directory& process, const Holder& holder) {
  const std::string table = holder.tid == 0 ? "fd/" : "task/" + std::to_string(holder.tid) + "/fd/";
  std::array<char, 64> buffer{};
  const auto link = process.link((table + std::to_string(holder.fd)).c_str(), buffer);
  return link && socket_inode(*link) == holder.inode;
}

/// The holders that must be asked that. To ask it of thousands would take as long as finding
/// them; where a process was the same program before the later ones were seen and after it was
/// described, the answer for those is known.
std::vector<Holder> doubtful(const sys::Directory& process, const HolderScan& scan) {
  const std::string before = program_of(scan.stat);
  const auto stat = process.read("stat");
  const bool same_program = !before.empty() && stat && program_of(*stat) == before;
  return same_program ? scan.early : scan.holders;
}

/// The kernel's own netlink sockets have port 0 (net/netlink/af_netlink.c, __netlink_kernel_create).
bool is_made_by_kernel(const Socket& socket) {
  const auto* end = std::get_if<portscope::NetlinkEndpoint>(&socket.local);
  return end != nullptr && end->port_id == 0;
}

/// A row of a table in which names read like rows (EBADMSG, see roads.cpp) may stand for nothing.
bool may_be_forged(const Snapshot& snapshot, const Socket& socket) {
  const auto is_of_its_table = [&](const Gap& gap) {
    return gap.transport == socket.transport && gap.why == errno_name(EBADMSG);
  };
  return std::any_of(snapshot.gaps.begin(), snapshot.gaps.end(), is_of_its_table);
}

/// Whether nothing else is asked of who holds the socket; else all of them must be known, such as for
/// `pid = 1 and pid != 2`.
bool asks_nothing_else(const portscope::Expression& filter, const std::vector<portscope::Condition>& conditions) {
  std::size_t asking = 0;
  each_condition(filter, [&](const portscope::Condition& condition) {
    if (needs_of(portscope::make_condition(condition)).contains(Need::owners)) ++asking;
  });
  return asking == conditions.size();
}

class Attribution {
 public:
  Attribution(const Question& question, portscope::Time boot, Snapshot& snapshot)
      : question_(question), boot_(boot), snapshot_(snapshot) {}

  void run();

 private:
  void walk(const std::vector<std::uint32_t>& wanted, const WalkScope& scope);
  bool drop_others_sockets();
  void add(const sys::Directory& directory, HolderScan scan);
  void sort();
  void judge();
  std::uint32_t position_of(const portscope::Process& process);
  [[nodiscard]] bool may_have_overlooked() const;
  std::vector<std::uint32_t> unowned_inodes();
  std::optional<std::unordered_set<std::uint32_t>> still_open(const std::vector<Socket*>& unowned);

  const Question& question_;
  portscope::Time boot_;
  Snapshot& snapshot_;
  WalkLimits limits_;
  std::ptrdiff_t known_processes_ = 0;      // found by earlier walks
  std::unordered_set<std::uint32_t> lost_;  // seen to be held, but not when asked again
};

void Attribution::run() {
  const bool is_decided = drop_others_sockets();
  if (is_decided && !question_.shown.contains(Need::owners) && !question_.shown.contains(Need::set_options)) {
    return judge();
  }
  snapshot_.holders.clear();
  snapshot_.processes.clear();
  known_processes_ = 0;
  auto wanted = wanted_inodes(snapshot_);
  if (!wanted.empty()) walk(wanted, {Care::usual, Hands::many});
  // A socket that nobody was seen to hold may have changed hands behind our back. Where some
  // processes may not be read, another walk would not tell either.
  constexpr int more_walks = 2;
  for (int more = 0; more < more_walks && may_have_overlooked(); ++more) {
    wanted = unowned_inodes();
    if (wanted.empty()) break;
    walk(wanted, {Care::thorough, Hands::many});
  }
  judge();
}

bool Attribution::may_have_overlooked() const {
  return (limits_.moved || limits_.guessed) && limits_.unreadable == 0 && limits_.error == 0;
}

/// Where the filter asks for certain processes, those are looked into first: what none of them
/// holds is not wanted, and all the others are then asked only who else holds the rest. False when
/// there is no such condition, or not all processes can be seen, or others decide as well.
bool Attribution::drop_others_sockets() {
  const auto& filter = question_.request.selection.filter;
  const auto conditions = holder_conditions(filter);
  const auto wanted = wanted_inodes(snapshot_);
  if (conditions.empty() || wanted.empty()) return false;
  walk(wanted, {Care::usual, Hands::many, [&](const sys::Directory& process, std::int32_t pid) {
                  const auto name = process.read("comm");
                  const std::string_view text = name ? std::string_view(*name).substr(0, name->rfind('\n')) : "";
                  return std::any_of(conditions.begin(), conditions.end(),
                                     [&](const auto& condition) { return holds_of_process(condition, pid, text); });
                }});
  if (judge_visibility(question_.doors.proc, limits_).status != OwnerStatus::kernel) return false;
  std::erase_if(snapshot_.sockets, [&](const Socket& socket) { return snapshot_.holders_of(socket).empty(); });
  return asks_nothing_else(filter, conditions);
}

void Attribution::walk(const std::vector<std::uint32_t>& wanted, const WalkScope& scope) {
  limits_ = walk_holders(question_.doors.proc, wanted, scope,
                         [&](const sys::Directory& directory, HolderScan scan) { add(directory, std::move(scan)); });
  sort();
  known_processes_ = static_cast<std::ptrdiff_t>(snapshot_.processes.size());
}

/// Of the sockets that the kernel still lists.
std::vector<std::uint32_t> Attribution::unowned_inodes() {
  std::vector<Socket*> unowned;
  for (Socket& socket : snapshot_.sockets) {
    if (socket.inode != 0 && snapshot_.holders_of(socket).empty()) unowned.push_back(&socket);
  }
  if (unowned.empty()) return {};
  const auto open = still_open(unowned);
  std::vector<std::uint32_t> inodes;
  for (const Socket* socket : unowned) {
    if (!open || open->contains(socket->inode)) inodes.push_back(socket->inode);
  }
  std::sort(inodes.begin(), inodes.end());
  return inodes;
}

void Attribution::add(const sys::Directory& directory, HolderScan scan) {
  auto process = read_process(directory, scan.pid, boot_, snapshot_.strings);
  if (process && question_.request.needs.contains(Need::process_details)) {
    read_details(directory, *process, snapshot_.strings);
  }
  const std::vector<Holder> asked = process ? doubtful(directory, scan) : scan.holders;
  for (const Holder& holder : asked) {
    if (process && still_holds(directory, holder)) continue;
    lost_.insert(holder.inode);
    std::erase(scan.holders, holder);
  }
  if (scan.holders.empty()) return;
  const std::uint32_t position = position_of(*process);
  for (Holder& holder : scan.holders) {
    holder.process = position;
    snapshot_.holders.push_back(holder);
  }
}

/// A process that an earlier walk found has its place already; another one with its number has not.
std::uint32_t Attribution::position_of(const portscope::Process& process) {
  auto& processes = snapshot_.processes;
  const auto earlier = processes.begin() + known_processes_;
  const auto place = std::find_if(processes.begin(), earlier, [&](const auto& known) {
    return known.pid == process.pid && known.start_time == process.start_time;
  });
  if (place != earlier) return static_cast<std::uint32_t>(place - processes.begin());
  processes.push_back(process);
  return static_cast<std::uint32_t>(processes.size() - 1);
}

/// Processes by pid, holders by inode and then in the order of the processes.
void Attribution::sort() {
  auto& processes = snapshot_.processes;
  std::vector<std::uint32_t> order(processes.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return processes[a].pid < processes[b].pid; });
  std::vector<portscope::Process> sorted;
  sorted.reserve(order.size());
  std::vector<std::uint32_t> new_position(order.size());
  for (const std::uint32_t old : order) {
    new_position[old] = static_cast<std::uint32_t>(sorted.size());
    sorted.push_back(processes[old]);
  }
  processes = std::move(sorted);
  for (Holder& holder : snapshot_.holders) holder.process = new_position[holder.process];
  std::sort(snapshot_.holders.begin(), snapshot_.holders.end());
}

/// Inodes of the sockets that the kernel lists now, whatever has become of them; nothing when it
/// cannot be asked again. Who is missing there was closed while we walked.
std::optional<std::unordered_set<std::uint32_t>> Attribution::still_open(const std::vector<Socket*>& unowned) {
  portscope::Request request;
  request.source = question_.request.source;
  request.selection.transports = {};
  for (const Socket* socket : unowned) request.selection.transports.insert(socket->transport);
  const Question question{question_.doors, request, question_.strings, question_.details};
  std::unordered_set<std::uint32_t> inodes;
  for (const Family& family : families()) {
    if (!request.selection.transports.contains(family.transport)) continue;
    const Reading reading = read_family(family, question);
    if (reading.unreadable) return std::nullopt;
    for (const Socket& socket : reading.sockets) inodes.insert(socket.inode);
  }
  return inodes;
}

void Attribution::judge() {
  std::vector<Socket*> unowned;
  for (Socket& socket : snapshot_.sockets) {
    if (is_made_by_kernel(socket)) {
      socket.owner_status = OwnerStatus::kernel;
    } else if (socket.inode == 0) {
      socket.owner_status = OwnerStatus::none;
    } else if (!snapshot_.holders_of(socket).empty()) {
      socket.owner_status = OwnerStatus::known;
    } else {
      unowned.push_back(&socket);
    }
  }
  if (unowned.empty()) return;
  const Visibility visibility = judge_visibility(question_.doors.proc, limits_);
  const auto open = still_open(unowned);
  std::uint64_t unseen = 0;
  for (Socket* socket : unowned) {
    const bool closed = open && !open->contains(socket->inode);
    // What the kernel makes belongs to root; another user's socket has a holder that moved on.
    const bool not_the_kernels =
        visibility.status == OwnerStatus::kernel && (socket->uid.value_or(0) != 0 || may_be_forged(snapshot_, *socket));
    const bool vanished = closed || not_the_kernels || lost_.contains(socket->inode);
    socket->owner_status = vanished ? OwnerStatus::gone : visibility.status;
    if (!vanished) ++unseen;
  }
  if (unseen > 0 && visibility.status != OwnerStatus::kernel) {
    snapshot_.gaps.push_back({Gap::What::owners, std::nullopt, visibility.why, unseen, visibility.remedy});
  }
}

}  // namespace

void attribute(const Question& question, portscope::Time boot, Snapshot& snapshot) {
  Attribution(question, boot, snapshot).run();
}

}  // namespace collect

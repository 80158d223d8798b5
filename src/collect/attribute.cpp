// SPDX-License-Identifier: MIT
#include "collect/attribute.hpp"

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <optional>
#include <string>
#include <unordered_set>

#include "collect/digit_sort.hpp"
#include "collect/errors.hpp"
#include "collect/memory.hpp"
#include "collect/owner_match.hpp"
#include "collect/owner_recall.hpp"
#include "collect/owner_search.hpp"
#include "collect/owner_walk.hpp"
#include "collect/still_open.hpp"
#include "collect/visibility.hpp"
#include "collect/wanted.hpp"
#include "portscope/progress.hpp"

namespace collect {

using portscope::Gap;
using portscope::Need;
using portscope::OwnerStatus;
using portscope::Snapshot;
using portscope::Socket;

namespace {

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
  Attribution(const Question& question, portscope::Time boot, OwnerSearch* search, Snapshot& snapshot)
      : question_(question),
        search_(search),
        snapshot_(snapshot),
        owners_(snapshot),
        walk_(question, boot, owners_),
        match_(question, boot, owners_) {
    if (question.memory != nullptr) recall_.emplace(question, question.memory->holders, walk_, owners_);
  }

  void run();

 private:
  void look(const std::vector<WantedSocket>& wanted, Care care);
  bool look_by_iterator(const std::vector<WantedSocket>& wanted);
  bool drop_others_sockets();
  void point_to_holders(const std::vector<WantedSocket>& wanted);
  void judge();
  void note_broken_walk();
  [[nodiscard]] bool goes_by_iterator() const;
  [[nodiscard]] bool may_have_overlooked() const;
  [[nodiscard]] Visibility visibility() const;
  std::vector<WantedSocket> unowned_sockets();

  const Question& question_;
  OwnerSearch* search_;
  Snapshot& snapshot_;
  Owners owners_;
  OwnerWalk walk_;
  OwnerMatch match_;
  std::optional<OwnerRecall> recall_;
  int iterator_walks_ = 0;
  int iterator_error_ = 0;  // of the iterator that was asked for by name
};

void Attribution::run() {
  static constexpr portscope::Progress::Stage stage{"owners", "sockets"};
  portscope::progress().begin(stage, 0);
  const bool is_decided = !goes_by_iterator() && drop_others_sockets();
  if (is_decided && !question_.shown.contains(Need::owners) && !question_.shown.contains(Need::set_options)) {
    return judge();
  }
  owners_.clear();
  auto wanted = wanted_sockets(snapshot_);
  if (recall_) recall_->begin(wanted);
  if (!wanted.empty()) look(wanted, Care::usual);
  point_to_holders(wanted);
  // A socket that nobody was seen to hold may have changed hands behind our back.
  constexpr int more_walks = 2;
  for (int more = 0; more < more_walks && may_have_overlooked(); ++more) {
    wanted = unowned_sockets();
    if (wanted.empty()) break;
    look(wanted, Care::thorough);
  }
  judge();
  if (recall_) recall_->keep(snapshot_);
}

/// An iterator walks a first time beside the reading of the sockets, and once more for those that were opened
/// meanwhile. An observer, who has more time than CPU, lets it walk once, after that. What it still has not shown is
/// the kernel's own, or held by a process that is protected even from it: /proc lists that one all the same, if only to
/// refuse.
bool Attribution::goes_by_iterator() const {
  const int walks = question_.memory != nullptr ? 1 : 2;
  return search_ != nullptr && search_->has_iterator() && (iterator_walks_ < walks || iterator_error_ != 0);
}

void Attribution::look(const std::vector<WantedSocket>& wanted, Care care) {
  if (goes_by_iterator() && look_by_iterator(wanted)) return;
  const bool may_recall = recall_ && care == Care::usual;
  const auto inodes = may_recall ? recall_->look(wanted) : inodes_of(wanted);
  if (!inodes.empty()) walk_.look(inodes, {care, Hands::many});
}

/// False when there is another road, which has to be gone then.
bool Attribution::look_by_iterator(const std::vector<WantedSocket>& wanted) {
  const OwnerRecords records = search_->walk();
  ++iterator_walks_;
  if (records.error == 0) match_.look(wanted, records);
  if (!search_->has_iterator()) return false;
  iterator_error_ = records.error;
  return true;
}

/// So that nobody who looks at a million rows has to search.
void Attribution::point_to_holders(const std::vector<WantedSocket>& wanted) {
  const auto& holders = snapshot_.holders;
  std::size_t next = 0;
  for (const WantedSocket& socket : wanted) {
    while (next < holders.size() && holders[next].inode < socket.inode) ++next;
    if (socket.row != WantedSocket::no_row)
      snapshot_.sockets[socket.row].first_holder = static_cast<std::uint32_t>(next);
  }
}

/// Where some processes may not be read, another walk would not tell either.
bool Attribution::may_have_overlooked() const {
  if (iterator_walks_ > 0 && search_->has_iterator()) return iterator_error_ == 0;
  const WalkLimits& limits = walk_.limits();
  return (limits.moved || limits.guessed) && limits.unreadable == 0 && limits.error == 0;
}

Visibility Attribution::visibility() const {
  if (iterator_error_ != 0) return {OwnerStatus::hidden, errno_name(iterator_error_), search_->remedy(iterator_error_)};
  return judge_visibility(question_.doors.proc, walk_.limits());
}

/// Where the filter asks for certain processes, those are looked into first: what none of them
/// holds is not wanted, and all the others are then asked only who else holds the rest. False when
/// there is no such condition, or not all processes can be seen, or others decide as well.
bool Attribution::drop_others_sockets() {
  const auto& filter = question_.request.selection.filter;
  const auto conditions = holder_conditions(filter);
  const auto wanted = inodes_of(wanted_sockets(snapshot_));
  if (conditions.empty() || wanted.empty()) return false;
  walk_.look(wanted, {Care::usual, Hands::many, [&](const sys::Directory& process, std::int32_t pid) {
                        const auto name = process.read("comm");
                        const std::string_view text = name ? std::string_view(*name).substr(0, name->rfind('\n')) : "";
                        return std::any_of(conditions.begin(), conditions.end(), [&](const auto& condition) {
                          return holds_of_process(condition, pid, text);
                        });
                      }});
  if (visibility().status != OwnerStatus::kernel) return false;
  std::erase_if(snapshot_.sockets, [&](const Socket& socket) { return snapshot_.holders_of(socket).empty(); });
  return asks_nothing_else(filter, conditions);
}

/// Of the sockets that the kernel still lists.
std::vector<WantedSocket> Attribution::unowned_sockets() {
  std::vector<Socket*> unowned;
  for (Socket& socket : snapshot_.sockets) {
    if (socket.inode == 0 || !snapshot_.holders_of(socket).empty()) continue;
    if (!recall_ || !recall_->is_unheld(socket.inode, socket.cookie)) unowned.push_back(&socket);
  }
  if (unowned.empty()) return {};
  // To walk by an iterator is cheaper than to read the tables again.
  const auto open = goes_by_iterator() ? std::nullopt : still_open(question_, unowned);
  std::vector<WantedSocket> wanted;
  for (const Socket* socket : unowned) {
    if (!open || open->contains(socket->inode)) wanted.push_back({socket->cookie, socket->inode});
  }
  sort_by_inode(wanted);
  return wanted;
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
  if (unowned.empty()) return note_broken_walk();
  const Visibility visibility = this->visibility();
  std::vector<Socket*> doubtful;
  std::copy_if(unowned.begin(), unowned.end(), std::back_inserter(doubtful),
               [&](const Socket* socket) { return !recall_ || !recall_->is_unheld(socket->inode, socket->cookie); });
  const auto open = doubtful.empty() ? std::nullopt : still_open(question_, unowned);
  std::uint64_t unseen = 0;
  for (Socket* socket : unowned) {
    const bool closed = open && !open->contains(socket->inode);
    // What the kernel makes belongs to root; another user's socket has a holder that moved on.
    const bool not_the_kernels =
        visibility.status == OwnerStatus::kernel && (socket->uid.value_or(0) != 0 || may_be_forged(snapshot_, *socket));
    const bool vanished = closed || not_the_kernels || walk_.lost().contains(socket->inode);
    socket->owner_status = vanished ? OwnerStatus::gone : visibility.status;
    if (!vanished) ++unseen;
  }
  if (unseen > 0 && visibility.status != OwnerStatus::kernel) {
    snapshot_.gaps.push_back({Gap::What::owners, std::nullopt, visibility.why, unseen, visibility.remedy});
  } else {
    note_broken_walk();
  }
}

/// Every socket has an owner, but a walk that went wrong may have passed over another one of it.
void Attribution::note_broken_walk() {
  if (walk_.limits().error == 0) return;
  const Visibility visibility = this->visibility();
  snapshot_.gaps.push_back({Gap::What::owners, std::nullopt, visibility.why, std::nullopt, visibility.remedy});
}

}  // namespace

void attribute(const Question& question, portscope::Time boot, OwnerSearch* search, Snapshot& snapshot) {
  Attribution(question, boot, search, snapshot).run();
  if (question.memory != nullptr && search != nullptr) question.memory->road = search->road();
}

}  // namespace collect

// SPDX-License-Identifier: MIT
#include "portscope/changes.hpp"

#include <algorithm>

namespace portscope {

namespace {

/// Texts have other ids in another snapshot, so a Unix socket is told by its inode.
bool is_same_socket(const Socket& a, const Socket& b) {
  if (a.transport != b.transport) return false;
  if (a.cookie != 0 && b.cookie != 0) return a.cookie == b.cookie;
  if (a.inode != b.inode) return false;
  const Endpoint* local = inet(a.local);
  if (local == nullptr) return a.inode != 0;
  const Endpoint* other_local = inet(b.local);
  const Endpoint* peer = inet(a.peer);
  const Endpoint* other_peer = inet(b.peer);
  if (other_local == nullptr || (peer == nullptr) != (other_peer == nullptr)) return false;
  return *local == *other_local && (peer == nullptr || *peer == *other_peer);
}

/// The same of sockets that are the same.
std::uint64_t identity_key(const Socket& socket) {
  if (socket.cookie != 0) return socket.cookie;
  const Endpoint* local = inet(socket.local);
  const Endpoint* peer = inet(socket.peer);
  const std::uint64_t ports =
      (local != nullptr ? local->port : 0U) | (peer != nullptr ? std::uint32_t{peer->port} << 16U : 0U);
  return std::uint64_t{socket.inode} << 32U | ports;
}

/// Pairs the rows of two snapshots. The kernel lists what stays in the same order, so most partners are found at the
/// next place, and only the others by a table.
class Pairing {
 public:
  static constexpr std::uint32_t nobody = UINT32_MAX;

  Pairing(std::span<const Socket> before, std::span<const Socket> after)
      : before_(before), after_(after), partner_(after.size(), nobody), taken_(before.size(), false) {
    pair_in_order();
    pair_the_rest();
  }

  [[nodiscard]] std::uint32_t partner_of(std::size_t row) const { return partner_[row]; }
  [[nodiscard]] bool is_taken(std::size_t row) const { return taken_[row]; }

 private:
  void join(std::size_t before, std::size_t after) {
    partner_[after] = static_cast<std::uint32_t>(before);
    taken_[before] = true;
  }

  void pair_in_order() {
    constexpr std::size_t look_ahead = 8;
    std::size_t next = 0;
    for (std::size_t row = 0; row < after_.size(); ++row) {
      const std::size_t end = std::min(next + look_ahead, before_.size());
      for (std::size_t candidate = next; candidate < end; ++candidate) {
        if (!is_same_socket(before_[candidate], after_[row])) continue;
        join(candidate, row);
        next = candidate + 1;
        break;
      }
    }
  }

  void pair_the_rest() {
    std::unordered_multimap<std::uint64_t, std::size_t> left;
    for (std::size_t row = 0; row < before_.size(); ++row) {
      if (!taken_[row]) left.emplace(identity_key(before_[row]), row);
    }
    for (std::size_t row = 0; row < after_.size() && !left.empty(); ++row) {
      if (partner_[row] != nobody) continue;
      const auto [first, last] = left.equal_range(identity_key(after_[row]));
      const auto found = std::find_if(
          first, last, [&](const auto& entry) { return is_same_socket(before_[entry.second], after_[row]); });
      if (found == last) continue;
      join(found->second, row);
      left.erase(found);
    }
  }

  std::span<const Socket> before_;
  std::span<const Socket> after_;
  std::vector<std::uint32_t> partner_;
  std::vector<bool> taken_;
};

/// Copies what rows need from one snapshot to another.
class Transplant {
 public:
  Transplant(Snapshot& to, const Snapshot& from) : to_(to), from_(from) {}

  void add(const Socket& original) {
    Socket socket = original;
    socket.details = to_.details.add_all(from_.details, original.details);
    rename(socket.local);
    rename(socket.peer);
    add_name(to_.users, from_.users, original.uid.value_or(0));
    add_name(to_.interfaces, from_.interfaces, original.interface);
    add_name(to_.cgroups, from_.cgroups, original.cgroup);
    // A number that is in use again has holders of its own here.
    if (to_.holders_of(original.inode).empty()) add_holders(original);
    to_.sockets.push_back(socket);
  }

 private:
  StringId text(StringId id) { return id == StringId::none ? id : to_.strings.intern(from_.text(id)); }

  void rename(AnyEndpoint& end) {
    if (auto* name = std::get_if<UnixEndpoint>(&end)) name->name = text(name->name);
  }

  template <class Id>
  void add_name(NameTable<Id>& to, const NameTable<Id>& from, Id id) {
    const StringId name = Snapshot::look_up(from, id);
    if (name == StringId::none || Snapshot::look_up(to, id) != StringId::none) return;
    to.insert(std::upper_bound(to.begin(), to.end(), id, [](Id wanted, const auto& row) { return wanted < row.first; }),
              {id, text(name)});
  }

  void add_holders(const Socket& socket) {
    const auto& holders = to_.holders;
    std::vector<Holder> added;
    for (Holder holder : from_.holders_of(socket)) {
      holder.process = process(from_.processes[holder.process]);
      added.push_back(holder);
    }
    const auto place = std::upper_bound(holders.begin(), holders.end(), socket.inode,
                                        [](std::uint32_t inode, const Holder& holder) { return inode < holder.inode; });
    // What it moves is found all the same: Socket::first_holder is only a hint.
    to_.holders.insert(place, added.begin(), added.end());
  }

  /// Behind the others, so that the numbers of those stay.
  std::uint32_t process(const Process& original) {
    auto& processes = to_.processes;
    const auto found = std::find_if(processes.begin(), processes.end(), [&](const Process& known) {
      return known.pid == original.pid && known.start_time == original.start_time;
    });
    if (found != processes.end()) return static_cast<std::uint32_t>(found - processes.begin());
    Process copy = original;
    copy.name = text(original.name);
    copy.exe = text(original.exe);
    copy.command_line = text(original.command_line);
    copy.cgroup = text(original.cgroup);
    processes.push_back(copy);
    return static_cast<std::uint32_t>(processes.size() - 1);
  }

  Snapshot& to_;
  const Snapshot& from_;
};

}  // namespace

std::vector<Change> compare(const Snapshot& before, std::size_t rows, const Snapshot& after) {
  const auto earlier = std::span(before.sockets).first(rows);
  const Pairing pairing(earlier, after.sockets);
  std::vector<Change> changes;
  for (std::uint32_t row = 0; row < after.sockets.size(); ++row) {
    const std::uint32_t partner = pairing.partner_of(row);
    if (partner == Pairing::nobody) {
      changes.push_back({ChangeKind::opened, row});
    } else if (before.sockets[partner].state != after.sockets[row].state) {
      changes.push_back({ChangeKind::changed, row, partner});
    }
  }
  for (std::uint32_t row = 0; row < rows; ++row) {
    if (!pairing.is_taken(row)) changes.push_back({ChangeKind::closed, row});
  }
  return changes;
}

std::vector<Change> compare(const Snapshot& before, const Snapshot& after) {
  return compare(before, before.sockets.size(), after);
}

void append_rows(Snapshot& to, const Snapshot& from, std::span<const std::uint32_t> rows) {
  Transplant transplant(to, from);
  for (const std::uint32_t row : rows) transplant.add(from.sockets[row]);
}

}  // namespace portscope

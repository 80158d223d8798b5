// SPDX-License-Identifier: MIT
#include "collect/owner_match.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "collect/memory.hpp"
#include "collect/process_facts.hpp"

namespace collect {

using portscope::Process;

namespace {

constexpr std::uint64_t nanoseconds_a_second = 1000000000;

std::uint64_t start_in_ticks(const ProcessStamp& stamp) {
  return stamp.start / (nanoseconds_a_second / ticks_a_second());
}

/// Whether the process behind the directory is that one, and still that program.
bool is_still(const sys::Directory& directory, const ProcessStamp& stamp) {
  const auto stat = directory.read("stat");
  const auto line = stat ? parse_stat(*stat) : std::nullopt;
  if (!line || line->start != start_in_ticks(stamp) || line->name != stamp.name()) return false;
  const bool told = stamp.code > 1 && line->code > 1;
  return !told || line->code == stamp.code;
}

/// Where an inode stands in a sorted list. Who is asked for rising numbers, as descriptors opened one
/// after the other have, mostly finds the next one at the next place.
class Places {
 public:
  explicit Places(const std::vector<WantedSocket>& wanted) : wanted_(wanted), last_(wanted.begin()) {}

  /// The first with that inode; nullptr when it is not wanted.
  const WantedSocket* find(std::uint32_t inode) {
    const auto is_before = [](const WantedSocket& socket, std::uint32_t number) { return socket.inode < number; };
    const auto next = last_ == wanted_.end() ? last_ : last_ + 1;
    const bool is_next = next != wanted_.end() && last_->inode < inode && next->inode == inode;
    const auto place = is_next ? next : std::lower_bound(wanted_.begin(), wanted_.end(), inode, is_before);
    if (place == wanted_.end() || place->inode != inode) return nullptr;
    last_ = place;
    return &*place;
  }

  /// Whether a socket with that inode and cookie is wanted: inode numbers are handed out again after
  /// 2^32 others, to sockets too whose namesakes still live.
  bool contain(const OwnerRecord& record) {
    const WantedSocket* place = find(record.inode);
    if (place == nullptr) return false;
    const WantedSocket* const end = wanted_.data() + wanted_.size();
    for (; place != end && place->inode == record.inode; ++place) {
      if (place->cookie == record.cookie || place->cookie == 0 || record.cookie == 0) return true;
    }
    return false;
  }

 private:
  const std::vector<WantedSocket>& wanted_;
  std::vector<WantedSocket>::const_iterator last_;
};

}  // namespace

void OwnerMatch::look(const std::vector<WantedSocket>& wanted, const OwnerRecords& records) {
  std::vector<std::optional<std::uint32_t>> places(records.processes.size());
  Places sockets(wanted);
  for (const OwnerRecord& record : records.records) {
    if (!sockets.contain(record)) continue;
    auto& place = places[record.process];
    if (!place) place = owners_.place(describe(records.processes[record.process]));
    owners_.add({record.inode, *place, record.fd, record.tid});
  }
  owners_.settle();
}

/// What the record itself says; more only of a process that is sure to be the same.
Process OwnerMatch::describe(const ProcessStamp& stamp) const {
  Process process;
  process.pid = stamp.pid;
  process.ppid = stamp.parent;
  process.name = question_.strings.intern(stamp.name());
  process.start_time = time_of(start_in_ticks(stamp), boot_);
  if (!question_.needs(portscope::Need::process_details) || !question_.doors.proc.root()) return process;
  // Name and place of the code came with the record: who is still the same need not be looked at.
  const std::string program = stamp.code > 1 ? std::to_string(stamp.code).append(" ").append(stamp.name()) : "";
  ProcessMemory* const memory = question_.memory != nullptr ? &question_.memory->processes : nullptr;
  if (memory != nullptr && memory->recall(process, program, question_.strings)) return process;
  const auto directory = question_.doors.proc.root()->directory(std::to_string(stamp.pid).c_str());
  if (!directory || !is_still(*directory, stamp)) return process;
  Process detailed = process;
  read_details(*directory, detailed, question_.strings);
  if (!is_still(*directory, stamp)) return process;
  if (memory != nullptr) memory->keep(detailed, program, question_.strings);
  return detailed;
}

}  // namespace collect

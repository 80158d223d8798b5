// SPDX-License-Identifier: MIT
#include "collect/owner_match.hpp"

#include <algorithm>
#include <optional>
#include <string>

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
  explicit Places(const std::vector<std::uint32_t>& inodes) : inodes_(inodes) {}

  std::optional<std::size_t> find(std::uint32_t inode) {
    if (last_ + 1 < inodes_.size() && inodes_[last_ + 1] == inode) return ++last_;
    const auto place = std::lower_bound(inodes_.begin(), inodes_.end(), inode);
    if (place == inodes_.end() || *place != inode) return std::nullopt;
    return last_ = static_cast<std::size_t>(place - inodes_.begin());
  }

 private:
  const std::vector<std::uint32_t>& inodes_;
  std::size_t last_ = 0;
};

/// The cookies of the sockets with these inodes, 0 where none is known: inode numbers are handed out
/// again after 2^32 others, to sockets too whose namesakes still live.
std::vector<std::uint64_t> cookies_of(const std::vector<std::uint32_t>& inodes,
                                      const std::vector<portscope::Socket>& sockets) {
  std::vector<std::uint64_t> cookies(inodes.size());
  Places places(inodes);
  for (const portscope::Socket& socket : sockets) {
    if (const auto place = places.find(socket.inode)) cookies[*place] = socket.cookie;
  }
  return cookies;
}

}  // namespace

void OwnerMatch::look(const std::vector<std::uint32_t>& wanted, const OwnerRecords& records) {
  const auto cookies = cookies_of(wanted, snapshot_.sockets);
  std::vector<std::optional<std::uint32_t>> places(records.processes.size());
  Places inodes(wanted);
  for (const OwnerRecord& record : records.records) {
    const auto found = inodes.find(record.inode);
    if (!found || (cookies[*found] != 0 && record.cookie != 0 && cookies[*found] != record.cookie)) continue;
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
  const auto directory = question_.doors.proc.root()->directory(std::to_string(stamp.pid).c_str());
  if (!directory || !is_still(*directory, stamp)) return process;
  Process detailed = process;
  read_details(*directory, detailed, question_.strings);
  return is_still(*directory, stamp) ? detailed : process;
}

}  // namespace collect

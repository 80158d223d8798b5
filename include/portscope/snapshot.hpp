// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "portscope/process.hpp"
#include "portscope/selection.hpp"
#include "portscope/socket.hpp"
#include "portscope/strings.hpp"

namespace portscope {

/// Something that could not be seen. A gap is data, not an error: the rest of the answer stands.
struct Gap {
  enum class What : std::uint8_t { sockets, owners, options, nat_rules };

  What what = What::sockets;
  std::optional<Transport> transport;  ///< whose sockets; empty for all else
  std::string why;                     ///< the errno by name (`EACCES`)
  std::optional<std::uint64_t> count;  ///< how many sockets it concerns; empty when that is unknown too
  std::string remedy;                  ///< what the user can do, in one sentence
};
template <>
struct Names<Gap::What> {
  static constexpr auto list = std::to_array<std::string_view>({"sockets", "owners", "options", "nat_rules"});
};

/// The machine, so that records of many machines can be kept together.
struct Host {
  std::string name;
  std::string id;       ///< /etc/machine-id; empty when there is none
  std::string boot_id;  ///< /proc/sys/kernel/random/boot_id; empty when unreadable
  std::string kernel;   ///< release, as uname -r
};

/// A network namespace: the inode of its nsfs file, and the name `ip netns` knows it by.
struct Netns {
  std::uint64_t id = 0;  ///< 0 = unknown
  std::string name;      ///< empty when it has none
};

/// Settings and counters of the network namespace. Empty: not asked for, or unreadable.
struct NetSettings {
  std::optional<std::uint32_t> somaxconn;     ///< net.core.somaxconn: no listen queue is longer
  std::optional<PortRange> local_port_range;  ///< net.ipv4.ip_local_port_range, of IPv6 too: ports for who names none
  std::optional<std::vector<PortRange>> reserved_ports;  ///< net.ipv4.ip_local_reserved_ports: not among them

  // Counted since the namespace began: /proc/net/snmp and netstat (RFC 4022, Linux SNMP counters).
  std::optional<std::uint64_t> segments_out;            ///< Tcp OutSegs; without those sent again
  std::optional<std::uint64_t> segments_retransmitted;  ///< Tcp RetransSegs
  std::optional<std::uint64_t> listen_overflows;        ///< TcpExt ListenOverflows: a full queue refused a connection
  std::optional<std::uint64_t> listen_drops;            ///< TcpExt ListenDrops: refused for that or any other reason
};

/// An id and the text it stands for, sorted by id in the Snapshot's tables.
template <class Id>
using NameTable = std::vector<std::pair<Id, StringId>>;

/// What one look at the machine showed. A value: const once taken.
struct Snapshot {
  Time time{};  ///< when the look began
  Host host;
  Netns netns;  ///< the namespace all sockets are of
  std::vector<Socket> sockets;
  std::vector<Holder> holders;     ///< sorted by inode; a shared socket has several
  std::vector<Process> processes;  ///< once each, sorted by pid
  NameTable<std::uint32_t> interfaces;
  NameTable<std::uint32_t> users;
  NameTable<std::uint64_t> cgroups;
  StringPool strings;
  DetailStore details;
  NetSettings settings;
  std::vector<Gap> gaps;
  std::uint64_t time_wait_left_out = 0;  ///< matched but for their state; counted when Need::time_wait_count was asked

  /// Nothing that was asked for is missing.
  [[nodiscard]] bool complete() const { return gaps.empty(); }

  /// Everyone who holds `socket`; empty when nobody does or nobody asked.
  [[nodiscard]] std::span<const Holder> holders_of(const Socket& socket) const;
  /// The same for the socket with that inode, which need not be in this snapshot.
  [[nodiscard]] std::span<const Holder> holders_of(std::uint32_t inode) const;

  /// The text of `id` in one of the tables above; StringId::none when it is not there.
  template <class Id>
  [[nodiscard]] static StringId look_up(const NameTable<Id>& table, Id id);

  [[nodiscard]] std::string_view text(StringId id) const { return strings.text(id); }
};

template <class Id>
StringId Snapshot::look_up(const NameTable<Id>& table, Id id) {
  std::size_t low = 0;
  std::size_t high = table.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (table[middle].first < id) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < table.size() && table[low].first == id ? table[low].second : StringId::none;
}

}  // namespace portscope

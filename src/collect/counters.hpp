// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "portscope/socket.hpp"
#include "sys/proc.hpp"

namespace collect {

/// How many sockets of the named protocols the kernel counts in this network namespace
/// (/proc/net/protocols, column "sockets"); a protocol that is not listed is not in the kernel
/// and counts 0. Nothing when the file cannot be read.
std::optional<std::uint64_t> count_sockets(const sys::Proc& proc, const std::array<std::string_view, 2>& protocols);

/// The same in the text of that file.
std::uint64_t count_in(std::string_view table, const std::array<std::string_view, 2>& protocols);

/// The number under `name` in a file such as snmp and netstat, where each table is a line of names
/// and a line of numbers, both beginning with its title (`Tcp:`). Nothing when it is not there.
std::optional<std::uint64_t> counter(std::string_view text, std::string_view table, std::string_view name);

/// The states of TCP sockets that the kernel does not count.
inline constexpr portscope::EnumSet<portscope::State> uncounted_states{
    portscope::State::time_wait, portscope::State::syn_received, portscope::State::bound,
    portscope::State::unconnected};

/// What tells whether a table stood still between two looks.
struct TableState {
  std::uint64_t sockets = 0;  ///< in the table now
  std::uint64_t opened = 0;   ///< connections ever opened, from here and from outside

  bool operator==(const TableState&) const = default;
};

/// The state of the TCP tables of the families whose counters are named: nobody came when no
/// connection was opened (/proc/net/snmp, ActiveOpens and PassiveOpens), and then nobody left
/// either when there are as many as before. Nothing when it cannot be read.
std::optional<TableState> tcp_state(const sys::Proc& proc, const std::array<std::string_view, 2>& protocols);

}  // namespace collect

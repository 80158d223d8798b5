// SPDX-License-Identifier: MIT
#include "collect/counters.hpp"

#include <algorithm>

#include "collect/fields.hpp"

namespace collect {

std::optional<std::uint64_t> count_sockets(const sys::Proc& proc, const std::array<std::string_view, 2>& protocols) {
  const auto text = proc.read("thread-self/net/protocols");
  if (!text) return std::nullopt;
  return count_in(*text, protocols);
}

std::uint64_t count_in(std::string_view table, const std::array<std::string_view, 2>& protocols) {
  std::uint64_t total = 0;
  std::string_view rest = table;
  take_line(rest);  // headings
  while (!rest.empty()) {
    std::string_view line = take_line(rest);
    const std::string_view protocol = take_word(line);
    take_word(line);  // size of an object
    if (std::find(protocols.begin(), protocols.end(), protocol) == protocols.end()) continue;
    total += to_number<std::uint64_t>(take_word(line)).value_or(0);
  }
  return total;
}

std::optional<TableState> tcp_state(const sys::Proc& proc, const std::array<std::string_view, 2>& protocols) {
  const auto sockets = count_sockets(proc, protocols);
  const auto text = proc.read("thread-self/net/snmp");
  if (!sockets || !text) return std::nullopt;
  // Two lines: `Tcp: Name Name ...` and `Tcp: number number ...`.
  std::string_view rest = *text;
  while (!rest.empty()) {
    std::string_view names = take_line(rest);
    std::string_view numbers = take_line(rest);
    if (take_word(names) != "Tcp:" || take_word(numbers) != "Tcp:") continue;
    TableState state{*sockets, 0};
    int found = 0;
    while (!names.empty()) {
      const std::string_view name = take_word(names);
      const auto number = to_number<std::uint64_t>(take_word(numbers));
      if (name != "ActiveOpens" && name != "PassiveOpens") continue;
      state.opened += number.value_or(0);
      ++found;
    }
    if (found == 2) return state;
  }
  return std::nullopt;
}

}  // namespace collect

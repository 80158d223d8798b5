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

std::optional<std::uint64_t> counter(std::string_view text, std::string_view table, std::string_view name) {
  while (!text.empty()) {
    std::string_view names = take_line(text);
    std::string_view numbers = take_line(text);
    if (take_word(names) != table || take_word(numbers) != table) continue;
    while (!names.empty()) {
      const std::string_view number = take_word(numbers);
      if (take_word(names) == name) return to_number<std::uint64_t>(number);
    }
  }
  return std::nullopt;
}

std::optional<TableState> tcp_state(const sys::Proc& proc, const std::array<std::string_view, 2>& protocols) {
  const auto sockets = count_sockets(proc, protocols);
  const auto text = proc.read("thread-self/net/snmp");
  if (!sockets || !text) return std::nullopt;
  const auto active = counter(*text, "Tcp:", "ActiveOpens");
  const auto passive = counter(*text, "Tcp:", "PassiveOpens");
  if (!active || !passive) return std::nullopt;
  return TableState{*sockets, *active + *passive};
}

}  // namespace collect

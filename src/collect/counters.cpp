// SPDX-License-Identifier: MIT
#include "collect/counters.hpp"

#include <algorithm>

#include "collect/fields.hpp"

namespace collect {

std::optional<std::uint64_t> count_sockets(const sys::Proc& proc, const std::array<std::string_view, 2>& protocols) {
  const auto text = proc.read("thread-self/net/protocols");
  if (!text) return std::nullopt;
  std::uint64_t total = 0;
  std::string_view rest = *text;
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

}  // namespace collect

// SPDX-License-Identifier: MIT
#include "cli/lsof_states.hpp"

#include <fmt/format.h>

#include <cctype>
#include <vector>

#include "cli/lists.hpp"
#include "cli/lsof_internet.hpp"

namespace cli {

using portscope::EnumSet;
using portscope::State;

namespace {

std::string among(EnumSet<State> states) {
  const auto& names = portscope::Names<State>::list;
  std::vector<std::string_view> found;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (states.contains(static_cast<State>(i))) found.push_back(names[i]);
  }
  if (found.size() == 1) return fmt::format("state = {}", found.front());
  return fmt::format("state in ({})", fmt::join(found, ","));
}

}  // namespace

bool is_lsof_states(std::string_view text) {
  const std::size_t colon = lsof_protocol(text).size();
  if (colon == 0 || text.size() < colon + 2 || text[colon] != ':') return false;
  // `-s tcp:80` is a summary of that port.
  return text[colon + 1] == '^' || std::isalpha(static_cast<unsigned char>(text[colon + 1])) != 0;
}

LsofStates read_lsof_states(const Tail& tail) {
  const std::string_view protocol = lsof_protocol(tail.text());
  const std::size_t colon = protocol.size();
  if (protocol != "tcp") {
    tail.fail("only states of TCP are chosen by -s; write state unconnected for UDP sockets without a peer",
              tail.text().substr(0, colon));
  }
  LsofStates states;
  for (std::string_view name : split(tail.text().substr(colon + 1))) {
    const bool is_excluded = name.starts_with('^');
    if (is_excluded) name.remove_prefix(1);
    const auto known = portscope::parse_states(name);
    if (!known) tail.fail(fmt::format("'{}' is no state", name), name);
    (is_excluded ? states.excluded : states.wanted) |= *known;
  }
  return states;
}

std::string filter_of(const LsofStates& states) {
  if (states.wanted.empty()) return fmt::format("not ( proto = tcp and {} )", among(states.excluded));
  const EnumSet<State> left = states.wanted - states.excluded;
  if (left.empty()) throw UsageError("every state that -s names is excluded by ^");
  return fmt::format("proto = tcp and {}", among(left));
}

}  // namespace cli

// SPDX-License-Identifier: MIT
#include "portscope/protocol.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <utility>

namespace portscope {

namespace {

using NamedState = std::pair<std::string_view, State>;

/// What ss, netstat, lsof and the kernel's headers call the states, without `-` and `_`.
constexpr auto other_spellings = std::to_array<NamedState>({
    {"listening", State::listen},
    {"estab", State::established},
    {"synrecv", State::syn_received},
    {"finwait1", State::fin_wait_1},
    {"finwait2", State::fin_wait_2},
    {"close", State::closed},
    {"unconn", State::unconnected},
    {"boundinactive", State::bound},
});

std::string lower_case(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
  return result;
}

/// Lower case, and none of the separators people disagree about.
std::string bare(std::string_view spelling) {
  std::string result = lower_case(spelling);
  std::erase_if(result, [](char c) { return c == '-' || c == '_'; });
  return result;
}

}  // namespace

EnumSet<Transport> transports_of(Family family) {
  switch (family) {
    case Family::ipv4:
    case Family::ipv6:
      return inet_transports;
    case Family::unix_socket:
      return {Transport::unix_socket};
    case Family::packet:
      return {Transport::packet};
    case Family::netlink:
      return {Transport::netlink};
    case Family::vsock:
      return {Transport::vsock};
    case Family::xdp:
      return {Transport::xdp};
    case Family::tipc:
      return {Transport::tipc};
  }
  return {};
}

std::optional<Transport> parse_transport(std::string_view name) { return named<Transport>(lower_case(name)); }

std::optional<State> parse_state(std::string_view spelling) {
  const std::string wanted = bare(spelling);
  for (std::size_t i = 0; i < Names<State>::list.size(); ++i) {
    if (bare(Names<State>::list.at(i)) == wanted) return static_cast<State>(i);
  }
  const auto* const found = std::find_if(other_spellings.begin(), other_spellings.end(),
                                         [&](const NamedState& other) { return other.first == wanted; });
  if (found != other_spellings.end()) return found->second;
  return std::nullopt;
}

std::optional<EnumSet<State>> parse_states(std::string_view spelling) {
  constexpr EnumSet<State> not_connected{State::listen, State::closed, State::unconnected, State::bound};
  constexpr EnumSet<State> bucket{State::syn_received, State::time_wait};
  constexpr EnumSet<State> connected = every<State>() - not_connected;
  const std::string group = bare(spelling);
  if (group == "all") return every<State>();
  if (group == "connected") return connected;
  if (group == "synchronized") return connected - EnumSet<State>{State::syn_sent};
  if (group == "bucket") return bucket;
  if (group == "big") return every<State>() - bucket;
  if (const auto one = parse_state(spelling)) return EnumSet<State>{*one};
  return std::nullopt;
}

}  // namespace portscope

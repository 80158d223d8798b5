// SPDX-License-Identifier: MIT
#include "cli/lsof_internet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <vector>

#include "cli/lists.hpp"
#include "cli/word_kinds.hpp"
#include "portscope/address.hpp"

namespace cli {

namespace {

/// The parts of `[46][PROTOCOL][@ADDRESS][:PORTS]`.
struct Parts {
  std::string_view family;
  std::string_view protocol;  ///< in lower case
  std::string_view address;   ///< with @
  std::string_view ports;     ///< with :, or what is none of all this
};

Parts dissect(std::string_view text) {
  Parts parts;
  const auto take = [&](std::size_t length) {
    const std::string_view part = text.substr(0, length);
    text.remove_prefix(part.size());
    return part;
  };
  if (text.starts_with('4') || text.starts_with('6')) parts.family = take(1);
  parts.protocol = lsof_protocol(text);
  take(parts.protocol.size());
  if (text.starts_with('@')) {
    const std::size_t closed = text.starts_with("@[") ? text.find(']') : 0;
    parts.address = take(closed == std::string_view::npos ? closed : text.find(':', closed));
  }
  parts.ports = text;
  return parts;
}

unsigned read_port(const Tail& tail, std::string_view text) {
  constexpr unsigned largest = 65535;
  if (text.empty()) tail.fail("a port is missing", tail.text());
  if (!is_number(text)) tail.fail(fmt::format("'{}' is no port", text), text);
  unsigned port = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), port);
  if (result.ec != std::errc{} || port > largest) tail.fail(fmt::format("port {} is above {}", text, largest), text);
  if (port == 0) tail.fail("port 0 is no port: ports go from 1 to 65535", text);
  return port;
}

/// As services(5) may name it; whoever reads the filter looks it up.
bool is_service(std::string_view text) {
  const auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.'; };
  return !text.empty() && std::isalpha(static_cast<unsigned char>(text.front())) != 0 &&
         std::all_of(text.begin(), text.end(), fits);
}

void check_ports(const Tail& tail, std::string_view list) {
  for (const std::string_view text : split(list)) {
    if (is_service(text)) continue;
    const std::size_t dash = text.find('-');
    const unsigned first = read_port(tail, text.substr(0, dash));
    if (dash != std::string_view::npos && read_port(tail, text.substr(dash + 1)) < first) {
      tail.fail("the range ends before it begins", text);
    }
  }
}

/// As the filter language writes it; empty when there is none.
std::string read_address(const Tail& tail, std::string_view address) {
  if (address.empty()) return {};
  std::string_view plain = address.substr(1);
  if (plain.empty()) tail.fail("an address is missing; one of IPv6 stands in brackets: @[::1]:22", address);
  const bool has_brackets = plain.starts_with('[') && plain.ends_with(']');
  if (has_brackets) plain = plain.substr(1, plain.size() - 2);
  if (portscope::Address::parse(plain)) return std::string(address.substr(1));
  tail.fail(fmt::format("'{0}' is no IP address; write that of a host, as told by getent hosts {0}, "
                        "or -x --info @{0} for a Unix socket",
                        plain),
            address.substr(1));
}

std::string among(std::string_view field, std::string_view ports) {
  const bool several = ports.find(',') != std::string_view::npos;
  return several ? fmt::format("{} in ({})", field, ports) : fmt::format("{} = {}", field, ports);
}

/// Address and ports belong to the same end, whichever it is.
std::string either_end(const std::string& address, std::string_view ports) {
  if (address.empty()) return among("port", ports);
  if (ports.empty()) return fmt::format("( src = {0} or dst = {0} )", address);
  if (is_number(ports)) return fmt::format("( src = {0}:{1} or dst = {0}:{1} )", address, ports);
  return fmt::format("( ( src = {0} and {1} ) or ( dst = {0} and {2} ) )", address, among("sport", ports),
                     among("dport", ports));
}

std::string target_of(const Parts& parts, const std::string& address, std::string_view ports) {
  std::string target(parts.protocol);
  if (!target.empty() && (!address.empty() || !ports.empty())) target += ':';
  target += address;
  if (!ports.empty()) target += fmt::format("{}{}", target.ends_with(':') ? "" : ":", ports);
  if (parts.family.empty()) return target;
  return fmt::format("-{}{}{}", parts.family, target.empty() ? "" : " ", target);
}

}  // namespace

std::string_view lsof_protocol(std::string_view text) {
  constexpr auto protocols = std::to_array<std::string_view>({"udplite", "tcp", "udp"});  // the longer one first
  const auto is_same = [](char small, unsigned char any) { return small == std::tolower(any); };
  const auto* const found = std::find_if(protocols.begin(), protocols.end(), [&](std::string_view name) {
    const std::string_view head = text.substr(0, name.size());
    return std::equal(name.begin(), name.end(), head.begin(), head.end(), is_same);
  });
  return found != protocols.end() ? *found : std::string_view{};
}

bool is_lsof_internet(std::string_view text) {
  if (text.empty()) return false;
  const Parts parts = dissect(text);
  return parts.ports.empty() || parts.ports.starts_with(':');
}

LsofInternet read_lsof_internet(const Tail& tail) {
  const Parts parts = dissect(tail.text());
  const std::string address = read_address(tail, parts.address);
  const std::string_view ports = parts.ports.substr(std::min<std::size_t>(1, parts.ports.size()));
  if (!parts.ports.empty()) check_ports(tail, ports);
  std::vector<std::string> terms;
  if (!parts.family.empty()) terms.push_back(fmt::format("family = ipv{}", parts.family));
  if (!parts.protocol.empty()) terms.push_back(fmt::format("proto = {}", parts.protocol));
  if (!address.empty() || !ports.empty()) terms.push_back(either_end(address, ports));
  std::string filter = fmt::format("{}", fmt::join(terms, " and "));
  // No target has a list of ports or the name of a service; the shell must not see the parentheses.
  const bool is_target = ports.find_first_not_of("0123456789-") == std::string_view::npos;
  std::string target = is_target ? target_of(parts, address, ports) : fmt::format("'{}'", filter);
  return {std::move(filter), std::move(target)};
}

}  // namespace cli

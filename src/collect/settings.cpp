// SPDX-License-Identifier: MIT
#include "collect/settings.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "collect/counters.hpp"
#include "collect/fields.hpp"

namespace collect {

using portscope::NetSettings;
using portscope::PortRange;

namespace {

/// A file of /proc/sys holds one line. Such files are not read in pieces: what does not fit into
/// the first is lost, and the newline with it (kernel/sysctl.c, proc_do_large_bitmap).
std::optional<std::string_view> only_line(std::string_view text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  return text.substr(0, end);
}

std::optional<std::uint32_t> number(std::string_view line) { return to_number<std::uint32_t>(line); }

/// `32768 60999`.
std::optional<PortRange> range(std::string_view line) {
  const auto first = to_number<std::uint16_t>(take_word(line));
  const auto last = to_number<std::uint16_t>(take_word(line));
  if (!first || !last || *first > *last) return std::nullopt;
  return PortRange{*first, *last};
}

/// `1,5-9`; empty when there are none.
std::optional<std::vector<PortRange>> ranges(std::string_view line) {
  std::vector<PortRange> result;
  while (!line.empty()) {
    const std::string_view item = line.substr(0, line.find(','));
    line.remove_prefix(std::min(item.size() + 1, line.size()));
    const std::size_t dash = item.find('-');
    const auto first = to_number<std::uint16_t>(item.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : to_number<std::uint16_t>(item.substr(dash + 1));
    if (!first || !last || *first > *last) return std::nullopt;
    result.push_back({*first, *last});
  }
  return result;
}

/// A setting in a file of its own.
template <class Parse>
auto setting(const sys::Proc& proc, const char* file, const Parse& parse) -> decltype(parse(std::string_view{})) {
  const auto text = proc.read(file);
  const auto line = text ? only_line(*text) : std::nullopt;
  return line ? parse(*line) : std::nullopt;
}

void read_counters(const sys::Proc& proc, NetSettings& settings) {
  if (const auto snmp = proc.read("thread-self/net/snmp")) {
    settings.segments_out = counter(*snmp, "Tcp:", "OutSegs");
    settings.segments_retransmitted = counter(*snmp, "Tcp:", "RetransSegs");
  }
  if (const auto netstat = proc.read("thread-self/net/netstat")) {
    settings.listen_overflows = counter(*netstat, "TcpExt:", "ListenOverflows");
    settings.listen_drops = counter(*netstat, "TcpExt:", "ListenDrops");
  }
}

}  // namespace

std::optional<std::uint32_t> read_somaxconn(const sys::Proc& proc) {
  return setting(proc, "sys/net/core/somaxconn", number);
}

NetSettings read_settings(const sys::Proc& proc) {
  NetSettings settings;
  settings.somaxconn = read_somaxconn(proc);
  settings.local_port_range = setting(proc, "sys/net/ipv4/ip_local_port_range", range);
  settings.reserved_ports = setting(proc, "sys/net/ipv4/ip_local_reserved_ports", ranges);
  read_counters(proc, settings);
  return settings;
}

portscope::BindSettings read_bind_settings(const sys::Proc& proc) {
  portscope::BindSettings settings;
  settings.unprivileged_port_start = setting(proc, "sys/net/ipv4/ip_unprivileged_port_start", number);
  settings.nonlocal_bind = setting(proc, "sys/net/ipv4/ip_nonlocal_bind", number);
  settings.nonlocal_bind_v6 = setting(proc, "sys/net/ipv6/ip_nonlocal_bind", number);
  return settings;
}

}  // namespace collect

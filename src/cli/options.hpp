// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "cli/command_id.hpp"

namespace cli {

enum class OptionId : std::uint8_t {
  tcp,
  udp,
  udplite,
  raw,
  icmp,
  unix_socket,
  mptcp,
  sctp,
  dccp,
  packet,
  netlink,
  vsock,
  xdp,
  tipc,
  ipv4,
  ipv6,
  family,
  query,
  listen,
  all,
  bound,
  summary,
  columns,
  sort,
  extended,
  internals,
  memory,
  timers,
  set_options,
  one_line,
  no_header,
  color,
  json,
  jsonl,
  csv,
  tsv,
  format,
  pretty,
  output,
  watch,
  events,
  duration,
  quiet,
  strict,
  source,
  owners,
  no_push_down,
  explain_filter,
  yes,
  dry_run,
  force,
  grace,
  until_free,
  timeout,
  close,
  accepted,
  reuse_address,
  reuse_port,
  v6_only,
  as_user,
  no_probe,
  count,
  exec,
  list_columns,
  list_formats,
  completion,
  version,
  help
};

/// Where an option stands in the help.
enum class Group : std::uint8_t {
  protocols,
  sockets,
  table,
  formats,
  answer,
  binding,
  acting,
  accepted,
  information,
  hidden
};

/// What an option's argument may be, for completion.
enum class Values : std::uint8_t {
  none,
  free_text,
  files,
  columns,
  formats,
  transports,
  families,
  sources,
  owner_roads,
  colors,
  shells
};

/// The commands that take the options of a group, unless a row says otherwise.
constexpr Commands takers(Group group) {
  if (group == Group::protocols) return choosing;
  return group == Group::sockets ? filtering : listing;
}

/// One option: all there is to say about it, but what it does.
struct Option {
  OptionId id;
  char letter;                ///< 0: none
  std::string_view name;      ///< without `--`; empty: none
  std::string_view argument;  ///< how the help calls it; empty: takes none
  Values values;
  Group group;
  std::string_view help;
  Commands commands = takers(group);  ///< those that take it; a letter may mean something else to another command
};

/// `[SEC]`: the argument stands in the same word, or is left out.
constexpr bool may_be_left_out(const Option& option) { return option.argument.starts_with('['); }

/// THE table of options: the parser, --help, the manual's check and three shells' completions
/// read it.
std::span<const Option> options();

/// The heading of a group in the help; empty for Group::hidden.
std::string_view heading(Group group);

}  // namespace cli

// SPDX-License-Identifier: MIT
#include "cli/help.hpp"

#include <fmt/format.h>

#include <array>
#include <iterator>
#include <string_view>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "portscope/version.hpp"
#include "render/formats.hpp"

namespace cli {

namespace {

constexpr std::string_view opening = R"(portscope: who is at this port, who talks to whom

  portscope --listen          every listening port and the processes behind it
  portscope 8080              who is at port 8080
  portscope -tanp             every TCP socket, as in ss and netstat
  portscope 10.0.0.0/8        who talks to that network
  portscope --listen --json   the same for scripts
  portscope -q -l 8080/tcp    only the exit code: 0 someone listens, 1 nobody
  portscope why 8080          what keeps a program from having port 8080
  portscope free              a port that can be had

usage: portscope [COMMAND] [OPTIONS] [FILTER...]

Filter:  8080  :8080  8000-8999  8080/tcp  127.0.0.1:8080  [::1]:22
         10.0.0.0/8  [fe80::1%eth0]  /run/x.sock  @abstract
         state established  dport = :443  src 10.0.0.0/8  dev eth0
         proc = nginx  user = root  'rtt > 50ms'  port in (80,443)
         and or not ( )
)";

constexpr std::string_view closing = R"(
Exit code: 0 found, 1 nothing found, 2 error, 3 the answer is incomplete.
More: portscope(8), portscope-filter(7), portscope-json(5)
)";

std::string spelling(const Option& option) {
  std::string text = option.letter != 0 ? fmt::format("-{}", option.letter) : std::string("  ");
  if (!option.name.empty()) text += fmt::format("{} --{}", option.letter != 0 ? "," : " ", option.name);
  if (may_be_left_out(option)) return text + fmt::format("[={}", option.argument.substr(1));
  if (!option.argument.empty()) text += fmt::format(" {}", option.argument);
  return text;
}

/// Appends `help` in lines that fit 80 columns, the first one beside `left`.
void append_entry(std::string& out, std::string_view left, std::string_view help) {
  constexpr std::size_t left_width = 25;
  constexpr std::size_t right_width = 52;
  std::string_view head = left;
  while (!help.empty() || !head.empty()) {
    std::size_t length = help.size();
    if (length > right_width) length = help.rfind(' ', right_width);
    fmt::format_to(std::back_inserter(out), "  {:<{}} {}\n", head, left_width, help.substr(0, length));
    help.remove_prefix(std::min(length + 1, help.size()));
    head = {};
  }
}

}  // namespace

std::string help_text() {
  std::string out(opening);
  constexpr std::array groups{Group::protocols, Group::sockets, Group::table,    Group::formats,    Group::answer,
                              Group::binding,   Group::acting,  Group::accepted, Group::information};
  for (const Group group : groups) {
    fmt::format_to(std::back_inserter(out), "\n{}:\n", heading(group));
    for (const Option& option : options()) {
      if (option.group == group) append_entry(out, spelling(option), option.help);
    }
  }
  out += "\nCommands:\n";
  for (const Command& command : commands()) {
    append_entry(out, fmt::format("{} {}", command.name, command.operands), command.help);
  }
  out += closing;
  return out;
}

std::string version_text() {
  return fmt::format("portscope {} ({}BPF)\nLicence MIT. There is no warranty, to the extent permitted by law.\n",
                     portscope::version, portscope::has_bpf ? "with " : "without ");
}

std::string column_list() {
  std::string out;
  for (const render::Column& column : render::columns()) append_entry(out, column.name, column.help);
  return out;
}

std::string format_list() {
  std::string out;
  for (const render::Format& format : render::formats()) append_entry(out, format.name, format.help);
  return out;
}

}  // namespace cli

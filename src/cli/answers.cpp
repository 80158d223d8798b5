// SPDX-License-Identifier: MIT
#include "cli/answers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace cli {

namespace {

using Takes = Answer::Takes;

constexpr std::string_view ends = "processes are ended by a command, which asks first; write portscope kill {others}";
constexpr std::string_view enter =
    "other network namespaces are entered from outside; write nsenter --net=/run/netns/{argument} portscope {others}";
constexpr std::string_view contexts = "security contexts are not told yet; write ps -Z -p PID";

constexpr auto foreign_options = std::to_array<Answer>({
    // to come
    {'k', "kill", Takes::nothing, "", "8080/tcp", ends},
    {'N', "netns", Takes::word, "NAME", "-tulpn", enter},
    {0, "net", Takes::word, "NAME", "-tulpn", enter},
    {0, "all-netns", Takes::nothing, "", "-tulpn",
     "network namespaces are listed one by one; write ip -all netns exec portscope {others}"},
    {'r', "resolve", Takes::nothing, "", "",
     "addresses stay numbers; write getent hosts ADDRESS for a name, or ip route for the routes of netstat -r"},
    {'Z', "context", Takes::nothing, "", "", contexts},
    {'z', "contexts", Takes::nothing, "", "", contexts},
    {'T', "threads", Takes::nothing, "", "",
     "threads are named only where they hold a socket of their own; write ps -T -p PID for all of a process"},
    {0, "format=prom", Takes::nothing, "", "", "there is no Prometheus format yet; write -s --json for the counts"},

    // ss
    {'b', "bpf", Takes::nothing, "", "",
     "packet filters have a length here; write -0 --info, or ss -0b for their code"},
    {'D', "diag", Takes::word, "FILE", "", "raw answers of the kernel are not kept; write --json --output {argument}"},
    {'F', "filter", Takes::word, "FILE", "",
     "a filter stands on the command line; write \"$(cat FILE)\", or -C pid,name,local or --json for the fields of "
     "lsof"},
    {'Q', "no-queues", Takes::nothing, "", "", "columns are chosen; write -C transport,state,local,peer,owners"},
    {0, "tos", Takes::nothing, "", "", "type of service is among the options of a socket; write --extended"},
    {0, "cgroup", Takes::nothing, "", "", "the cgroup is a column; write --extended"},
    {0, "inet-sockopt", Takes::nothing, "", "", "options have to be asked for; write --extended, or --options for all"},
    {0, "tipcinfo", Takes::nothing, "", "", "the inside is that of every family; write --tipc --info"},
    {0, "bound-inactive", Takes::nothing, "", "", "it has a shorter name; write --bound"},

    // netstat
    {'g', "groups", Takes::nothing, "", "", "multicast groups are no sockets; write ip maddress"},
    {0, "route", Takes::nothing, "", "", "routes are no sockets; write ip route"},
    {0, "interfaces", Takes::nothing, "", "", "interfaces are no sockets; write ip -s link"},
    {0, "statistics", Takes::nothing, "", "", "packets are not counted here; write nstat, or --summary for sockets"},
    {0, "masquerade", Takes::nothing, "", "", "connections that are forwarded are no sockets; write conntrack -L"},
    {0, "numeric-users", Takes::nothing, "", "",
     "the number of a user is a column; write -C transport,local,peer,uid,owners"},

    // lsof, fuser, lsfd
    {'U', "", Takes::nothing, "", "",
     "two programs differ; write -x for Unix sockets (lsof), --udplite for netstat's -U"},
    {'J', "", Takes::nothing, "", "", "it has a small letter; write -j, or --jsonl for one object a line"},
    {'R', "", Takes::nothing, "", "", "the parent of a process is ppid in JSON; write --json"},
    {0, "namespace", Takes::word, "tcp", "", "a protocol stands beside the port; write 8080/{argument}"},

    // younger programs
    {0, "port", Takes::word, "8080", "", "a port is a word of its own; write :{argument}"},
    {0, "pid", Takes::word, "812", "", "a process is a word of the filter; write pid={argument}"},
    {0, "process", Takes::word, "nginx", "", "a process is a word of the filter; write proc={argument}"},
    {0, "user", Takes::word, "root", "", "a user is a word of the filter; write user={argument}"},
    {0, "state", Takes::word, "established", "", "a state is two words; write state {argument}"},
    {0, "proto", Takes::word, "tcp", "", "protocols by name are -A; write -A {argument}"},
    {0, "established", Takes::nothing, "", "", "a state is two words; write state established"},
});

/// Commands to come (the rows go as they come).
constexpr auto coming_commands = std::to_array<Answer>({
    {0, "diff", Takes::nothing, "", "",
     "snapshots are not compared yet; write portscope --csv --output old.csv, again to new.csv, and diff old.csv "
     "new.csv"},
    {0, "check", Takes::nothing, "", "",
     "nothing is checked yet; write portscope --listen --csv -C transport,local,name and diff it with what is allowed"},
});

template <class Table, class Predicate>
const Answer* find(const Table& table, Predicate fits) {
  const auto found = std::find_if(table.begin(), table.end(), fits);
  return found != table.end() ? &*found : nullptr;
}

}  // namespace

const Answer* answer_to(char letter) {
  return find(foreign_options, [&](const Answer& row) { return letter != 0 && row.letter == letter; });
}

const Answer* answer_to(std::string_view name) {
  return find(foreign_options, [&](const Answer& row) { return !row.name.empty() && row.name == name; });
}

const Answer* answer_to_command(std::string_view word) {
  return find(coming_commands, [&](const Answer& row) { return row.name == word; });
}

std::string text_of(const Answer& answer, std::string_view argument, std::string_view others) {
  return fmt::format(fmt::runtime(answer.text), fmt::arg("argument", argument.empty() ? answer.argument : argument),
                     fmt::arg("others", others.empty() ? answer.others : others));
}

}  // namespace cli

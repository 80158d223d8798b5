// SPDX-License-Identifier: MIT
#include "cli/options.hpp"

#include <array>

namespace cli {

namespace {

constexpr Commands all = portscope::every<CommandId>();
constexpr Commands acting{CommandId::kill, CommandId::close};
constexpr Commands again{CommandId::list, CommandId::watch, CommandId::events};
constexpr Commands of_events{CommandId::list, CommandId::events};

constexpr auto option_table = std::to_array<Option>({
    {OptionId::tcp, 't', "tcp", "", Values::none, Group::protocols, "TCP sockets", all},
    {OptionId::udp, 'u', "udp", "", Values::none, Group::protocols, "UDP sockets", all},
    {OptionId::raw, 'w', "raw", "", Values::none, Group::protocols, "raw IP sockets"},
    {OptionId::unix_socket, 'x', "unix", "", Values::none, Group::protocols, "Unix sockets"},
    {OptionId::udplite, 0, "udplite", "", Values::none, Group::protocols, "UDP-Lite sockets", all},
    {OptionId::icmp, 0, "icmp", "", Values::none, Group::protocols, "ICMP echo (\"ping\") sockets"},
    {OptionId::mptcp, 'M', "mptcp", "", Values::none, Group::protocols, "MPTCP sockets, each with its subflows"},
    {OptionId::sctp, 'S', "sctp", "", Values::none, Group::protocols, "SCTP endpoints and associations"},
    {OptionId::dccp, 'd', "dccp", "", Values::none, Group::protocols, "DCCP sockets"},
    {OptionId::packet, '0', "packet", "", Values::none, Group::protocols, "packet sockets: who is sniffing"},
    {OptionId::netlink, 0, "netlink", "", Values::none, Group::protocols, "netlink sockets"},
    {OptionId::vsock, 0, "vsock", "", Values::none, Group::protocols, "sockets between virtual machines and host"},
    {OptionId::xdp, 0, "xdp", "", Values::none, Group::protocols, "AF_XDP sockets"},
    {OptionId::tipc, 0, "tipc", "", Values::none, Group::protocols, "TIPC sockets"},
    {OptionId::ipv4, '4', "ipv4", "", Values::none, Group::protocols, "only IPv4 sockets", all},
    {OptionId::ipv6, '6', "ipv6", "", Values::none, Group::protocols, "only IPv6 sockets", all},
    {OptionId::ipv4, 0, "inet", "", Values::none, Group::protocols, "the same as --ipv4, as in netstat"},
    {OptionId::ipv6, 0, "inet6", "", Values::none, Group::protocols, "the same as --ipv6"},
    {OptionId::family, 'f', "family", "FAMILY", Values::families, Group::protocols,
     "inet, inet6, unix, link, netlink, vsock, xdp or tipc"},
    {OptionId::family, 0, "protocol", "FAMILY", Values::families, Group::protocols, "the same as --family"},
    {OptionId::query, 'A', "query", "LIST", Values::transports, Group::protocols,
     "protocols by name, parted by commas; inet is all of IP, all is every one"},
    {OptionId::query, 0, "socket", "LIST", Values::transports, Group::protocols, "the same as --query"},

    {OptionId::listen, 'l', "listen", "", Values::none, Group::sockets,
     "only where a server waits: TCP and Unix listeners; UDP, raw and ICMP sockets without a peer"},
    {OptionId::listen, 0, "listening", "", Values::none, Group::sockets, "the same as --listen"},
    {OptionId::all, 'a', "all", "", Values::none, Group::sockets, "every state, time_wait too"},
    {OptionId::bound, 'B', "bound", "", Values::none, Group::sockets, "TCP sockets that hold a port without listening"},
    {OptionId::summary, 's', "summary", "", Values::none, Group::sockets,
     "counts instead of sockets, and what is scarce", listing},
    {OptionId::close,
     'K',
     "close",
     "",
     Values::none,
     Group::sockets,
     "close them; the same as the command close",
     {CommandId::list, CommandId::close}},

    {OptionId::extended, 'e', "extended", "", Values::none, Group::table,
     "also inode, cookie, user id, cgroup, direction, and options such as mark and type of service"},
    {OptionId::internals, 'i', "info", "", Values::none, Group::table,
     "also what TCP knows: round-trip time, window, bytes, retransmissions; age; subflows and rings"},
    {OptionId::memory, 'm', "memory", "", Values::none, Group::table, "also buffers, their limits, and drops"},
    {OptionId::timers, 'o', "timers", "", Values::none, Group::table, "also the timer that runs"},
    {OptionId::set_options, 0, "options", "", Values::none, Group::table,
     "also the options set on each socket, looked up through its holder (needs privileges)"},
    {OptionId::one_line, 'O', "oneline", "", Values::none, Group::table, "each socket on one line, details too"},
    {OptionId::columns, 'C', "columns", "LIST", Values::columns, Group::table, "these columns, parted by commas"},
    {OptionId::sort, 0, "sort", "KEY[,-KEY]", Values::columns, Group::table, "order by these columns; - reverses one"},
    {OptionId::no_header, 'H', "no-header", "", Values::none, Group::table, "without the line of headings"},
    {OptionId::color, 0, "color", "WHEN", Values::colors, Group::table, "auto, always or never", all},

    {OptionId::json, 'j', "json", "", Values::none, Group::formats, "one JSON document, see portscope-json(5)", all},
    {OptionId::jsonl, 0, "jsonl", "", Values::none, Group::formats, "one JSON object a line"},
    {OptionId::csv, 0, "csv", "", Values::none, Group::formats, "comma-separated values"},
    {OptionId::tsv, 0, "tsv", "", Values::none, Group::formats, "tab-separated values"},
    {OptionId::format, 0, "format", "NAME", Values::formats, Group::formats, "a format by name, see --list-formats",
     all},
    {OptionId::pretty, 0, "pretty", "", Values::none, Group::formats, "indent JSON", all},
    {OptionId::output, 0, "output", "FILE", Values::files, Group::formats, "write to FILE; it appears when it is whole",
     all},

    {OptionId::watch, 'c', "watch", "[SEC]", Values::none, Group::answer,
     "look again and again, every second or SEC, as the command watch does", again},
    {OptionId::watch, 0, "continuous", "", Values::none, Group::answer, "the same as --watch, as in netstat", again},
    {OptionId::events, 'E', "events", "", Values::none, Group::answer,
     "tell what becomes of sockets, as the command events does", of_events},
    {OptionId::duration, 0, "for", "SEC", Values::free_text, Group::answer, "end after so many seconds (events)",
     of_events},
    {OptionId::quiet, 'q', "quiet", "", Values::none, Group::answer, "no output, only the exit code", all},
    {OptionId::strict, 0, "strict", "", Values::none, Group::answer, "exit with 3 when owners are hidden from you",
     all},
    {OptionId::source, 0, "source", "WHERE", Values::sources, Group::answer,
     "auto (netlink, and /proc where it cannot), netlink or proc"},
    {OptionId::owners, 0, "owners", "ROAD", Values::owner_roads, Group::answer,
     "how processes are found: auto, bpf, proc, pinned or none; the answer is the same"},

    {OptionId::no_push_down, 0, "no-push-down", "", Values::none, Group::answer,
     "decide the whole filter here, nothing in the kernel; the answer is the same"},
    {OptionId::explain_filter, 0, "explain-filter", "", Values::none, Group::information,
     "what of the filter the kernel decides, and what portscope"},

    {OptionId::reuse_address, 0, "reuseaddr", "", Values::none, Group::binding, "the caller sets SO_REUSEADDR",
     callers_of_bind},
    {OptionId::reuse_port, 0, "reuseport", "", Values::none, Group::binding, "the caller sets SO_REUSEPORT",
     callers_of_bind},
    {OptionId::v6_only, 0, "v6only", "", Values::none, Group::binding, "the caller sets IPV6_V6ONLY", callers_of_bind},
    {OptionId::as_user, 0, "user", "NAME", Values::free_text, Group::binding, "the caller is this user",
     callers_of_bind},
    {OptionId::no_probe, 0, "no-probe", "", Values::none, Group::binding, "only the rules, no bind() for real (why)",
     Commands{CommandId::why}},
    {OptionId::count, 'n', "", "N", Values::free_text, Group::binding, "so many ports instead of one (free)",
     Commands{CommandId::free}},
    {OptionId::exec, 0, "exec", "", Values::none, Group::binding,
     "become the command behind --, with {port} filled in, or with LISTEN_FDS (free)", Commands{CommandId::free}},
    {OptionId::yes, 'y', "yes", "", Values::none, Group::acting, "do not ask; needed where there is no terminal",
     acting},
    {OptionId::dry_run, 0, "dry-run", "", Values::none, Group::acting, "only show what would be done", acting},
    {OptionId::grace,
     0,
     "grace",
     "SEC",
     Values::free_text,
     Group::acting,
     "how long a process may take to end (5 seconds)",
     {CommandId::kill}},
    {OptionId::force,
     0,
     "force",
     "",
     Values::none,
     Group::acting,
     "SIGKILL for who still holds the port then",
     {CommandId::kill}},
    {OptionId::until_free,
     0,
     "free",
     "",
     Values::none,
     Group::acting,
     "wait until nobody has the port, not until somebody listens",
     {CommandId::wait}},
    {OptionId::timeout,
     0,
     "timeout",
     "SEC",
     Values::free_text,
     Group::acting,
     "how long to wait (for ever)",
     {CommandId::wait}},

    {OptionId::accepted, 'n', "numeric", "", Values::none, Group::accepted, "ports and addresses are always numbers",
     all - Commands{CommandId::free}},
    {OptionId::accepted, 0, "numeric-ports", "", Values::none, Group::accepted, "as -n", all},
    {OptionId::accepted, 0, "numeric-hosts", "", Values::none, Group::accepted, "as -n", all},
    {OptionId::accepted, 'p', "processes", "", Values::none, Group::accepted, "processes are always shown", all},
    {OptionId::accepted, 0, "programs", "", Values::none, Group::accepted, "as -p", all},
    {OptionId::accepted, 'P', "", "", Values::none, Group::accepted, "as -n", all},
    {OptionId::accepted, 'W', "wide", "", Values::none, Group::accepted,
     "nothing is cut unless a terminal is too narrow", all},
    {OptionId::accepted, 'v', "verbose", "", Values::none, Group::accepted, "what could not be seen is always told",
     all},

    {OptionId::list_columns, 0, "list-columns", "", Values::none, Group::information, "every column, and what it tells",
     all},
    {OptionId::list_formats, 0, "list-formats", "", Values::none, Group::information, "every format", all},
    {OptionId::help, 'h', "help", "", Values::none, Group::information, "this text", all},
    {OptionId::version, 'V', "version", "", Values::none, Group::information, "version and licence", all},
    {OptionId::completion, 0, "completion", "SHELL", Values::shells, Group::hidden, "completion for bash, zsh or fish",
     all},
});

}  // namespace

std::span<const Option> options() { return option_table; }

std::string_view heading(Group group) {
  switch (group) {
    case Group::protocols:
      return "Protocols (default: all of IP)";
    case Group::sockets:
      return "Which sockets (default: every state but time_wait)";
    case Group::table:
      return "Columns and table";
    case Group::formats:
      return "Formats";
    case Group::answer:
      return "Answer";
    case Group::binding:
      return "How the caller would bind (why and free)";
    case Group::acting:
      return "Waiting and acting: wait, kill, close";
    case Group::accepted:
      return "Accepted because ss, netstat and lsof have them; already so";
    case Group::information:
      return "Information";
    case Group::hidden:
      return "";
  }
  return "";
}

}  // namespace cli

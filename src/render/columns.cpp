// SPDX-License-Identifier: MIT
#include "render/columns.hpp"

#include <algorithm>
#include <array>

#include "portscope/cgroup.hpp"
#include "render/details.hpp"

namespace render {

using portscope::DetailKind;
using portscope::Endpoint;
using portscope::EnumSet;
using portscope::Family;
using portscope::Holder;
using portscope::Need;
using portscope::Process;
using portscope::Snapshot;
using portscope::Socket;
using portscope::State;
using portscope::StringId;
using portscope::Transport;
using Transports = EnumSet<Transport>;

namespace {

bool is_ip(const Socket& socket) { return portscope::inet_transports.contains(socket.transport); }

Cell known(std::string_view text) { return text.empty() ? Cell{} : Cell{Text{text}}; }

Cell transport(const Snapshot& /*snapshot*/, const Socket& socket) { return Word{name(socket.transport)}; }
Cell family(const Snapshot& /*snapshot*/, const Socket& socket) { return Word{name(socket.family)}; }
Cell type(const Snapshot& /*snapshot*/, const Socket& socket) {
  const bool untold = socket.transport == Transport::netlink && socket.source == portscope::Source::proc;
  if (is_ip(socket)) return Inapplicable{};
  return untold ? Cell{} : Cell{Word{name(socket.type)}};
}
Cell state(const Snapshot& /*snapshot*/, const Socket& socket) { return Word{name(socket.state)}; }
Cell state_id(const Snapshot& /*snapshot*/, const Socket& socket) { return std::uint64_t{socket.state_id}; }
template <std::optional<std::uint32_t> Socket::*number>
Cell number_of(const Snapshot& /*snapshot*/, const Socket& socket) {
  return socket.*number ? Cell{std::uint64_t{*(socket.*number)}} : Cell{};
}
template <portscope::AnyEndpoint Socket::*end>
Cell end_of(const Snapshot& snapshot, const Socket& socket) {
  return std::holds_alternative<std::monostate>(socket.*end) ? Cell{} : Cell{End{&snapshot, &socket, &(socket.*end)}};
}
Cell inode(const Snapshot& /*snapshot*/, const Socket& socket) {
  return socket.inode != 0 ? Cell{std::uint64_t{socket.inode}} : Cell{};
}
Cell cookie(const Snapshot& /*snapshot*/, const Socket& socket) {
  return socket.cookie != 0 ? Cell{Hex{socket.cookie}} : Cell{};
}
Cell source(const Snapshot& /*snapshot*/, const Socket& socket) { return Word{name(socket.source)}; }
Cell netns(const Snapshot& snapshot, const Socket& /*socket*/) { return NetnsCell{&snapshot.netns}; }
Cell owners(const Snapshot& snapshot, const Socket& socket) { return Owners{&snapshot, &socket}; }
Cell owner_status(const Snapshot& /*snapshot*/, const Socket& socket) { return Word{name(socket.owner_status)}; }

/// The IP versions a socket serves; of /proc's wildcards only one is certain.
Cell ip(const Snapshot& /*snapshot*/, const Socket& socket) {
  if (!is_ip(socket)) return Inapplicable{};
  if (socket.transport == Transport::raw) return Word{socket.family == Family::ipv4 ? "4" : "6"};
  if (is_dual_stack(socket)) return Word{"4+6"};
  if (socket.family == Family::ipv4) return Word{"4"};
  const Endpoint* end = inet(socket.local);
  const bool open_question = end != nullptr && end->address == portscope::Address{} && !socket.v6_only;
  return Word{open_question ? "6?" : "6"};
}

Cell dual_stack(const Snapshot& /*snapshot*/, const Socket& socket) {
  const Endpoint* end = inet(socket.local);
  const bool may_be = socket.family == Family::ipv6 && end != nullptr && end->address == portscope::Address{};
  if (may_be && !socket.v6_only) return {};
  return is_dual_stack(socket);
}

Cell interface(const Snapshot& snapshot, const Socket& socket) {
  return known(snapshot.text(Snapshot::look_up(snapshot.interfaces, socket.interface)));
}

Cell user(const Snapshot& snapshot, const Socket& socket) {
  if (!socket.uid) return {};
  const StringId id = Snapshot::look_up(snapshot.users, *socket.uid);
  return User{*socket.uid, id != StringId::none, {snapshot.text(id)}};
}

Cell listen(const Snapshot& snapshot, const Socket& socket) {
  return socket.state == State::listen ? Cell{ListenQueue{&snapshot, &socket}} : Cell{};
}

Cell shutdown(const Snapshot& /*snapshot*/, const Socket& socket) {
  return socket.shutdown == portscope::Shutdown::untold ? Cell{} : Cell{Word{name(socket.shutdown)}};
}

Cell direction(const Snapshot& /*snapshot*/, const Socket& socket) {
  if (!is_ip(socket)) return Inapplicable{};
  return socket.direction == portscope::Direction::untold ? Cell{} : Cell{Word{name(socket.direction)}};
}

/// `view` of a socket that may have `kind`; the question does not arise for other transports.
constexpr Transports only_tcp{Transport::tcp};
constexpr Transports all_transports = portscope::every<Transport>();
template <const DetailView& view, DetailKind kind, const Transports& transports>
Cell details_of(const Snapshot& snapshot, const Socket& socket) {
  if (!transports.contains(socket.transport)) return Inapplicable{};
  return DetailReader(snapshot, socket).has(kind) ? Cell{Details{&snapshot, &socket, &view}} : Cell{};
}

/// IP sockets tell some by themselves; what was looked up through a holder, any.
Cell options(const Snapshot& snapshot, const Socket& socket) {
  const DetailReader reader(snapshot, socket);
  if (reader.has(DetailKind::flags) || reader.has(DetailKind::set_options)) {
    return Details{&snapshot, &socket, &options_view};
  }
  return {};
}

/// What is always told of a socket of that family, even when there is little to tell.
template <const DetailView& view, Transport transport>
Cell family_details(const Snapshot& snapshot, const Socket& socket) {
  return socket.transport == transport ? Cell{Details{&snapshot, &socket, &view}} : Cell{Inapplicable{}};
}

/// A number of struct tcp_info.
template <const auto& field>
Cell tcp_number(const Snapshot& snapshot, const Socket& socket) {
  if (socket.transport != Transport::tcp) return Inapplicable{};
  const auto number = DetailReader(snapshot, socket).number(DetailKind::tcp_info, field);
  return number ? Cell{*number} : Cell{};
}
constexpr char rtt_us[] = "rtt_us";
constexpr char snd_cwnd[] = "snd_cwnd";
constexpr char bytes_sent[] = "bytes_sent";
constexpr char bytes_received[] = "bytes_received";
constexpr char total_retrans[] = "total_retrans";
constexpr char delivery_rate[] = "delivery_rate";

Cell congestion(const Snapshot& snapshot, const Socket& socket) {
  if (socket.transport != Transport::tcp) return Inapplicable{};
  return known(DetailReader(snapshot, socket).text(DetailKind::congestion));
}

Cell age(const Snapshot& snapshot, const Socket& socket) {
  return socket.transport == Transport::tcp ? age_of(snapshot, socket) : Cell{Inapplicable{}};
}

std::string_view cgroup_path(const Snapshot& snapshot, const Socket& socket) {
  return snapshot.text(Snapshot::look_up(snapshot.cgroups, socket.cgroup));
}
Cell cgroup(const Snapshot& snapshot, const Socket& socket) { return known(cgroup_path(snapshot, socket)); }
Cell unit(const Snapshot& snapshot, const Socket& socket) {
  return known(portscope::unit_of(cgroup_path(snapshot, socket)));
}
Cell container(const Snapshot& snapshot, const Socket& socket) {
  return known(portscope::container_of(cgroup_path(snapshot, socket)));
}

template <portscope::AnyEndpoint Socket::*end>
Cell address(const Snapshot& snapshot, const Socket& socket) {
  if (std::holds_alternative<std::monostate>(socket.*end)) return {};
  return EndAddress{{&snapshot, &socket, &(socket.*end)}};
}

template <portscope::AnyEndpoint Socket::*end>
Cell port(const Snapshot& /*snapshot*/, const Socket& socket) {
  if (const auto* netlink = std::get_if<portscope::NetlinkEndpoint>(&(socket.*end))) {
    return std::uint64_t{netlink->port_id};
  }
  const auto number = portscope::port_of(socket.*end);
  return number ? Cell{std::uint64_t{*number}} : Cell{};
}

/// Each holding process once, in the order of the pids.
std::vector<const Process*> processes(const Snapshot& snapshot, const Socket& socket) {
  std::vector<const Process*> found;
  for (const Holder& holder : snapshot.holders_of(socket)) {
    const Process* process = &snapshot.processes[holder.process];
    if (found.empty() || found.back() != process) found.push_back(process);
  }
  return found;
}

Cell pid(const Snapshot& snapshot, const Socket& socket) {
  Numbers pids;
  for (const Process* process : processes(snapshot, socket)) pids.push_back(static_cast<std::uint64_t>(process->pid));
  return pids;
}

template <StringId Process::*field>
Cell of_processes(const Snapshot& snapshot, const Socket& socket) {
  Texts texts;
  for (const Process* process : processes(snapshot, socket)) {
    const StringId id = process->*field;
    texts.push_back(id == StringId::none ? std::nullopt : std::make_optional(Text{snapshot.text(id)}));
  }
  return texts;
}

Cell cmdline(const Snapshot& snapshot, const Socket& socket) {
  CommandLines lines;
  for (const Process* process : processes(snapshot, socket)) {
    const StringId id = process->command_line;
    lines.push_back(id == StringId::none
                        ? std::nullopt
                        : std::make_optional(CommandLine{snapshot.text(id), process->command_line_cut}));
  }
  return lines;
}

constexpr EnumSet<Layout> tables{Layout::listeners, Layout::sockets};
constexpr EnumSet<Layout> json_and_flat{Layout::json, Layout::flat};
constexpr EnumSet<Layout> everywhere = tables | json_and_flat;
constexpr EnumSet<Layout> on_demand{};
constexpr EnumSet<Need> free_of_charge{};
constexpr EnumSet<Need> holders{Need::owners};
constexpr EnumSet<Need> details{Need::owners, Need::process_details};
constexpr EnumSet<Need> internals{Need::tcp_info};
constexpr EnumSet<Layout> of_families{Layout::json, Layout::extended, Layout::internals};
constexpr EnumSet<Trait> beneath{Trait::beneath, Trait::if_filled};
constexpr EnumSet<Trait> if_filled{Trait::if_filled};
constexpr EnumSet<Trait> expendable{Trait::expendable};

constexpr auto column_table = std::to_array<Column>({
    {"transport", "PROTO", "protocol, such as tcp, udp or unix", everywhere, free_of_charge, transport},
    {"family", "FAMILY", "address family of the socket: ipv4, ipv6, unix and others", json_and_flat, free_of_charge,
     family},
    {"type", "TYPE", "of sockets that are not IP: stream, datagram, seqpacket, raw and others", everywhere,
     free_of_charge, type, if_filled | expendable},
    {"state",
     "STATE",
     "what the socket is doing",
     {Layout::sockets, Layout::json, Layout::flat},
     free_of_charge,
     state},
    {"state_id", "ID", "the kernel's number of the state", {Layout::json}, free_of_charge, state_id},
    {"recv_queue",
     "RECV-Q",
     "bytes not yet read; of a listener: connections not yet accepted",
     {Layout::sockets, Layout::json, Layout::flat},
     free_of_charge,
     number_of<&Socket::recv_queue>,
     expendable},
    {"send_queue",
     "SEND-Q",
     "bytes not yet acknowledged; of a listener: the limit of its queue",
     {Layout::sockets, Layout::json, Layout::flat},
     free_of_charge,
     number_of<&Socket::send_queue>,
     expendable},
    {"local",
     "LOCAL",
     "address and port of this end; * is IPv4 and IPv6",
     {Layout::listeners, Layout::sockets, Layout::json},
     {Need::interfaces},
     end_of<&Socket::local>},
    {"local_address",
     "LOCAL-ADDRESS",
     "address of this end, or the name of a Unix socket",
     {Layout::flat},
     free_of_charge,
     address<&Socket::local>},
    {"local_port", "LOCAL-PORT", "port of this end", {Layout::flat}, free_of_charge, port<&Socket::local>},
    {"ip", "IP", "IP versions the socket serves: 4, 6 or 4+6", {Layout::listeners}, free_of_charge, ip, if_filled},
    {"peer",
     "PEER",
     "address and port of the other end",
     {Layout::sockets, Layout::json},
     free_of_charge,
     end_of<&Socket::peer>,
     if_filled},
    {"peer_address",
     "PEER-ADDRESS",
     "address of the other end",
     {Layout::flat},
     free_of_charge,
     address<&Socket::peer>},
    {"peer_port", "PEER-PORT", "port of the other end", {Layout::flat}, free_of_charge, port<&Socket::peer>},
    {"interface",
     "INTERFACE",
     "interface the socket is bound to, or scope of its link-local address",
     json_and_flat,
     {Need::interfaces},
     interface},
    {"inode",
     "INODE",
     "number of the socket on sockfs",
     {Layout::extended, Layout::json, Layout::flat},
     free_of_charge,
     inode,
     expendable},
    {"cookie",
     "COOKIE",
     "the socket's identity until the machine restarts",
     {Layout::extended, Layout::json},
     free_of_charge,
     cookie,
     expendable},
    {"uid",
     "UID",
     "id of the user who made the socket",
     {Layout::extended, Layout::json, Layout::flat},
     free_of_charge,
     number_of<&Socket::uid>,
     expendable},
    {"owners",
     "PROCESS",
     "every process that holds the socket, as name(pid,pid)",
     {Layout::listeners, Layout::sockets, Layout::json},
     holders,
     owners},
    {"user", "USER", "name of the user who made the socket", everywhere, {Need::users}, user, expendable},
    {"netns", "NETNS", "network namespace", {Layout::json}, {Need::netns}, netns},
    {"direction",
     "DIRECTION",
     "in: to a port with a listener here; local: both ends here; out",
     {Layout::extended, Layout::json},
     {Need::direction},
     direction,
     if_filled},
    {"age",
     "AGE",
     "of a TCP connection: how old, or > at least how old",
     {Layout::internals},
     {Need::tcp_info},
     age,
     if_filled},
    {"dual_stack", "DUAL", "whether an IPv6 wildcard takes IPv4 too", json_and_flat, free_of_charge, dual_stack},
    {"cgroup",
     "CGROUP",
     "cgroup the socket was made in",
     {Layout::extended, Layout::json},
     {Need::cgroups},
     cgroup,
     if_filled | expendable},
    {"unit", "UNIT", "systemd unit of that cgroup", everywhere, {Need::cgroups}, unit, if_filled | expendable},
    {"container", "CONTAINER", "container of that cgroup", json_and_flat, {Need::cgroups}, container},
    {"listen",
     "QUEUE",
     "of a listener: waiting connections/limit, how many were refused and are half open",
     {Layout::listeners, Layout::json},
     {Need::drops, Need::requests, Need::somaxconn},
     listen,
     if_filled},
    {"drops",
     "DROPS",
     "of a listener: connections refused; of others: packets dropped",
     {Layout::json},
     {Need::drops},
     number_of<&Socket::drops>},
    {"shutdown",
     "SHUTDOWN",
     "directions that were shut down: none, receive, send or both",
     {Layout::json},
     free_of_charge,
     shutdown},
    {"owner_status", "OWNER", "known, hidden, kernel, none, elsewhere or gone", json_and_flat, holders, owner_status},
    {"pid", "PID", "ids of the holding processes", {Layout::flat}, holders, pid},
    {"name", "NAME", "names of the holding processes", {Layout::flat}, holders, of_processes<&Process::name>},
    {"exe", "EXE", "executables of the holding processes", on_demand, details, of_processes<&Process::exe>},
    {"cmdline", "COMMAND", "command lines of the holding processes", on_demand, details, cmdline},
    {"congestion", "CONGESTION", "TCP's congestion control", on_demand, internals, congestion},
    {"rtt_us", "RTT-US", "smoothed round-trip time of TCP, microseconds", on_demand, internals, tcp_number<rtt_us>},
    {"cwnd", "CWND", "congestion window of TCP, segments", on_demand, internals, tcp_number<snd_cwnd>},
    {"bytes_sent", "SENT", "bytes sent over TCP, also those sent again", on_demand, internals, tcp_number<bytes_sent>},
    {"bytes_received", "RECEIVED", "bytes received over TCP", on_demand, internals, tcp_number<bytes_received>},
    {"retransmits", "RETRANS", "segments that TCP sent again", on_demand, internals, tcp_number<total_retrans>},
    {"delivery_rate", "RATE", "rate at which TCP delivered of late, bytes a second", on_demand, internals,
     tcp_number<delivery_rate>},
    {"tcp",
     "TCP",
     "what TCP knows of the connection (-i)",
     {Layout::internals},
     internals,
     details_of<tcp_view, DetailKind::tcp_info, only_tcp>,
     beneath},
    {"memory",
     "MEMORY",
     "buffers, their limits, and drops (-m)",
     {Layout::memory},
     {Need::memory},
     details_of<memory_view, DetailKind::memory, all_transports>,
     beneath},
    {"timer",
     "TIMER",
     "the timer that runs, and when it fires (-o)",
     {Layout::timers},
     {Need::timer},
     details_of<timer_view, DetailKind::timer, portscope::inet_transports>,
     beneath},
    {"options",
     "OPTIONS",
     "type of service, class, mark and options set (-e, --options)",
     {Layout::extended, Layout::set_options},
     {Need::options},
     options,
     beneath},
    {"unix", "UNIX", "of a Unix socket: its file, who waits, who is connected to it", of_families, free_of_charge,
     family_details<unix_view, Transport::unix_socket>, beneath},
    {"packet",
     "PACKET",
     "of a packet socket: rings, fan-out, memberships, filter",
     of_families,
     {Need::interfaces},
     family_details<packet_view, Transport::packet>,
     beneath},
    {"netlink", "NETLINK", "of a netlink socket: its multicast groups", of_families, free_of_charge,
     family_details<netlink_view, Transport::netlink>, beneath},
    {"mptcp", "MPTCP", "of an MPTCP socket: its subflows", of_families, free_of_charge,
     family_details<mptcp_view, Transport::mptcp>, beneath},
    {"sctp", "SCTP", "of an SCTP socket: all its addresses", of_families, free_of_charge,
     family_details<sctp_view, Transport::sctp>, beneath},
    {"xdp", "XDP", "of an AF_XDP socket: rings, memory, statistics", of_families, free_of_charge,
     family_details<xdp_view, Transport::xdp>, beneath},
    {"tipc", "TIPC", "of a TIPC socket: service and congestion", of_families, free_of_charge,
     family_details<tipc_view, Transport::tipc>, beneath},
    {"source", "SOURCE", "where the row was read: netlink, proc or descriptor", on_demand, free_of_charge, source},
});

}  // namespace

std::span<const Column> columns() { return column_table; }

bool is_expendable(const Column& column, std::size_t width) {
  constexpr std::size_t narrow = 40;
  if (column.traits.contains(Trait::expendable) || width >= narrow) return column.traits.contains(Trait::expendable);
  return column.name != "local" && column.name != "owners";
}

const Column* find_column(std::string_view name) {
  const auto* const found =
      std::find_if(column_table.begin(), column_table.end(), [&](const Column& column) { return column.name == name; });
  return found == column_table.end() ? nullptr : found;
}

}  // namespace render

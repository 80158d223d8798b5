// SPDX-License-Identifier: MIT
#include "model/filter_fields.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "model/field_values.hpp"

namespace portscope {

namespace {

template <void (*tell)(const Facts&, Judge&)>
Truth told(const Condition& condition, const Facts& facts) {
  Judge judge(condition);
  tell(facts, judge);
  return judge.verdict();
}

constexpr std::nullptr_t stays = nullptr;  // the kernel knows nothing of it
constexpr EnumSet<Need> row{};
constexpr EnumSet<Need> owners{Need::owners};
constexpr EnumSet<Need> process_details{Need::owners, Need::process_details};
constexpr EnumSet<Need> cgroups{Need::owners, Need::process_details, Need::cgroups};
constexpr EnumSet<Need> internals{Need::tcp_info};
constexpr EnumSet<Transport> all = every<Transport>();
constexpr EnumSet<Transport> with_ports = inet_transports | EnumSet<Transport>{Transport::vsock};
constexpr EnumSet<Transport> with_ends = with_ports | EnumSet<Transport>{Transport::unix_socket};
constexpr EnumSet<Transport> only_tcp{Transport::tcp};

constexpr Untold by_netlink{"ENODATA", "the kernel does not tell it"};
constexpr Untold old_kernel{"ENODATA", "a newer kernel tells it"};
constexpr Untold only_least{"ENODATA", "the kernel tells only how old they are at least"};
constexpr Untold of_admins{"EPERM", "marks are told to CAP_NET_ADMIN; run as root"};
constexpr Untold of_netns{"EACCES", "mount /proc"};

constexpr auto table = std::to_array<FilterField>({
    {FieldId::target, "", "a port, address or path", Syntax::target, target_holds, lower_target, row, all, row,
     by_netlink},
    {FieldId::state, "state", "what the socket is doing", Syntax::word, told<tell_state>},
    {FieldId::proto, "proto", "protocol, such as tcp", Syntax::word, told<tell_transport>, lower_transport},
    {FieldId::family, "family", "address family of the socket", Syntax::word, told<tell_family>},
    {FieldId::sport, "sport", "port of this end", Syntax::port, told<tell_local_port>, lower_ports, row, with_ports},
    {FieldId::dport, "dport", "port of the other end; 0 without one", Syntax::port, told<tell_peer_port>, lower_ports,
     row, with_ports},
    {FieldId::port, "port", "port of either end", Syntax::port, told<tell_ports>, lower_ports, row, with_ports},
    {FieldId::src, "src", "address of this end", Syntax::end, local_end_holds, lower_local_end, row, with_ends, row,
     by_netlink},
    {FieldId::dst, "dst", "address of the other end", Syntax::end, peer_end_holds, lower_peer_end, row, with_ends, row,
     by_netlink},
    {FieldId::dev, "dev", "interface it is bound to", Syntax::interface, told<tell_interface>, lower_interface, row,
     all, row, by_netlink},
    {FieldId::fwmark,
     "fwmark",
     "firewall mark, with a mask",
     Syntax::mark,
     mark_holds,
     lower_mark,
     {Need::options},
     inet_transports,
     row,
     of_admins},
    {FieldId::cgroup,
     "cgroup",
     "cgroup it was made in",
     Syntax::cgroup,
     told<tell_cgroup>,
     lower_cgroup,
     row,
     all,
     {Need::cgroups},
     by_netlink},
    {FieldId::proc, "proc", "name of a process that holds it", Syntax::text, told<tell_process_names>, stays, owners},
    {FieldId::exe, "exe", "executable of a process that holds it", Syntax::text, told<tell_executables>, stays,
     process_details},
    {FieldId::cmdline, "cmdline", "command line of a process that holds it", Syntax::text, told<tell_command_lines>,
     stays, process_details},
    {FieldId::pid, "pid", "id of a process that holds it", Syntax::id, told<tell_pids>, stays, owners},
    {FieldId::uid, "uid", "id of the user who made it", Syntax::id, told<tell_uid>},
    {FieldId::user, "user", "user who made it", Syntax::user, told<tell_uid>, stays, row, all, {Need::users}},
    {FieldId::unit, "unit", "systemd unit of its cgroup or of a holder", Syntax::text, told<tell_units>, stays,
     cgroups},
    {FieldId::container, "container", "container of its cgroup or of a holder", Syntax::text, told<tell_containers>,
     stays, cgroups},
    {FieldId::pod, "pod", "uid of the Kubernetes pod of its cgroup or of a holder", Syntax::text, told<tell_pods>,
     stays, cgroups},
    {FieldId::netns,
     "netns",
     "network namespace, by name or inode",
     Syntax::text,
     told<tell_netns>,
     stays,
     {Need::netns},
     all,
     row,
     of_netns},
    {FieldId::scope, "scope", "how far the peer's address reaches, or its own", Syntax::word, told<tell_scope>, stays,
     row, inet_transports},
    {FieldId::direction,
     "direction",
     "who called whom",
     Syntax::word,
     told<tell_direction>,
     stays,
     {Need::direction},
     inet_transports},
    {FieldId::inode, "inode", "number of the socket on sockfs", Syntax::id, told<tell_inode>},
    {FieldId::cookie, "cookie", "the socket's identity", Syntax::hex, told<tell_cookie>, stays, row, all, row,
     by_netlink},
    {FieldId::age, "age", "how old a TCP connection is", Syntax::duration, told<tell_age>, stays, internals, only_tcp,
     row, only_least},
    {FieldId::rtt, "rtt", "round-trip time of TCP", Syntax::duration, told<tell_rtt>, stays, internals, only_tcp, row,
     old_kernel},
    {FieldId::retrans, "retrans", "segments that TCP sent again", Syntax::count, told<tell_retransmits>, stays,
     internals, only_tcp, row, old_kernel},
    {FieldId::bytes_sent, "bytes_sent", "bytes sent over TCP", Syntax::amount, told<tell_bytes_sent>, stays, internals,
     only_tcp, row, old_kernel},
    {FieldId::bytes_received, "bytes_received", "bytes received over TCP", Syntax::amount, told<tell_bytes_received>,
     stays, internals, only_tcp, row, old_kernel},
    {FieldId::recv_queue, "recv_queue", "bytes not yet read; connections not yet accepted", Syntax::amount,
     told<tell_recv_queue>},
    {FieldId::send_queue, "send_queue", "bytes not yet acknowledged", Syntax::amount, told<tell_send_queue>},
    {FieldId::drops,
     "drops",
     "packets dropped, connections refused",
     Syntax::count,
     told<tell_drops>,
     stays,
     {Need::drops},
     all,
     row,
     by_netlink},
});
static_assert(table.size() == static_cast<std::size_t>(FieldId::drops) + 1, "every field has its row");

/// What other tools, and our columns, call them.
constexpr auto other_names = std::to_array<std::pair<std::string_view, FieldId>>({
    {"transport", FieldId::proto},
    {"local_port", FieldId::sport},
    {"peer_port", FieldId::dport},
    {"local_address", FieldId::src},
    {"peer_address", FieldId::dst},
    {"interface", FieldId::dev},
    {"mark", FieldId::fwmark},
    {"name", FieldId::proc},
    {"retransmits", FieldId::retrans},
});

}  // namespace

std::span<const FilterField> filter_fields() { return table; }

const FilterField& field_of(const Condition& condition) { return table.at(static_cast<std::size_t>(condition.field)); }

/// Only a connection has a direction, an age and numbers of its own.
bool arises(const FilterField& field, const Socket& socket) {
  constexpr std::array of_connections{FieldId::direction, FieldId::age,        FieldId::rtt,
                                      FieldId::retrans,   FieldId::bytes_sent, FieldId::bytes_received};
  constexpr EnumSet<State> without_peer{State::listen, State::bound, State::unconnected};
  if (!field.transports.contains(socket.transport)) return false;
  const bool of_connection = std::find(of_connections.begin(), of_connections.end(), field.id) != of_connections.end();
  return !of_connection || !without_peer.contains(socket.state);
}

const FilterField* find_field(std::string_view name) {
  if (name.empty()) return nullptr;
  const auto* const other =
      std::find_if(other_names.begin(), other_names.end(), [&](const auto& pair) { return pair.first == name; });
  if (other != other_names.end()) return &table.at(static_cast<std::size_t>(other->second));
  const auto* const found =
      std::find_if(table.begin(), table.end(), [&](const FilterField& field) { return field.name == name; });
  return found != table.end() ? found : nullptr;
}

}  // namespace portscope

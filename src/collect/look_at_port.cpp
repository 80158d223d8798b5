// SPDX-License-Identifier: MIT
#include "collect/look_at_port.hpp"

#include <linux/capability.h>

#include <algorithm>
#include <cerrno>
#include <string>

#include "collect/bind_door.hpp"
#include "collect/other_namespaces.hpp"
#include "collect/port_holders.hpp"
#include "collect/process_facts.hpp"
#include "collect/settings.hpp"
#include "portscope/query.hpp"
#include "sys/lent_rights.hpp"
#include "sys/machine.hpp"

namespace collect {

using portscope::Address;
using portscope::BindAttempt;
using portscope::BindProbe;
using portscope::BindRequest;
using portscope::BindSettings;
using portscope::BindView;
using portscope::LocalAddress;
using portscope::Need;
using portscope::Probing;
using portscope::Snapshot;
using portscope::Truth;

namespace {

/// Every socket that has the port, of all transports that have any: one that is not in the way is worth a note.
portscope::Request sockets_of(const BindRequest& request) {
  portscope::Request result;
  result.selection.transports = portscope::bind_transports;
  result.selection.filter = portscope::parse_query("sport = :" + std::to_string(request.attempts.front().port));
  result.needs =
      request.needs | portscope::EnumSet<Need>{Need::owners,  Need::process_details, Need::users,   Need::interfaces,
                                               Need::cgroups, Need::timer,           Need::settings};
  return result;
}

LocalAddress local_address(const sys::InterfaceAddress& from) {
  LocalAddress result;
  constexpr std::uint8_t before_ipv4 = 96;
  result.prefix = {Address::ipv6(from.address), 128};
  if (!from.is_ipv6) {
    const auto& b = from.address;
    result.prefix = {Address::ipv4({b[12], b[13], b[14], b[15]}), static_cast<std::uint8_t>(before_ipv4 + from.bits)};
  }
  if (from.broadcast) result.broadcast = Address::ipv4(*from.broadcast);
  result.interface = from.interface;
  result.on_loopback = from.on_loopback;
  return result;
}

BindSettings settings_for(const BindAttempt& attempt, const sys::Proc& proc) {
  BindSettings settings = read_bind_settings(proc);
  for (const auto& address : sys::interface_addresses()) settings.addresses.push_back(local_address(address));
  // Of another user nothing is known but that root may, as a rule, and the rest may not.
  settings.may_bind_privileged =
      attempt.uid == sys::own_user() ? sys::has_capability(CAP_NET_BIND_SERVICE) : attempt.uid == 0;
  return settings;
}

BindProbe probe(const BindAttempt& attempt, Probing probing, const sys::BindDoor& door) {
  if (probing == Probing::off) return {false, 0, "it was not to be tried"};
  if (takes_traffic(attempt)) {
    return {false, 0, "datagrams for others could come to a socket that shares their port, so it was not tried"};
  }
  const int error = door.bind(bind_try(attempt)).error();
  if (error == EPERM && attempt.uid != sys::own_user()) {
    return {false, 0, "only root can try it as another user"};
  }
  return {true, error, {}};
}

Truth conflict_of(const BindView& view, const BindAttempt& attempt) {
  return judge(attempt, view.holders, view.snapshot.settings).conflict;
}

bool is_in_the_way(const BindView& view) {
  const auto fails = [](const BindProbe& probe) { return probe.error == EADDRINUSE; };
  const auto conflicts = [&](const BindAttempt& attempt) { return conflict_of(view, attempt) != Truth::no; };
  return std::any_of(view.probes.begin(), view.probes.end(), fails) ||
         std::any_of(view.attempts.begin(), view.attempts.end(), conflicts);
}

/// Where bind() succeeds with SO_REUSEADDR and by the rules should not: whether it does without.
void probe_without_reuse(const BindView& view, const sys::BindDoor& door, std::size_t index, BindProbe& probe) {
  BindAttempt attempt = view.attempts[index];
  const bool is_tcp = attempt.transport == portscope::Transport::tcp;
  const bool may_overlook = is_tcp && attempt.reuse_address && !attempt.reuse_port;
  if (!probe.tried || probe.error != 0 || !may_overlook || conflict_of(view, attempt) != Truth::yes) return;
  attempt.reuse_address = false;
  probe.without_reuse = door.bind(bind_try(attempt)).error();
}

/// The kernel refuses, and of what was listed nothing is in the way.
bool is_blocked_by_nobody(const BindView& view) {
  for (std::size_t i = 0; i < view.probes.size(); ++i) {
    const bool refused = view.probes[i].error == EADDRINUSE;
    if (refused && conflict_of(view, view.attempts[i]) == Truth::no) return true;
  }
  return false;
}

/// Without reuse flags: it is to be nobody else's.
std::optional<std::uint16_t> next_free(std::vector<BindAttempt> attempts, const sys::BindDoor& door) {
  constexpr int most_tries = 200;
  for (BindAttempt& attempt : attempts) attempt.reuse_address = attempt.reuse_port = false;
  const std::uint16_t port = attempts.front().port;
  for (int next = port + 1; next <= std::min(port + most_tries, UINT16_MAX); ++next) {
    if (try_port(attempts, static_cast<std::uint16_t>(next), door) == 0) return static_cast<std::uint16_t>(next);
  }
  return std::nullopt;
}

void find_starters(BindView& view, const Doors& doors, portscope::Time boot) {
  Snapshot& snapshot = view.snapshot;
  for (const auto& process : snapshot.processes) {
    const bool is_known = std::any_of(view.starters.begin(), view.starters.end(),
                                      [&](const auto& starter) { return starter.pid == process.ppid; });
    if (process.ppid == 0 || is_known || !doors.proc.root()) continue;
    const auto directory = doors.proc.root()->directory(std::to_string(process.ppid).c_str());
    if (!directory) continue;
    const auto parent = read_process(*directory, process.ppid, boot, snapshot.strings);
    if (parent) view.starters.push_back({parent->pid, parent->name});
  }
}

/// Where something else is in the way, it does not matter that the rules could not be read.
void look_at_rules(BindView& view, const Doors& doors, const RuleDoors* rules) {
  if (rules == nullptr) return;
  auto found = find_redirects(view.attempts, view.settings.addresses, *rules, doors.proc);
  view.redirects = std::move(found.redirects);
  if (found.gap && !is_in_the_way(view)) view.snapshot.gaps.push_back(std::move(*found.gap));
}

}  // namespace

BindView look_at_port(const BindRequest& request, const Doors& doors, const BindDoors& bind_doors, const Clock& clock) {
  const sys::BindDoor& door = bind_doors.bind;
  BindView view;
  view.attempts = request.attempts;
  resolve_attempts(view.attempts, request.interface, request.user);
  auto wanted = sockets_of(request);
  view.snapshot = take_snapshot(wanted, doors, clock);
  view.holders = port_holders(view.snapshot);
  view.settings = settings_for(view.attempts.front(), doors.proc);
  view.probes.reserve(view.attempts.size());
  for (std::size_t i = 0; i < view.attempts.size(); ++i) {
    view.probes.push_back(probe(view.attempts[i], request.probing, door));
    probe_without_reuse(view, door, i, view.probes.back());
  }
  if (is_blocked_by_nobody(view)) {
    wanted.needs.insert(Need::unlisted);
    view.snapshot = take_snapshot(wanted, doors, clock);
    view.holders = port_holders(view.snapshot);
  }
  find_starters(view, doors, clock.boot);
  look_at_rules(view, doors, bind_doors.rules);
  view.elsewhere = waiting_elsewhere(view.attempts.front(), doors.proc, view.snapshot.strings);
  if (request.probing == Probing::on && is_in_the_way(view)) view.next_free = next_free(view.attempts, door);
  return view;
}

}  // namespace collect

portscope::BindView portscope::look_at_port(const BindRequest& request) {
  const sys::LentRights rights(sys::LentRights::then_given_back);
  const auto diag = sys::open_diag();
  const sys::Proc proc;
  const sys::RealBind bind;
  const auto netfilter = sys::open_netfilter();
  const sys::RealXtTables xtables;
  const auto routes = sys::open_routes();
  const collect::RuleDoors rules{*netfilter, xtables, *routes};
  const auto bind_hash = sys::open_bind_hash();
  const auto clock = sys::read_clock();
  // It binds a socket of its own.
  sys::BindHash* const may_bind = request.probing == Probing::on ? bind_hash.get() : nullptr;
  return collect::look_at_port(request, {*diag, proc, nullptr, may_bind}, {bind, &rules},
                               {portscope::Time(clock.now), portscope::Time(clock.boot)});
}

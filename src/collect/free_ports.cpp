// SPDX-License-Identifier: MIT
#include "collect/free_ports.hpp"

#include <algorithm>
#include <cerrno>
#include <random>
#include <string>
#include <system_error>

#include "collect/bind_door.hpp"
#include "collect/settings.hpp"
#include "portscope/query.hpp"
#include "portscope/take_snapshot.hpp"
#include "sys/hand_over.hpp"

namespace collect {

using portscope::Address;
using portscope::BindAttempt;
using portscope::FreePorts;
using portscope::FreeRequest;
using portscope::PortRange;

namespace {

/// What the kernel takes where it is not told (net/ipv4/inet_connection_sock.c).
constexpr PortRange usual_range{32768, 60999};

/// Ports first..last without those that are kept from clients.
std::vector<std::uint16_t> candidates(const FreeRequest& request, PortRange range,
                                      const portscope::NetSettings& settings) {
  std::vector<std::uint16_t> ports;
  ports.reserve(range.last - range.first + 1);
  for (std::uint32_t port = range.first; port <= range.last; ++port) {
    const bool is_reserved = !request.range && settings.reserved_ports &&
                             std::any_of(settings.reserved_ports->begin(), settings.reserved_ports->end(),
                                         [&](const PortRange& reserved) { return reserved.contains(port); });
    if (!is_reserved) ports.push_back(static_cast<std::uint16_t>(port));
  }
  return ports;
}

/// One at `::` that is dual-stack has the port of IPv4, too.
bool is_covered(const BindAttempt& attempt, const std::vector<BindAttempt>& attempts) {
  return attempt.address.is_ipv4() && std::any_of(attempts.begin(), attempts.end(), [&](const BindAttempt& other) {
           return other.transport == attempt.transport && other.address == Address{} && !other.v6_only;
         });
}

/// Binds all of them, and keeps the sockets.
int hold_port(const std::vector<BindAttempt>& attempts, std::uint16_t port, const sys::BindDoor& door,
              std::vector<sys::Fd>& sockets) {
  std::vector<sys::Fd> held;
  bool no_ipv6 = false;
  for (const bool covered : {false, true}) {
    for (BindAttempt attempt : attempts) {
      if (is_covered(attempt, attempts) != covered || (covered && !no_ipv6)) continue;
      attempt.port = port;
      attempt.reuse_address = true;
      auto bound = door.bind(bind_try(attempt));
      no_ipv6 = no_ipv6 || bound.error() == EAFNOSUPPORT;
      if (bound.error() == EAFNOSUPPORT) continue;
      if (!bound) return bound.error();
      held.push_back(std::move(*bound));
    }
  }
  for (sys::Fd& fd : held) sockets.push_back(std::move(fd));
  return held.empty() ? EAFNOSUPPORT : 0;
}

/// `{port}` in the words becomes the ports.
std::vector<std::string> filled_in(std::vector<std::string> command, const std::vector<std::uint16_t>& ports) {
  std::string list;
  for (const std::uint16_t port : ports) list += (list.empty() ? "" : ",") + std::to_string(port);
  constexpr std::string_view place = "{port}";
  for (std::string& word : command) {
    for (std::size_t at = word.find(place); at != std::string::npos; at = word.find(place, at + list.size())) {
      word.replace(at, place.size(), list);
    }
  }
  return command;
}

/// Whether somebody listens on each of them.
bool all_have_listeners(const std::vector<std::uint16_t>& ports) {
  return std::all_of(ports.begin(), ports.end(), [](std::uint16_t port) {
    portscope::Request request;
    request.selection.transports = {portscope::Transport::tcp};
    request.selection.states = {portscope::State::listen};
    request.selection.filter = portscope::parse_query("sport = :" + std::to_string(port));
    return !portscope::take_snapshot(request).sockets.empty();
  });
}

std::uint32_t by_chance() { return std::random_device{}(); }

}  // namespace

HeldPorts find_free_ports(const FreeRequest& request, const sys::BindDoor& door, const sys::Proc& proc,
                          std::uint32_t start, Hold hold) {
  HeldPorts result;
  FreePorts& found = result.found;
  std::vector<BindAttempt> attempts = request.attempts;
  resolve_attempts(attempts, request.interface, request.user);
  for (BindAttempt& attempt : attempts) {
    if (takes_traffic(attempt)) attempt.reuse_address = attempt.reuse_port = false;  // free is what nobody has
  }
  const auto settings = read_settings(proc);
  found.range = request.range.value_or(settings.local_port_range.value_or(usual_range));
  auto ports = candidates(request, found.range, settings);
  if (!ports.empty()) {
    std::rotate(ports.begin(), ports.begin() + static_cast<std::ptrdiff_t>(start % ports.size()), ports.end());
  }
  for (const std::uint16_t port : ports) {
    if (found.ports.size() == request.count) break;
    int error = try_port(attempts, port, door);
    if (error == 0 && hold == Hold::yes) error = hold_port(attempts, port, door, result.sockets);
    error == 0 ? found.ports.push_back(port) : void(found.error = error);
  }
  return result;
}

}  // namespace collect

namespace portscope {

namespace {

/// A range that was named is gone through in its order. Of the ephemeral one, two who ask at once shall not get the
/// same.
std::uint32_t start_of(const FreeRequest& request) { return request.range ? 0 : collect::by_chance(); }

}  // namespace

FreePorts find_free_ports(const FreeRequest& request) {
  const sys::RealBind door;
  const sys::Proc proc;
  FreePorts found = collect::find_free_ports(request, door, proc, start_of(request), collect::Hold::no).found;
  Request machine;
  machine.selection.transports = {};
  if (request.with_host) machine.needs.insert(Need::host);
  found.snapshot = take_snapshot(machine);
  return found;
}

FreePorts run_with_free_ports(const FreeRequest& request, const std::vector<std::string>& command, HandOver how) {
  const sys::RealBind door;
  const sys::Proc proc;
  auto held = collect::find_free_ports(request, door, proc, start_of(request), collect::Hold::yes);
  if (held.found.ports.size() < request.count) return std::move(held.found);
  const auto& ports = held.found.ports;
  int error = 0;
  if (how == HandOver::number) {
    error = sys::keep_elsewhere(held.sockets, [&ports] { return collect::all_have_listeners(ports); });
    held.sockets.clear();
  }
  if (error == 0) error = sys::become(collect::filled_in(command, ports), held.sockets);
  throw std::system_error(error, std::generic_category(), command.front());
}

}  // namespace portscope

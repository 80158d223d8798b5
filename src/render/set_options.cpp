// SPDX-License-Identifier: MIT
#include "render/set_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "portscope/detail_types.hpp"
#include "render/details.hpp"
#include "render/quantity.hpp"
#include "render/text.hpp"

namespace render {

using portscope::DetailKind;
using portscope::PeerCredentials;
using portscope::SetOptions;
using portscope::Snapshot;
using portscope::Socket;

namespace {

/// An option by the name it has in JSON.
template <class Value>
struct Option {
  std::string_view name;
  std::optional<Value> SetOptions::*field = nullptr;
};

constexpr auto flags = std::to_array<Option<bool>>({
    {"reuse_address", &SetOptions::reuse_address},
    {"reuse_port", &SetOptions::reuse_port},
    {"v6_only", &SetOptions::v6_only},
    {"transparent", &SetOptions::transparent},
    {"freebind", &SetOptions::freebind},
    {"broadcast", &SetOptions::broadcast},
    {"dont_route", &SetOptions::dont_route},
    {"oob_inline", &SetOptions::oob_inline},
    {"no_delay", &SetOptions::no_delay},
    {"cork", &SetOptions::cork},
    {"quick_ack", &SetOptions::quick_ack},
    {"keepalive", &SetOptions::keepalive},
    {"linger", &SetOptions::linger},
    {"pass_credentials", &SetOptions::pass_credentials},
});

constexpr auto number_options = std::to_array<Option<std::uint32_t>>({
    {"keepalive_idle_s", &SetOptions::keepalive_idle_s},
    {"keepalive_interval_s", &SetOptions::keepalive_interval_s},
    {"keepalive_count", &SetOptions::keepalive_count},
    {"user_timeout_ms", &SetOptions::user_timeout_ms},
    {"linger_s", &SetOptions::linger_s},
    {"defer_accept_s", &SetOptions::defer_accept_s},
    {"receive_timeout_ms", &SetOptions::receive_timeout_ms},
    {"send_timeout_ms", &SetOptions::send_timeout_ms},
    {"receive_buffer", &SetOptions::receive_buffer},
    {"send_buffer", &SetOptions::send_buffer},
    {"max_segment", &SetOptions::max_segment},
    {"fast_open_queue", &SetOptions::fast_open_queue},
    {"priority", &SetOptions::priority},
    {"mark", &SetOptions::mark},
    {"busy_poll_us", &SetOptions::busy_poll_us},
});

constexpr std::uint64_t ms_per_s = 1000;

template <class Number>
Cell cell_of(const std::optional<Number>& number) {
  return number ? Cell{static_cast<std::uint64_t>(*number)} : Cell{};
}

Cell cell_of(const PeerCredentials& peer) {
  if (!peer.uid) return {};
  return Object{{{"pid", cell_of(peer.pid)}, {"uid", cell_of(peer.uid)}, {"gid", cell_of(peer.gid)}}};
}

std::optional<SetOptions> options_of(const Snapshot& snapshot, const Socket& socket) {
  return DetailReader(snapshot, socket).value<SetOptions>(DetailKind::set_options);
}

bool has(const Object& object, std::string_view name) {
  return std::any_of(object.members.begin(), object.members.end(), [&](const Member& m) { return m.name == name; });
}

void append(Object& object, std::string_view name, Cell cell) {
  if (!has(object, name)) object.members.push_back({name, std::move(cell)});
}

void add_duration(Statements& line, std::string_view name, const std::optional<std::uint32_t>& ms) {
  if (ms.value_or(0) == 0) return;
  std::string& out = line.next();
  out.append(name).append(" ");
  append_duration_ms(out, *ms);
}

/// `keepalive after 2h then 9 times every 1m15s`: no commas, for they part statements.
void add_keepalive(Statements& line, const SetOptions& options) {
  if (!options.keepalive.value_or(false)) return;
  std::string& out = line.next();
  out += "keepalive";
  if (!options.keepalive_idle_s || !options.keepalive_interval_s || !options.keepalive_count) return;
  out += " after ";
  append_duration_ms(out, *options.keepalive_idle_s * ms_per_s);
  fmt::format_to(std::back_inserter(out), " then {} times every ", *options.keepalive_count);
  append_duration_ms(out, *options.keepalive_interval_s * ms_per_s);
}

/// Of a listener they are those of whoever called listen(2) (unix(7), SO_PEERCRED).
void add_peer(Statements& line, const PeerCredentials& peer, bool listens) {
  if (!peer.uid) return;
  std::string& out = line.next();
  out += listens ? "listens as" : "peer";
  if (peer.pid) fmt::format_to(std::back_inserter(out), " pid {}", *peer.pid);
  fmt::format_to(std::back_inserter(out), " uid {} gid {}", *peer.uid, peer.gid.value_or(0));
}

void add_device(Statements& line, std::string_view name) {
  if (name.empty()) return;
  std::string& out = line.next();
  out += "bound to ";
  append_visible(out, name);
}

}  // namespace

void append_set_options(Object& object, const Snapshot& snapshot, const Socket& socket) {
  const auto options = options_of(snapshot, socket);
  if (!options) return;
  for (const auto& flag : flags) {
    if (const auto& value = *options.*flag.field) append(object, flag.name, *value);
  }
  for (const auto& number : number_options) {
    if (const auto& value = *options.*number.field) append(object, number.name, cell_of(value));
  }
  if (const auto cpu = options->incoming_cpu) {
    append(object, "incoming_cpu", *cpu < 0 ? Cell{} : cell_of(options->incoming_cpu));
  }
  if (const auto device = options->bound_device) {
    const bool is_bound = *device != portscope::StringId::none;
    append(object, "bound_device", is_bound ? Cell{Text{snapshot.text(*device)}} : Cell{});
  }
  if (options->peer_credentials) append(object, "peer_credentials", cell_of(*options->peer_credentials));
}

std::string set_options_line(const Object& told, const Snapshot& snapshot, const Socket& socket) {
  const auto options = options_of(snapshot, socket);
  if (!options) return {};
  Statements line;
  for (const auto& flag : flags) {
    const bool is_on = (*options.*flag.field).value_or(false);
    const bool has_more_to_say = flag.field == &SetOptions::keepalive || flag.field == &SetOptions::linger;
    const bool usual = flag.field == &SetOptions::quick_ack;
    if (is_on && !has_more_to_say && !usual && !has(told, flag.name)) line.add(flag.name);
  }
  add_keepalive(line, *options);
  if (options->linger.value_or(false)) line.add(fmt::format("linger {}s", options->linger_s.value_or(0)));
  add_duration(line, "user timeout", options->user_timeout_ms);
  add_duration(line, "receive timeout", options->receive_timeout_ms);
  add_duration(line, "send timeout", options->send_timeout_ms);
  if (options->defer_accept_s.value_or(0) != 0) line.add(fmt::format("defer accept {}s", *options->defer_accept_s));
  line.add_count("fast open queue", options->fast_open_queue);
  line.add_amount("receive buffer", options->receive_buffer);
  line.add_amount("send buffer", options->send_buffer);
  line.add_count("priority", options->priority);
  if (!has(told, "mark")) line.add_count("mark", options->mark);
  line.add_count("busy poll us", options->busy_poll_us);
  add_device(line, snapshot.text(options->bound_device.value_or(portscope::StringId::none)));
  if (options->peer_credentials) add_peer(line, *options->peer_credentials, socket.state == portscope::State::listen);
  return line.take();
}

}  // namespace render

// SPDX-License-Identifier: MIT
// What every kind of socket may have: memory, timer, options.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "render/details.hpp"
#include "render/quantity.hpp"
#include "render/set_options.hpp"
#include "render/text.hpp"

namespace render {

using portscope::DetailKind;
using portscope::Snapshot;
using portscope::Socket;
using portscope::Transport;

namespace {

/// The kernel has one counter; what it counts depends on the socket.
std::string_view meaning_of_drops(const Socket& socket) {
  if (socket.state == portscope::State::listen) return "connections_refused";
  if (socket.transport == Transport::udp || socket.transport == Transport::udplite) return "receive_overflows";
  return "packets_dropped";
}

/// Unix and vsock sockets refuse without counting; what a full ring of a packet socket cannot take is
/// counted in another place.
bool counts_drops(const Snapshot& snapshot, const Socket& socket) {
  if (socket.transport == Transport::unix_socket || socket.transport == Transport::vsock) return false;
  return !DetailReader(snapshot, socket).has(DetailKind::receive_ring);
}

Object memory_object(const Snapshot& snapshot, const Socket& socket) {
  Object object;
  DetailReader(snapshot, socket).append_fields(object, DetailKind::memory);
  // Zero would be a lie where the kernel counts elsewhere or not at all.
  if (!counts_drops(snapshot, socket)) {
    for (Member& member : object.members) {
      if (member.name == "drops") member.value = {};
    }
  }
  object.members.push_back({"drops_are", Word{meaning_of_drops(socket)}});
  return object;
}

void add_share(Statements& line, std::string_view name, const std::optional<std::uint64_t>& used,
               const std::optional<std::uint64_t>& limit) {
  if (!used || !limit) return;
  std::string& out = line.next();
  out.append(name).append(" ");
  append_amount(out, *used);
  out += '/';
  append_amount(out, *limit);
}

std::string memory_line(const Snapshot& snapshot, const Socket& socket) {
  constexpr auto memory = DetailKind::memory;
  const DetailReader details(snapshot, socket);
  Statements line;
  add_share(line, "receive buffer", details.number(memory, "receive_allocated"),
            details.number(memory, "receive_limit"));
  add_share(line, "send buffer", details.number(memory, "send_allocated"), details.number(memory, "send_limit"));
  line.add_amount("send queue", details.number(memory, "send_queued"));
  line.add_amount("forward", details.number(memory, "forward_allocated"));
  line.add_amount("options", details.number(memory, "option_memory"));
  line.add_amount("backlog", details.number(memory, "backlog"));
  std::string drops(meaning_of_drops(socket));
  for (char& c : drops) c = c == '_' ? ' ' : c;
  line.add_count(drops, details.number(memory, "drops"));
  return line.take();
}

Object timer_object(const Snapshot& snapshot, const Socket& socket) {
  Object object;
  DetailReader(snapshot, socket).append_fields(object, DetailKind::timer);
  return object;
}

std::string timer_line(const Snapshot& snapshot, const Socket& socket) {
  const DetailReader details(snapshot, socket);
  if (details.number(DetailKind::timer, "kind").value_or(0) == 0) return {};
  const Object object = timer_object(snapshot, socket);
  std::string out = "timer ";
  append_text(out, object.members.front().value, {});
  out += " in ";
  append_duration_ms(out, details.number(DetailKind::timer, "expires_ms").value_or(0));
  if (const auto tries = details.number(DetailKind::timer, "retransmits").value_or(0); tries > 0) {
    fmt::format_to(std::back_inserter(out), " ({} {})", tries, tries == 1 ? "try" : "tries");
  }
  return out;
}

/// What sock_diag tells.
Object told_options(const Snapshot& snapshot, const Socket& socket) {
  const DetailReader details(snapshot, socket);
  Object object;
  for (const auto kind :
       {DetailKind::tos, DetailKind::traffic_class, DetailKind::class_id, DetailKind::mark, DetailKind::flags}) {
    details.append_fields(object, kind);
  }
  return object;
}

Object options_object(const Snapshot& snapshot, const Socket& socket) {
  Object object = told_options(snapshot, socket);
  append_set_options(object, snapshot, socket);
  const bool has_mark = std::any_of(object.members.begin(), object.members.end(),
                                    [](const Member& member) { return member.name == "mark"; });
  if (!has_mark) object.members.push_back({"mark", {}});  // told to CAP_NET_ADMIN only
  return object;
}

/// Only what is not as in a fresh socket.
std::string options_line(const Snapshot& snapshot, const Socket& socket) {
  const Object told = told_options(snapshot, socket);
  Statements line;
  for (const Member& member : told.members) {
    const bool usual = member.name == "is_icsk" || member.name == "mc_loop" || member.name == "mc_all";
    if (const auto* flag = std::get_if<bool>(&member.value); flag != nullptr && *flag && !usual) line.add(member.name);
    const auto* number = std::get_if<std::uint64_t>(&member.value);
    if (number == nullptr || *number == 0) continue;
    // As ip(8), tc(8) and the RFCs write them.
    const bool is_bits = member.name == "mark" || member.name == "tos" || member.name == "traffic_class";
    line.add(is_bits ? fmt::format("{} {:#x}", member.name, *number) : fmt::format("{} {}", member.name, *number));
  }
  if (const std::string more = set_options_line(told, snapshot, socket); !more.empty()) line.add(more);
  return line.take();
}

}  // namespace

const DetailView memory_view{"memory", memory_object, memory_line};
const DetailView timer_view{"timer", timer_object, timer_line};
const DetailView options_view{"options", options_object, options_line};

}  // namespace render

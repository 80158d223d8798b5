// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "portscope/detail_types.hpp"
#include "render/details.hpp"
#include "render/quantity.hpp"
#include "render/text.hpp"

namespace render {

using portscope::DetailKind;
using portscope::PacketMembership;
using portscope::Snapshot;
using portscope::Socket;

namespace {

/// PACKET_MR_*, include/uapi/linux/if_packet.h
Cell membership_type(std::uint16_t type) {
  constexpr auto names = std::to_array<std::string_view>({"multicast", "promiscuous", "all_multicast", "unicast"});
  return type < names.size() ? Cell{Word{names.at(type)}} : Cell{std::uint64_t{type}};
}

/// Of a multicast or unicast group; promiscuous ones have none.
Cell hardware_address(const PacketMembership& membership) {
  constexpr std::uint16_t promiscuous = 1;
  constexpr std::uint16_t all_multicast = 2;
  const std::size_t length = std::min<std::size_t>(membership.address_length, membership.address.size());
  if (length == 0 || membership.type == promiscuous || membership.type == all_multicast) return {};
  HardwareAddress address;
  for (std::size_t i = 0; i < length; ++i) address.bytes.push_back(membership.address.at(i));
  return address;
}

Array memberships(const Snapshot& snapshot, const DetailReader& details) {
  Array array;
  for (const auto& membership : details.list<PacketMembership>(DetailKind::packet_memberships)) {
    const auto name = snapshot.text(Snapshot::look_up(snapshot.interfaces, membership.interface));
    Object object{{{"type", membership_type(membership.type)},
                   {"interface", name.empty() ? Cell{} : Cell{Text{name}}},
                   {"interface_index", std::uint64_t{membership.interface}},
                   {"address", hardware_address(membership)},
                   {"count", std::uint64_t{membership.count}}}};
    array.elements.push_back({{}, std::move(object)});
  }
  return array;
}

Object packet_object(const Snapshot& snapshot, const Socket& socket) {
  const DetailReader details(snapshot, socket);
  Object object;
  details.append_fields(object, DetailKind::packet_info);
  details.append_nested(object, "receive_ring", DetailKind::receive_ring);
  details.append_nested(object, "transmit_ring", DetailKind::transmit_ring);
  details.append_nested(object, "fanout", DetailKind::fanout);
  const bool told = socket.source == portscope::Source::netlink;
  object.members.push_back({"memberships", told ? Cell{memberships(snapshot, details)} : Cell{}});
  object.members.push_back(member("filter_instructions", details.number(DetailKind::filter, "filter_instructions")));
  return object;
}

void add_ring(Statements& line, std::string_view name, const DetailReader& details, DetailKind kind) {
  const auto blocks = details.number(kind, "block_count");
  const auto size = details.number(kind, "block_size");
  if (!blocks || !size) return;
  std::string& out = line.next();
  fmt::format_to(std::back_inserter(out), "{} {}x", name, *blocks);
  append_amount(out, *size);
}

std::string packet_line(const Snapshot& snapshot, const Socket& socket) {
  const DetailReader details(snapshot, socket);
  Statements line;
  add_ring(line, "receive ring", details, DetailKind::receive_ring);
  add_ring(line, "transmit ring", details, DetailKind::transmit_ring);
  Object fanout;
  details.append_fields(fanout, DetailKind::fanout);
  if (!fanout.members.empty()) append_text(line.next().append("fanout "), fanout, {});
  for (const auto& membership : details.list<PacketMembership>(DetailKind::packet_memberships)) {
    std::string& out = line.next();
    append_text(out, membership_type(membership.type), {});
    const auto name = snapshot.text(Snapshot::look_up(snapshot.interfaces, membership.interface));
    if (!name.empty()) append_visible(out.append(" on "), name);
  }
  line.add_count("filter instructions", details.number(DetailKind::filter, "filter_instructions"));
  return line.take();
}

}  // namespace

const DetailView packet_view{"packet", packet_object, packet_line};

}  // namespace render

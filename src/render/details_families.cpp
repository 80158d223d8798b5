// SPDX-License-Identifier: MIT
// What only sockets of one family have.
#include <fmt/format.h>

#include <iterator>

#include "portscope/detail_types.hpp"
#include "render/details.hpp"
#include "render/ends.hpp"

namespace render {

using portscope::DetailKind;
using portscope::Endpoint;
using portscope::Snapshot;
using portscope::Socket;

namespace {

Array endpoints(const std::vector<Endpoint>& list) {
  Array array;
  for (const Endpoint& endpoint : list) array.elements.push_back({{}, endpoint});
  return array;
}

Array array_of(const std::vector<std::uint32_t>& list) {
  Array array;
  for (const std::uint32_t number : list) array.elements.push_back({{}, std::uint64_t{number}});
  return array;
}

/// NETLINK_DIAG_GROUPS is a bit map; groups count from 1.
std::vector<std::uint32_t> groups_of(const DetailReader& details) {
  constexpr std::uint32_t word_bits = 32;
  std::vector<std::uint32_t> groups;
  std::uint32_t group = 0;
  for (const std::uint32_t word : details.list<std::uint32_t>(DetailKind::netlink_groups)) {
    for (std::uint32_t bit = 0; bit < word_bits; ++bit) {
      ++group;
      if ((word >> bit & 1U) != 0) groups.push_back(group);
    }
  }
  return groups;
}

Object netlink_object(const Snapshot& snapshot, const Socket& socket) {
  const DetailReader details(snapshot, socket);
  Object object;
  object.members.push_back({"groups", array_of(groups_of(details))});
  if (socket.source == portscope::Source::proc) object.members.push_back({"groups_above_32_unknown", true});
  details.append_fields(object, DetailKind::netlink_flags);
  return object;
}

std::string netlink_line(const Snapshot& snapshot, const Socket& socket) {
  Statements line;
  std::string groups;
  for (const std::uint32_t group : groups_of(DetailReader(snapshot, socket))) {
    fmt::format_to(std::back_inserter(groups), "{}{}", groups.empty() ? "groups " : " ", group);
  }
  if (!groups.empty()) line.add(groups);
  for (const Member& member : netlink_object(snapshot, socket).members) {
    if (const auto* flag = std::get_if<bool>(&member.value); flag != nullptr && *flag) line.add(member.name);
  }
  return line.take();
}

Object subflow_object(const portscope::Subflow& subflow) {
  return {{{"state", Word{name(subflow.state)}},
           {"local", subflow.local},
           {"peer", subflow.peer ? Cell{*subflow.peer} : Cell{}},
           {"cookie", subflow.cookie != 0 ? Cell{Hex{subflow.cookie}} : Cell{}}}};
}

Object mptcp_object(const Snapshot& snapshot, const Socket& socket) {
  const DetailReader details(snapshot, socket);
  Array array;
  for (const auto& subflow : details.list<portscope::Subflow>(DetailKind::subflows)) {
    array.elements.push_back({{}, subflow_object(subflow)});
  }
  Object object;
  details.append_nested(object, "info", DetailKind::mptcp_info);
  const bool told = details.has(DetailKind::subflows);
  object.members.push_back({"subflows", told ? Cell{std::move(array)} : Cell{}});
  return object;
}

std::string mptcp_line(const Snapshot& snapshot, const Socket& socket) {
  const DetailReader details(snapshot, socket);
  Statements line;
  for (const auto& subflow : details.list<portscope::Subflow>(DetailKind::subflows)) {
    if (!subflow.peer) continue;  // that of a listener says what the row says
    std::string& out = line.next();
    out += "subflow ";
    append_endpoint(out, subflow.local);
    out += " to ";
    append_endpoint(out, *subflow.peer);
  }
  line.add_amount("sent", details.number(DetailKind::mptcp_info, "bytes_sent"));
  line.add_amount("received", details.number(DetailKind::mptcp_info, "bytes_received"));
  line.add_amount("retransmitted", details.number(DetailKind::mptcp_info, "bytes_retrans"));
  return line.take();
}

Object sctp_object(const Snapshot& snapshot, const Socket& socket) {
  constexpr auto states =
      std::to_array<std::string_view>({"closed", "cookie_wait", "cookie_echoed", "established", "shutdown_pending",
                                       "shutdown_sent", "shutdown_received", "shutdown_ack_sent"});
  const DetailReader details(snapshot, socket);
  const auto peers = details.list<Endpoint>(DetailKind::sctp_peers);
  Object object;
  object.members.push_back({"locals", endpoints(details.list<Endpoint>(DetailKind::sctp_locals))});
  object.members.push_back({"peers", endpoints(peers)});
  const bool is_association = !peers.empty() && socket.state_id < states.size();
  object.members.push_back({"association", is_association ? Cell{Word{states.at(socket.state_id)}} : Cell{}});
  details.append_nested(object, "info", DetailKind::sctp_info);
  return object;
}

void add_endpoints(Statements& line, std::string_view name, const std::vector<Endpoint>& list) {
  if (list.size() < 2) return;  // one is in the row already
  std::string& out = line.next();
  out += name;
  for (const Endpoint& endpoint : list) out.append(" ").append(endpoint.address.to_string());
}

std::string sctp_line(const Snapshot& snapshot, const Socket& socket) {
  const DetailReader details(snapshot, socket);
  Statements line;
  add_endpoints(line, "local addresses", details.list<Endpoint>(DetailKind::sctp_locals));
  add_endpoints(line, "peer addresses", details.list<Endpoint>(DetailKind::sctp_peers));
  line.add_count("streams in", details.number(DetailKind::sctp_info, "streams_in"));
  line.add_count("streams out", details.number(DetailKind::sctp_info, "streams_out"));
  line.add_count("retransmitted chunks", details.number(DetailKind::sctp_info, "retransmitted_chunks"));
  return line.take();
}

Object xdp_object(const Snapshot& snapshot, const Socket& socket) {
  const DetailReader details(snapshot, socket);
  Object object;
  details.append_nested(object, "receive_ring", DetailKind::xdp_receive_ring);
  details.append_nested(object, "transmit_ring", DetailKind::xdp_transmit_ring);
  details.append_nested(object, "umem", DetailKind::umem);
  details.append_nested(object, "fill_ring", DetailKind::xdp_fill_ring);
  details.append_nested(object, "completion_ring", DetailKind::xdp_completion_ring);
  details.append_nested(object, "statistics", DetailKind::xdp_stats);
  return object;
}

std::string xdp_line(const Snapshot& snapshot, const Socket& socket) {
  const DetailReader details(snapshot, socket);
  Statements line;
  line.add_count("receive ring", details.number(DetailKind::xdp_receive_ring, "entries"));
  line.add_count("transmit ring", details.number(DetailKind::xdp_transmit_ring, "entries"));
  line.add_amount("umem", details.number(DetailKind::umem, "size"));
  for (const auto* const field :
       {"rx_dropped", "rx_invalid", "rx_full", "fill_ring_empty", "tx_invalid", "tx_ring_empty"}) {
    line.add_count(field, details.number(DetailKind::xdp_stats, field));
  }
  return line.take();
}

Object tipc_object(const Snapshot& snapshot, const Socket& socket) {
  const auto info = DetailReader(snapshot, socket).value<portscope::TipcInfo>(DetailKind::tipc);
  if (!info) return {};
  return {{{"published", info->published},
           {"connection_type", std::uint64_t{info->connection_type}},
           {"connection_instance", std::uint64_t{info->connection_instance}},
           {"link_congested", info->link_congested},
           {"connection_congested", info->connection_congested}}};
}

std::string tipc_line(const Snapshot& snapshot, const Socket& socket) {
  const auto info = DetailReader(snapshot, socket).value<portscope::TipcInfo>(DetailKind::tipc);
  Statements line;
  if (info && info->published) line.add("published");
  if (info && info->connection_type != 0) {
    line.add(fmt::format("service {}:{}", info->connection_type, info->connection_instance));
  }
  if (info && info->link_congested) line.add("link congested");
  if (info && info->connection_congested) line.add("connection congested");
  return line.take();
}

}  // namespace

const DetailView netlink_view{"netlink", netlink_object, netlink_line};
const DetailView mptcp_view{"mptcp", mptcp_object, mptcp_line};
const DetailView sctp_view{"sctp", sctp_object, sctp_line};
const DetailView xdp_view{"xdp", xdp_object, xdp_line};
const DetailView tipc_view{"tipc", tipc_object, tipc_line};

}  // namespace render

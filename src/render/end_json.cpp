// SPDX-License-Identifier: MIT
#include "portscope/protocol_numbers.hpp"
#include "render/document.hpp"
#include "render/ends.hpp"
#include "render/owner_json.hpp"

namespace render {

using portscope::Endpoint;
using portscope::NetlinkEndpoint;
using portscope::PacketEndpoint;
using portscope::StringId;
using portscope::TipcEndpoint;
using portscope::UnixEndpoint;
using portscope::VsockEndpoint;
using portscope::XdpEndpoint;

namespace {

void write_address(JsonWriter& json, const portscope::Address& address) {
  std::string text;
  append_address(text, address);
  json.key("address");
  json.plain(text);
}

struct EndWriter {
  JsonWriter& json;
  const End& end;

  void number(std::string_view key, std::uint64_t value) const {
    json.key(key);
    json.number(value);
  }
  void protocol(std::uint64_t value, std::string_view name) const {
    number("protocol", value);
    write_known(json, "protocol_name", name, !name.empty());
  }
  [[nodiscard]] bool is_peer() const { return end.end != &end.socket->local; }

  void operator()(std::monostate) const {}
  void operator()(const Endpoint& ip) const {
    write_address(json, ip.address);
    number("port", ip.port);
  }
  void operator()(const UnixEndpoint& name) const {
    if (is_peer()) write_peer(name);
    if (name.name != StringId::none) {
      json.text_member(name.abstract ? "abstract" : "path", end.snapshot->text(name.name));
    } else {
      json.key("path");
      json.null();
    }
  }
  void write_peer(const UnixEndpoint& name) const {
    json.key("inode");
    name.inode != 0 ? json.number(std::uint64_t{name.inode}) : json.null();
    json.key("told_by");
    name.inode == 0 ? json.null() : void(json.text(name.told_by_other ? "other" : "self"));
    if (end.socket->owner_status == portscope::OwnerStatus::unasked) return;
    json.key("owners");
    name.inode != 0 ? write_owners(json, *end.snapshot, end.snapshot->holders_of(name.inode)) : json.null();
  }
  void operator()(const PacketEndpoint& packet) const {
    protocol(packet.protocol, portscope::ether_type_name(packet.protocol));
  }
  void operator()(const NetlinkEndpoint& netlink) const {
    protocol(netlink.protocol, portscope::netlink_protocol_name(netlink.protocol));
    number("port_id", netlink.port_id);
    if (is_peer()) number("group", netlink.group);
  }
  void operator()(const VsockEndpoint& vsock) const {
    number("cid", vsock.cid);
    number("port", vsock.port);
  }
  void operator()(const XdpEndpoint& xdp) const { number("queue", xdp.queue); }
  void operator()(const TipcEndpoint& tipc) const {
    number("node", tipc.node);
    number("reference", tipc.reference);
  }
};

}  // namespace

void write_endpoint(JsonWriter& json, const Endpoint& endpoint) {
  json.begin_object();
  write_address(json, endpoint.address);
  json.key("port");
  json.number(std::uint64_t{endpoint.port});
  json.end_object();
}

void write_end(JsonWriter& json, const End& end) {
  if (std::holds_alternative<std::monostate>(*end.end)) return json.null();
  json.begin_object();
  std::visit(EndWriter{json, end}, *end.end);
  json.end_object();
}

std::strong_ordering order_ends(const End& a, const End& b) {
  if (const auto kind = a.end->index() <=> b.end->index(); kind != 0) return kind;
  return std::visit(
      [&](const auto& left) -> std::strong_ordering {
        using Kind = std::decay_t<decltype(left)>;
        const auto& right = std::get<Kind>(*b.end);
        if constexpr (std::is_same_v<Kind, UnixEndpoint>) {
          return a.snapshot->text(left.name) <=> b.snapshot->text(right.name);
        } else {
          return left <=> right;
        }
      },
      *a.end);
}

}  // namespace render

// SPDX-License-Identifier: MIT
#include <fmt/compile.h>
#include <fmt/format.h>

#include <array>
#include <iterator>

#include "portscope/protocol_numbers.hpp"
#include "render/ends.hpp"
#include "render/text.hpp"

namespace render {

using portscope::Address;
using portscope::Endpoint;
using portscope::NetlinkEndpoint;
using portscope::PacketEndpoint;
using portscope::Snapshot;
using portscope::TipcEndpoint;
using portscope::UnixEndpoint;
using portscope::VsockEndpoint;
using portscope::XdpEndpoint;

namespace {

constexpr std::size_t first_of_ipv4 = 12;  // byte of a v4-mapped address

/// IPv4 ends are most of what is shown, so they are made without a string.
class Ipv4Text {
 public:
  void put(const Address& address) {
    for (std::size_t i = first_of_ipv4; i < address.bytes().size(); ++i) {
      if (i > first_of_ipv4) *end_++ = '.';
      end_ = put_decimal(end_, address.bytes()[i]);
    }
  }
  void put_port(std::uint16_t port) {
    *end_++ = ':';
    end_ = put_decimal(end_, port);
  }
  [[nodiscard]] std::string_view view() const { return {text_.data(), static_cast<std::size_t>(end_ - text_.data())}; }

 private:
  std::array<char, std::string_view("255.255.255.255:65535").size()> text_{};
  char* end_ = text_.data();
};

/// fe80::/10 means nothing without its interface (RFC 4007).
void append_interface(std::string& out, const End& end) {
  const std::uint32_t index = end.socket->interface;
  if (index == 0) return;
  const auto name = Snapshot::look_up(end.snapshot->interfaces, index);
  out += '%';
  constexpr std::uint32_t gone = UINT32_MAX;  // what a packet socket is left with (packet(7), ENETDOWN)
  if (index == gone) {
    out += "(gone)";
    return;
  }
  if (name == portscope::StringId::none) {
    append_decimal(out, index);
  } else {
    append_visible(out, end.snapshot->text(name));
  }
}

/// Nothing stands between address and port.
bool is_plain_ipv4(const End& end, const Endpoint& endpoint) {
  return end.socket->interface == 0 && endpoint.address.is_ipv4();
}

void append_inet_end(std::string& out, const End& end, const Endpoint& endpoint) {
  if (is_plain_ipv4(end, endpoint)) return append_endpoint(out, endpoint);
  const bool is_local = end.end == &end.socket->local;
  if (is_local && is_dual_stack(*end.socket)) {
    out += '*';  // IPv4 and IPv6
    append_interface(out, end);
  } else {
    const bool brackets = !endpoint.address.is_ipv4();
    if (brackets) out += '[';
    append_address(out, endpoint.address);
    if (is_local) append_interface(out, end);
    if (brackets) out += ']';
  }
  out += ':';
  append_decimal(out, endpoint.port);
}

void append_unix_end(std::string& out, const End& end, const UnixEndpoint& endpoint) {
  if (endpoint.name != portscope::StringId::none) {
    // A path that could be taken for an abstract name, or for our own words, is quoted.
    const std::string_view text = end.snapshot->text(endpoint.name);
    const bool ambiguous = !endpoint.abstract && !text.starts_with('/');
    if (endpoint.abstract) out += '@';
    ambiguous ? append_quoted(out, text) : append_visible(out, text);
  } else if (endpoint.inode != 0 && end.end == &end.socket->peer) {
    fmt::format_to(std::back_inserter(out), "inode:{}", endpoint.inode);
  } else {
    out += nothing_sign;
  }
}

/// Who listens to every interface is not bound to one.
void append_ether_type(std::string& out, const PacketEndpoint& packet) {
  const auto name = portscope::ether_type_name(packet.protocol);
  if (!name.empty()) {
    out += name;
  } else {
    fmt::format_to(std::back_inserter(out), FMT_COMPILE("{:#06x}"), packet.protocol);
  }
}

void append_netlink_protocol(std::string& out, const NetlinkEndpoint& netlink) {
  const auto name = portscope::netlink_protocol_name(netlink.protocol);
  if (!name.empty()) {
    out += name;
  } else {
    append_decimal(out, netlink.protocol);
  }
}

void append_cid(std::string& out, const VsockEndpoint& vsock) {
  constexpr std::uint32_t any = UINT32_MAX;  // VMADDR_CID_ANY
  vsock.cid == any ? void(out += '*') : append_decimal(out, vsock.cid);
}

}  // namespace

void append_address(std::string& out, const Address& address) {
  if (!address.is_ipv4()) {
    out += address.to_string();
    return;
  }
  Ipv4Text text;
  text.put(address);
  out += text.view();
}

void append_endpoint(std::string& out, const Endpoint& endpoint) {
  if (endpoint.address.is_ipv4()) {
    Ipv4Text text;
    text.put(endpoint.address);
    text.put_port(endpoint.port);
    out += text.view();
    return;
  }
  out += '[';
  append_address(out, endpoint.address);
  out += "]:";
  append_decimal(out, endpoint.port);
}

void append_end(std::string& out, const End& end) {
  const auto port = [&](std::uint32_t number) {
    out += ':';
    append_decimal(out, number);
  };
  std::visit(portscope::EachKind{[&](std::monostate) { out += nothing_sign; },
                                 [&](const Endpoint& ip) { append_inet_end(out, end, ip); },
                                 [&](const UnixEndpoint& name) { append_unix_end(out, end, name); },
                                 [&](const PacketEndpoint& packet) {
                                   append_ether_type(out, packet);
                                   append_interface(out, end);
                                 },
                                 [&](const NetlinkEndpoint& netlink) {
                                   append_netlink_protocol(out, netlink);
                                   port(netlink.port_id);
                                 },
                                 [&](const VsockEndpoint& vsock) {
                                   append_cid(out, vsock);
                                   port(vsock.port);
                                 },
                                 [&](const XdpEndpoint& xdp) {
                                   out += "queue";
                                   append_interface(out, end);
                                   port(xdp.queue);
                                 },
                                 [&](const TipcEndpoint& tipc) {
                                   fmt::format_to(std::back_inserter(out), FMT_COMPILE("{:x}"), tipc.node);
                                   port(tipc.reference);
                                 }},
             *end.end);
}

std::optional<std::size_t> known_end_width(const End& end) {
  const auto* ip = std::get_if<Endpoint>(end.end);
  if (ip == nullptr || !is_plain_ipv4(end, *ip)) return std::nullopt;
  std::size_t width = std::string_view("...:").size() + decimal_width(ip->port);
  for (std::size_t i = first_of_ipv4; i < ip->address.bytes().size(); ++i) {
    width += decimal_width(ip->address.bytes()[i]);
  }
  return width;
}

void append_end_address(std::string& out, const EndAddress& end) {
  std::visit(
      portscope::EachKind{
          [&](std::monostate) { out += nothing_sign; }, [&](const Endpoint& ip) { append_address(out, ip.address); },
          [&](const UnixEndpoint& name) { append_unix_end(out, end, name); },
          [&](const PacketEndpoint& packet) { append_ether_type(out, packet); },
          [&](const NetlinkEndpoint& netlink) { append_netlink_protocol(out, netlink); },
          [&](const VsockEndpoint& vsock) { append_cid(out, vsock); }, [&](const XdpEndpoint&) { out += "queue"; },
          [&](const TipcEndpoint& tipc) { fmt::format_to(std::back_inserter(out), FMT_COMPILE("{:x}"), tipc.node); }},
      *end.end);
}

}  // namespace render

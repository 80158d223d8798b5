// SPDX-License-Identifier: MIT
#include "support/netlink_rows.hpp"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/unix_diag.h>

#include <cstring>
#include <stdexcept>

namespace fake {

namespace {

template <class Struct>
Row row_of(const Struct& message) {
  const auto* bytes = reinterpret_cast<const std::byte*>(&message);
  return {bytes, bytes + sizeof message};
}

void append(Row& row, std::string_view bytes) {
  for (const char byte : bytes) row.push_back(static_cast<std::byte>(byte));
}

/// An IPv4 address in an IPv6 socket is sent v4-mapped.
void write_address(const std::string& text, bool ipv6, __be32 (&words)[4]) {
  if (text.empty()) return;
  const bool colons = text.find(':') != std::string::npos;
  const std::string full = ipv6 && !colons ? "::ffff:" + text : text;
  if (inet_pton(ipv6 ? AF_INET6 : AF_INET, full.c_str(), words) != 1) throw std::invalid_argument(text);
}

}  // namespace

InetRow connected_row(std::uint64_t cookie, std::uint16_t peer_port) {
  InetRow row;
  row.local = "10.0.0.1";
  row.local_port = 80;
  row.peer = "10.0.0.2";
  row.peer_port = peer_port;
  row.state = 1;
  row.cookie = cookie;
  row.inode = static_cast<std::uint32_t>(cookie);
  return row;
}

Row inet_row(const InetRow& facts) {
  inet_diag_msg message{};
  const bool ipv6 = facts.ipv6 || facts.local.find(':') != std::string::npos;
  message.idiag_family = ipv6 ? AF_INET6 : AF_INET;
  message.idiag_state = facts.state;
  message.id.idiag_sport = htons(facts.local_port);
  message.id.idiag_dport = htons(facts.peer_port);
  write_address(facts.local, ipv6, message.id.idiag_src);
  write_address(facts.peer, ipv6, message.id.idiag_dst);
  message.id.idiag_if = facts.interface;
  message.id.idiag_cookie[0] = static_cast<std::uint32_t>(facts.cookie);
  message.id.idiag_cookie[1] = static_cast<std::uint32_t>(facts.cookie >> 32U);
  message.idiag_rqueue = facts.recv_queue;
  message.idiag_wqueue = facts.send_queue;
  message.idiag_uid = facts.uid;
  message.idiag_inode = facts.inode;
  return row_of(message);
}

Row unix_row(const UnixRow& facts) {
  unix_diag_msg message{};
  message.udiag_family = AF_UNIX;
  message.udiag_type = facts.type;
  message.udiag_state = facts.state;
  message.udiag_ino = facts.inode;
  message.udiag_cookie[0] = static_cast<std::uint32_t>(facts.cookie);
  message.udiag_cookie[1] = static_cast<std::uint32_t>(facts.cookie >> 32U);
  return row_of(message);
}

Row with(Row row, std::uint16_t attribute, std::string_view payload) {
  const auto length = static_cast<std::uint16_t>(sizeof(nlattr) + payload.size());
  append(row, bytes_of(length));
  append(row, bytes_of(attribute));
  append(row, payload);
  while (row.size() % NLA_ALIGNTO != 0) row.push_back(std::byte{0});
  return row;
}

}  // namespace fake

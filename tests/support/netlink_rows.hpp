// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "support/fake_diag.hpp"

namespace fake {

/// What a test says about one row of an inet dump; the rest is as the kernel leaves it, zero.
struct InetRow {
  std::string local = "0.0.0.0";
  std::uint16_t local_port = 0;
  std::string peer;  ///< empty: the wildcard
  std::uint16_t peer_port = 0;
  std::uint8_t state = 10;
  std::uint32_t inode = 0;
  std::uint64_t cookie = 0;
  std::uint32_t uid = 0;
  std::uint32_t recv_queue = 0;
  std::uint32_t send_queue = 0;
  std::uint32_t interface = 0;
  bool ipv6 = false;  ///< of an IPv6 socket, whatever the addresses look like
};
/// An established connection from 10.0.0.1:80 to that port of 10.0.0.2; its inode is the cookie.
InetRow connected_row(std::uint64_t cookie, std::uint16_t peer_port);
/// A struct inet_diag_msg, byte by byte as the kernel sends it.
Row inet_row(const InetRow& facts);

struct UnixRow {
  std::uint8_t type = 1;
  std::uint8_t state = 1;
  std::uint32_t inode = 0;
  std::uint64_t cookie = 0;
};
/// A struct unix_diag_msg.
Row unix_row(const UnixRow& facts);

/// `row` with one more attribute, padded to 4 bytes.
Row with(Row row, std::uint16_t attribute, std::string_view payload);

/// The bytes of a number in host order, for payloads.
template <class Number>
std::string bytes_of(Number number) {
  return {reinterpret_cast<const char*>(&number), sizeof number};
}

}  // namespace fake

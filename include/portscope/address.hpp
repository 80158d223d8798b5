// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace portscope {

/// An IP address. IPv4 is held in its v4-mapped form (RFC 4291, 2.5.5.2), so that the IPv4
/// peer of a dual-stack IPv6 socket and the same peer of an IPv4 socket are one value; which
/// of the two a socket is says Socket::family. Bytes are in network order.
///
/// Ordered as the 16 bytes are: `::`, then all of IPv4 among `::ffff:0:0/96`, then the rest.
class Address {
 public:
  using Bytes = std::array<std::uint8_t, 16>;

  /// The IPv6 wildcard `::`.
  constexpr Address() = default;

  static constexpr Address ipv4(std::array<std::uint8_t, 4> b) {
    return Address(Bytes{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, b[0], b[1], b[2], b[3]});
  }
  static constexpr Address ipv6(const Bytes& bytes) { return Address(bytes); }

  /// Reads a numeric address (`10.0.0.1`, `::1`, without brackets and scope); nothing when
  /// `text` is not one. Never asks a resolver.
  static std::optional<Address> parse(std::string_view text);

  [[nodiscard]] constexpr const Bytes& bytes() const { return bytes_; }

  /// IPv4, be it of an IPv4 socket or v4-mapped.
  [[nodiscard]] constexpr bool is_ipv4() const {
    for (std::size_t i = 0; i < 10; ++i) {
      if (bytes_[i] != 0) return false;
    }
    return bytes_[10] == 0xff && bytes_[11] == 0xff;
  }

  /// `0.0.0.0` or `::`: bound to every local address, or (as a peer) not connected.
  [[nodiscard]] constexpr bool is_wildcard() const {
    for (std::size_t i = is_ipv4() ? 12 : 0; i < bytes_.size(); ++i) {
      if (bytes_[i] != 0) return false;
    }
    return true;
  }

  /// `127.0.0.0/8` or `::1`.
  [[nodiscard]] bool is_loopback() const;

  /// Dotted quad for IPv4, RFC 5952 text for IPv6; no brackets.
  [[nodiscard]] std::string to_string() const;

  constexpr auto operator<=>(const Address&) const = default;

 private:
  explicit constexpr Address(const Bytes& bytes) : bytes_(bytes) {}
  Bytes bytes_{};
};

/// The addresses that share the first `bits` bits with `address`. `bits` counts from the start
/// of the 16 bytes: an IPv4 prefix of length n has 96 + n. No IPv6 prefix contains IPv4 addresses.
struct Prefix {
  Address address;
  std::uint8_t bits = 128;

  [[nodiscard]] bool contains(const Address& other) const;
  [[nodiscard]] bool is_single_address() const { return bits == 128; }
  bool operator==(const Prefix&) const = default;
};

}  // namespace portscope

template <>
struct std::hash<portscope::Address> {
  std::size_t operator()(const portscope::Address& address) const noexcept;
};

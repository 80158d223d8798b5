// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "sys/fd.hpp"
#include "sys/result.hpp"

namespace sys {

/// A bind(2) to be made for real.
struct BindTry {
  int type = 0;      ///< SOCK_STREAM, SOCK_DGRAM
  int protocol = 0;  ///< IPPROTO_*; 0: the usual one of the type
  bool is_ipv6 = false;
  std::array<std::uint8_t, 16> address{};  ///< network order; of IPv4 the last four
  std::uint16_t port = 0;                  ///< host order
  std::uint32_t interface = 0;             ///< SO_BINDTODEVICE and scope; 0: none
  std::optional<bool> v6_only{};
  bool reuse_address = false;
  bool reuse_port = false;
  std::optional<std::uint32_t> uid{};  ///< whose socket it shall be; empty: the caller's
};

/// The door to bind(2); tests put their own behind it.
class BindDoor {
 public:
  BindDoor() = default;
  BindDoor(const BindDoor&) = delete;
  BindDoor& operator=(const BindDoor&) = delete;
  virtual ~BindDoor() = default;

  /// A socket bound so, which has the port as long as it lives; the errno of the call that failed. It never listens: a
  /// listener would be given connections, and reset them when it goes.
  [[nodiscard]] virtual Result<Fd> bind(const BindTry& wanted) const = 0;
};

/// The kernel's own bind(2), in the network namespace of the caller. As another user (setfsuid(2)) it makes the socket
/// without CAP_NET_BIND_SERVICE; EPERM where the caller may not do that.
class RealBind : public BindDoor {
 public:
  [[nodiscard]] Result<Fd> bind(const BindTry& wanted) const override;
};

/// An address of an interface (getifaddrs(3)).
struct InterfaceAddress {
  bool is_ipv6 = false;
  std::array<std::uint8_t, 16> address{};  ///< of IPv4 the last four bytes
  std::uint8_t bits = 0;                   ///< of its network
  std::optional<std::array<std::uint8_t, 4>> broadcast;
  std::uint32_t interface = 0;
  bool on_loopback = false;
};
std::vector<InterfaceAddress> interface_addresses();

/// Who sockets of this process belong to.
std::uint32_t own_user();

}  // namespace sys

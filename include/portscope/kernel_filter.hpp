// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "portscope/selection.hpp"

namespace portscope {

/// One thing that the kernel can decide of a socket while it lists them (linux/inet_diag.h,
/// INET_DIAG_BC_*). Numbers in host byte order.
struct KernelTest {
  enum class About : std::uint8_t { local_port, peer_port, local_address, peer_address, interface, mark, cgroup };

  About about = About::local_port;
  PortRange ports;
  Prefix prefix;
  std::uint32_t interface = 0;  ///< index
  MarkTest mark;
  std::uint64_t cgroup = 0;  ///< id

  bool operator==(const KernelTest&) const = default;
};

/// What the kernel decides: it hands out at least the sockets that the filter asks for, and as few
/// others as it can. `always` is everything.
struct KernelFilter {
  enum class Kind : std::uint8_t { always, never, all_of, any_of, test, not_test };

  Kind kind = Kind::always;
  std::vector<KernelFilter> parts;
  KernelTest test;

  bool operator==(const KernelFilter&) const = default;
};

/// all_of or any_of of `parts`, without those that do not matter in it.
KernelFilter combined(KernelFilter::Kind kind, std::vector<KernelFilter> parts);
KernelFilter negated(const KernelFilter& filter);

/// The part of `filter` that the kernel can decide of sockets of `transport`. Sound: of whatever
/// socket `filter` may hold, the result holds too.
KernelFilter kernel_filter(const Expression& filter, Transport transport);

/// The one port or pair of ends that every socket must have.
struct RequiredEnds {
  std::optional<std::uint16_t> local_port;
  std::optional<std::uint16_t> peer_port;
  std::optional<Address> local_address;
  std::optional<Address> peer_address;

  /// The connection, when all of it is known.
  [[nodiscard]] std::optional<FiveTuple> tuple(Transport transport) const;
};
RequiredEnds required_ends(const KernelFilter& filter);

/// How the kernel takes it: one port of each end stands in the request itself, one connection can be
/// looked up without a walk over the table, and the rest is a program.
struct KernelPart {
  std::optional<std::uint16_t> local_port;
  std::optional<std::uint16_t> peer_port;
  std::optional<FiveTuple> connection;
  KernelFilter program;   ///< Kind::never: no socket of the protocol can match
  bool has_peer = false;  ///< every match has one, so that tables of others need not be read

  bool operator==(const KernelPart&) const = default;
};

/// What can be asked of the kernel when it lists sockets of `transport`.
KernelPart kernel_part(const Expression& expression, Transport transport);

/// As a filter would be written.
std::string to_text(const KernelFilter& filter);
std::string to_text(const KernelPart& part);

}  // namespace portscope

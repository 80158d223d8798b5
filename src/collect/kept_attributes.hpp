// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>

#include "collect/family.hpp"

namespace collect {

/// An attribute that becomes a detail just as it came.
struct KeptAttribute {
  std::uint16_t type = 0;
  portscope::DetailKind kind{};
  std::optional<portscope::Need> need{};  ///< empty: always
};

/// Keeps those of `attributes` that the table names and the question needs.
void keep_attributes(sys::Bytes attributes, std::span<const KeptAttribute> table, const Question& question,
                     portscope::Socket& socket);

/// Adds a detail of our own to a socket.
template <class T>
void keep_value(const Question& question, portscope::Socket& socket, portscope::DetailKind kind, const T& value) {
  socket.details = question.details.add_value(socket.details, kind, value);
}

/// The cookie as most messages carry it.
inline std::uint64_t cookie_of(const std::uint32_t (&halves)[2]) {
  return (std::uint64_t{halves[1]} << 32U) | halves[0];
}

/// What SK_MEMINFO_DROPS says (linux/sock_diag.h); a kernel that sends fewer numbers does not tell.
std::optional<std::uint32_t> drops_of(sys::Bytes meminfo);

/// The directions of SHUTDOWN_MASK (include/net/sock.h).
portscope::Shutdown shutdown_of(unsigned mask);

/// Asks for all sockets of a family and hands over each message that is long enough to be one;
/// tells the pass how it went.
void dump_family(const Question& question, Pass& pass, sys::Bytes request, std::size_t least,
                 const std::function<void(sys::Bytes body)>& on_row);

}  // namespace collect

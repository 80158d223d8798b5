// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "portscope/snapshot.hpp"

namespace portscope {

/// What became of a socket that the kernel was asked to close.
enum class Closing : std::uint8_t {
  closed,
  gone,         ///< it was closed, or became another, before
  denied,       ///< CAP_NET_ADMIN is missing
  unsupported,  ///< the kernel closes none of its kind, or was built without CONFIG_INET_DIAG_DESTROY
  unreachable,  ///< the kernel finds it by no address: bound and not listening, or its identity is not known
  failed
};
template <>
struct Names<Closing> {
  static constexpr auto list =
      std::to_array<std::string_view>({"closed", "gone", "denied", "unsupported", "unreachable", "failed"});
};

struct ClosedSocket {
  std::uint32_t socket = 0;  ///< position in Snapshot::sockets
  Closing fate = Closing::closed;
  std::string why{};  ///< the errno by name; empty when it was closed
};

/// Asks the kernel to close each of these sockets (SOCK_DESTROY, linux/sock_diag.h): this one by its cookie, and never
/// another that has its ends now. A connection is reset, so that both ends see an error; a listener no longer listens,
/// but has its port until its process closes it.
std::vector<ClosedSocket> close_sockets(const Snapshot& snapshot, std::span<const std::uint32_t> sockets);

/// Those of them that the kernel would not close, as is known without asking it.
std::vector<ClosedSocket> never_closed(const Snapshot& snapshot, std::span<const std::uint32_t> sockets);

/// How it went as a whole.
enum class CloseResult : std::uint8_t {
  planned,    ///< it was only to be shown
  declined,   ///< the user said no
  nothing,    ///< no socket matches
  closed,     ///< at least one was closed
  not_closed  ///< none of them was
};
template <>
struct Names<CloseResult> {
  static constexpr auto list =
      std::to_array<std::string_view>({"planned", "declined", "nothing", "closed", "not_closed"});
};

}  // namespace portscope

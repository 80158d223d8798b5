// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "portscope/port_owners.hpp"
#include "portscope/take_snapshot.hpp"

namespace portscope {

/// The last signal that a process was sent.
enum class SentSignal : std::uint8_t { none, terminate, kill };
template <>
struct Names<SentSignal> {
  static constexpr auto list = std::to_array<std::string_view>({"none", "SIGTERM", "SIGKILL"});
};

/// What became of a holder.
enum class Fate : std::uint8_t {
  ended,    ///< the process has ended
  let_go,   ///< it lives, and has closed the sockets
  holds,    ///< it still has one of them
  changed,  ///< it was not what had been shown any more: nothing was sent
  gone,     ///< it had ended before anything was sent
  denied    ///< it could not be sent anything; Ended::why says why
};
template <>
struct Names<Fate> {
  static constexpr auto list =
      std::to_array<std::string_view>({"ended", "let_go", "holds", "changed", "gone", "denied"});
};

struct Ended {
  std::uint32_t process = 0;  ///< position in the processes of the snapshot before
  SentSignal sent = SentSignal::none;
  Fate fate = Fate::ended;
  std::string why{};  ///< the errno by name, of Fate::denied
};

/// How it went with the port as a whole.
enum class EndResult : std::uint8_t {
  planned,    ///< it was only to be shown
  declined,   ///< the user said no
  refused,    ///< a holder is one that is not ended: nothing was sent to any
  nothing,    ///< nothing holds the port
  freed,      ///< nothing holds it any more
  not_freed,  ///< something holds it still, or again
};
template <>
struct Names<EndResult> {
  static constexpr auto list =
      std::to_array<std::string_view>({"planned", "declined", "refused", "nothing", "freed", "not_freed"});
};

struct EndOrder {
  Request look;                       ///< what shows the port; asked again afterwards
  std::chrono::milliseconds grace{};  ///< how long SIGTERM may take
  bool force = false;                 ///< SIGKILL for who still holds the port then
};

struct EndReport {
  std::vector<Ended> ended;
  Snapshot after;
};

/// Asks the holders that are not refused to end, by SIGTERM. Each is opened first (pidfd_open(2)), then looked at
/// again: only if that very process still has that very socket, by inode and cookie, is it sent anything. Returns when
/// all have ended or let go, and at the latest when the grace is over. What started to hold the port meanwhile is not
/// touched.
EndReport end_holders(const Snapshot& before, std::span<const PortOwner> holders, const EndOrder& order);

}  // namespace portscope

// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "portscope/changes.hpp"
#include "portscope/snapshot.hpp"

namespace watch {

/// A number that is the same for one socket at each look.
std::uint64_t identity_of(const portscope::Socket& socket);

/// What became of a socket of late.
enum class Mark : std::uint8_t { none, opened, changed, closed };

/// Whether a look answers the same question as the one before; the answers to different ones are not compared.
enum class Continuity : std::uint8_t { same_question, new_question };

/// What there is to show: the last look, and behind its rows those that were closed a moment ago.
class Content {
 public:
  static constexpr std::chrono::seconds marked_for{4};

  void take(portscope::Snapshot snapshot, Continuity continuity);
  /// Forgets marks and closed rows when their time is over. Says whether there were any.
  bool expire(portscope::Time now);

  [[nodiscard]] const portscope::Snapshot& snapshot() const { return snapshot_; }
  [[nodiscard]] const portscope::RateMeter& meter() const { return meter_; }
  [[nodiscard]] std::size_t open_rows() const { return open_rows_; }
  [[nodiscard]] Mark mark_of(std::uint32_t row) const;
  /// A look at one socket alone, which tells more of it. Where it found none, the one before stays: the socket is
  /// closed.
  void take_closer(portscope::Snapshot snapshot);
  /// That look, if it was at this socket.
  [[nodiscard]] const portscope::Snapshot* closer(std::uint64_t identity) const;
  /// When the next mark is over; the farthest time when there is none.
  [[nodiscard]] portscope::Time next_expiry() const;

 private:
  struct Marked {
    Mark mark = Mark::none;
    portscope::Time until{};
  };
  void compare_with(portscope::Snapshot& next);

  portscope::Snapshot snapshot_;
  std::size_t open_rows_ = 0;
  std::vector<portscope::Time> closed_until_;  // of the rows behind those, which are in the order of these times
  std::unordered_map<std::uint64_t, Marked> marks_;
  portscope::Snapshot closer_;
  portscope::RateMeter meter_;
};

}  // namespace watch

// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>

#include "portscope/snapshot.hpp"
#include "sys/diag.hpp"

namespace collect {

/// What the kernel announces, as rows; see portscope::EndedSockets.
class Announcements {
 public:
  explicit Announcements(sys::Diag& diag);

  [[nodiscard]] int descriptor() const { return events_ ? events_->descriptor() : -1; }

  /// Adds rows and gaps to the snapshot.
  void take(portscope::Snapshot& snapshot);

 private:
  void note_lost(portscope::Snapshot& snapshot);

  std::unique_ptr<sys::DiagEvents> events_;
  int error_ = 0;  // why there are none; 0 once that was told
  std::uint64_t lost_ = 0;
};

}  // namespace collect

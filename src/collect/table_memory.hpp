// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "collect/family.hpp"
#include "collect/inet_lookup.hpp"
#include "portscope/selection.hpp"

namespace collect {

/// What an observer saw in the table of TCP the last time, which spares it a second reading under churn.
///
/// A listing misses a socket when others leave the table before it (unite.hpp). One that the last look showed and this
/// one does not is asked for by itself: either it has ended, or it was missed. What was opened since the last look and
/// missed in this one is not known to be missing; the next look shows it.
class TableMemory {
 public:
  /// Adds to `pass` what it missed. False when that cannot be told: the last question was another one, or too many are
  /// gone, or one that the kernel cannot be asked for by itself (not connected).
  bool complete(const Family& family, const Question& question, Pass& pass);
  /// What the look showed in the end, for the next time.
  void note(const portscope::Selection& selection, const std::vector<portscope::Socket>& sockets);

 private:
  struct Row {
    std::uint64_t cookie = 0;
    Ends ends;  ///< the wildcard as the peer of one that is not connected
  };
  [[nodiscard]] std::vector<Row> missing_in(const Pass& pass) const;

  portscope::Selection selection_;
  std::vector<Row> rows_;
  bool filled_ = false;
};

}  // namespace collect

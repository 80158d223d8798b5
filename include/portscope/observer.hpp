// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "portscope/take_snapshot.hpp"

namespace portscope {

/// Looks again and again. The answers are those of take_snapshot; only the work is less, because the doors to the
/// kernel stay open, and what cannot have changed since the look before is not read again.
class Observer {
 public:
  Observer();
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;
  ~Observer();

  /// As take_snapshot. The request may be another one each time.
  Snapshot look(const Request& request);

  /// By which road the last look found the holders; `none` when it looked for none.
  [[nodiscard]] OwnerRoad road() const;

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
};

}  // namespace portscope

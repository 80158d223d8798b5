// SPDX-License-Identifier: MIT
#pragma once

#include <optional>

#include "watch/state.hpp"
#include "watch/worker.hpp"

namespace watch {

/// Plans deeds and carries them out beside the keys: a process has seconds to end in.
class Errands {
 public:
  /// For that dialogue. What was begun for another is not waited for any more.
  void plan(const Dialogue& dialogue, std::function<PlannedDeed()> work);
  /// Does what was planned for it.
  void carry_out(const Dialogue& dialogue);

  /// The dialogue with what was brought for it; nothing where that was for another.
  std::optional<Dialogue> take(const Dialogue& dialogue);

  [[nodiscard]] bool is_busy() { return worker_.is_busy(); }
  [[nodiscard]] int descriptor() const { return worker_.descriptor(); }

 private:
  struct Brought {
    PlannedDeed deed;
    std::uint64_t number = 0;  // of the dialogue
  };

  std::function<std::string()> planned_;
  Worker<Brought> worker_;
};

}  // namespace watch

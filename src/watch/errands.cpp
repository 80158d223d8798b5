// SPDX-License-Identifier: MIT
#include "watch/errands.hpp"

#include <exception>

#include "render/text.hpp"
#include "watch/dialogue.hpp"

namespace watch {

namespace {

/// What goes wrong is told in the dialogue; nobody catches what leaves a thread.
PlannedDeed tried(const std::function<PlannedDeed()>& work) {
  try {
    return work();
  } catch (const std::exception& error) {
    return {render::visible(error.what()) + '\n', {}, {}};
  }
}

}  // namespace

void Errands::plan(const Dialogue& dialogue, std::function<PlannedDeed()> work) {
  planned_ = nullptr;
  worker_.ask([work = std::move(work), number = dialogue.number] { return Brought{tried(work), number}; });
}

void Errands::carry_out(const Dialogue& dialogue) {
  if (!planned_) return;
  worker_.ask([act = std::exchange(planned_, nullptr), number = dialogue.number] {
    return Brought{tried([&] { return PlannedDeed{act(), {}, {}}; }), number};
  });
}

std::optional<Dialogue> Errands::take(const Dialogue& dialogue) {
  auto brought = worker_.take();
  if (!brought || brought->number != dialogue.number) return std::nullopt;
  planned_ = std::move(brought->deed.carry_out);
  return heard(dialogue, brought->deed);
}

}  // namespace watch

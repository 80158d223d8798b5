// SPDX-License-Identifier: MIT
#include "watch/dialogue.hpp"

#include "watch/moving.hpp"

namespace watch {

using Step = Dialogue::Step;

namespace {

Pressed go(State state) {
  state.mode = state.details ? Mode::details : Mode::list;
  state.pane_top = 0;
  return {std::move(state)};
}

bool says_no(const Input& input) {
  return input.key == typed('n') || input.key == typed('N') || input.key == typed('q') || input.key == Key::escape ||
         input.key == Key::enter || input.key == control('c');
}

Pressed read_on(State state, const Input& input, const Scene& scene) {
  if (input.key == Key::wheel_up) return {scroll_by(std::move(state), -wheel_step, scene)};
  if (input.key == Key::wheel_down) return {scroll_by(std::move(state), wheel_step, scene)};
  const auto action = action_of(input.key);
  if (action == Action::up) return {move_by(std::move(state), -1, scene)};
  if (action == Action::down) return {move_by(std::move(state), 1, scene)};
  if (action == Action::page_up) return {page_by(std::move(state), -1, scene)};
  if (action == Action::page_down) return {page_by(std::move(state), 1, scene)};
  return {std::move(state)};
}

}  // namespace

Pressed answer(State state, const Input& input, const Scene& scene) {
  Dialogue& dialogue = state.dialogue;
  if (dialogue.step == Step::acting) {
    // What was begun cannot be called back; only the view can be left.
    if (input.key == control('c')) return {std::move(state), portscope::EnumSet<Effect>{Effect::quit}};
    return read_on(std::move(state), input, scene);
  }
  if (dialogue.step == Step::asking && (input.key == typed('y') || input.key == typed('Y'))) {
    dialogue.step = Step::acting;
    return {std::move(state), portscope::EnumSet<Effect>{Effect::carry_out}};
  }
  if (says_no(input)) return go(std::move(state));
  return read_on(std::move(state), input, scene);
}

Dialogue heard(Dialogue dialogue, const PlannedDeed& deed) {
  dialogue.text = deed.text;
  dialogue.question = deed.question;
  const bool asks = dialogue.step == Step::planning && !deed.question.empty();
  dialogue.step = asks ? Step::asking : Step::told;
  return dialogue;
}

std::string_view prompt_of(const Dialogue& dialogue) {
  switch (dialogue.step) {
    case Step::planning:
      return "looking who that would be...  Esc back";
    case Step::asking:
      return dialogue.question;
    case Step::acting:
      return "under way...";
    case Step::told:
      break;
  }
  return "Esc back";
}

}  // namespace watch

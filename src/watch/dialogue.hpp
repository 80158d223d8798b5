// SPDX-License-Identifier: MIT
#pragma once

#include "watch/press.hpp"

namespace watch {

/// What a key does while it is asked whether something shall be done to a socket: only `y` says yes.
Pressed answer(State state, const Input& input, const Scene& scene);

/// The dialogue, once what was begun for it has come.
Dialogue heard(Dialogue dialogue, const PlannedDeed& deed);

/// What stands in the last line meanwhile.
std::string_view prompt_of(const Dialogue& dialogue);

}  // namespace watch

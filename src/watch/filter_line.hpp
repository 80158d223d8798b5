// SPDX-License-Identifier: MIT
#pragma once

#include "watch/press.hpp"

namespace watch {

/// What a key does to the filter that is being typed. What means something is asked at once; what does not is told, and
/// the list stays as it is.
Pressed edit_filter(State state, const Input& input, const Ask& ask);

}  // namespace watch

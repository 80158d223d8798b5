// SPDX-License-Identifier: MIT
#pragma once

#include "watch/state.hpp"

namespace watch {

// What comes after another where a key goes through a row of choices.

Grouping next_grouping(Grouping grouping);

/// Through these fields, and then back to the usual order.
Sorting next_sorting(const Sorting& sorting, const std::vector<Field>& fields);

/// By that field; the other way round, where it is that one already. Of rates the highest come first.
Sorting sorted_by(const Sorting& sorting, const Field& field);

std::chrono::milliseconds slower(std::chrono::milliseconds interval);
std::chrono::milliseconds faster(std::chrono::milliseconds interval);

/// With the transport, or without it where it was there.
Wishes toggled(Wishes wishes, portscope::Transport transport);

}  // namespace watch

// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string_view>

#include "cli/terminal.hpp"
#include "cli/wishes.hpp"
#include "portscope/snapshot.hpp"
#include "render/view.hpp"

namespace cli {

/// Nothing is done unasked: throws UsageError when there is nobody to ask, or nothing to show him, and no --yes.
void require_consent(const Wishes& wishes, const Terminal& terminal, std::string_view command);

/// Shows what `write` writes, where somebody reads it, and asks. Standard output may be a file, or JSON.
bool consents(const Terminal& terminal, bool shown, const std::function<void(const render::Sink&)>& write,
              std::string_view question);

/// Whether the answer may be wrong for what could not be seen.
bool is_incomplete(const portscope::Snapshot& snapshot, bool strict);

}  // namespace cli

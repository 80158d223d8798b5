// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "portscope/summary.hpp"
#include "render/view.hpp"

namespace render {

/// The counts as a table for people.
void write_summary(const std::vector<portscope::SummaryRow>& rows, const Look& look, const Sink& sink);

/// The counts as one JSON document.
void write_summary_json(const std::vector<portscope::SummaryRow>& rows, const portscope::Snapshot& snapshot,
                        const Look& look, const Sink& sink);

}  // namespace render

// SPDX-License-Identifier: MIT
#pragma once

#include "portscope/summary.hpp"
#include "portscope/take_snapshot.hpp"
#include "render/view.hpp"

namespace render {

/// What must be collected for either of the two.
inline constexpr portscope::EnumSet<portscope::Need> summary_needs{
    portscope::Need::owners,  portscope::Need::process_details, portscope::Need::users,
    portscope::Need::cgroups, portscope::Need::interfaces,      portscope::Need::drops,
    portscope::Need::host,    portscope::Need::direction,       portscope::Need::settings};

/// The summary of `snapshot` for people: the counts, then what else there is to say.
void write_summary(const portscope::Summary& summary, const portscope::Snapshot& snapshot, const Look& look,
                   const Sink& sink);

/// All of it as one JSON document.
void write_summary_json(const portscope::Summary& summary, const portscope::Snapshot& snapshot, const Look& look,
                        const Sink& sink);

}  // namespace render

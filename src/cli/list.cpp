// SPDX-License-Identifier: MIT
#include "cli/list.hpp"

#include "cli/explain_filter.hpp"
#include "cli/report.hpp"
#include "portscope/summary.hpp"
#include "render/summary.hpp"

namespace cli {

namespace {

void render_answer(const portscope::Snapshot& snapshot, const Plan& plan, const render::Sink& sink) {
  if (plan.answer == Plan::Answer::summary) {
    const auto write = plan.format->name == "json" ? render::write_summary_json : render::write_summary;
    write(portscope::summarize(snapshot), snapshot, plan.look, sink);
    return;
  }
  plan.format->write({&snapshot, render::sorted(snapshot, plan.sort), plan.columns, plan.columns_chosen, plan.look},
                     sink);
}

}  // namespace

Outcome run_list(const Plan& plan, const render::Sink& sink) {
  if (plan.answer == Plan::Answer::explained_filter) {
    portscope::Request request = plan.request;
    request.selection = portscope::resolve(request.selection);
    sink(explain_filter(request));
    return {};
  }
  const portscope::Snapshot snapshot = portscope::take_snapshot(plan.request);
  if (!plan.quiet) render_answer(snapshot, plan, sink);
  return {exit_code(snapshot, plan), describe_gaps(snapshot)};
}

}  // namespace cli

// SPDX-License-Identifier: MIT
#include "cli/show.hpp"

#include <algorithm>

#include "cli/report.hpp"
#include "cli/usage_error.hpp"
#include "render/blocks.hpp"

namespace cli {

Plan plan_show(const Words& words, const Terminal& terminal) {
  if (words.operands.empty()) throw UsageError("show what? write portscope show 8080");
  Words everything = words;
  const auto chooses_states = [](const Given& given) {
    return given.id == OptionId::listen || given.id == OptionId::bound;
  };
  if (std::none_of(words.options.begin(), words.options.end(), chooses_states)) {
    everything.options.push_back({OptionId::all, ""});
  }
  for (const OptionId id :
       {OptionId::extended, OptionId::internals, OptionId::memory, OptionId::timers, OptionId::set_options}) {
    everything.options.push_back({id, ""});
  }
  Plan plan = cli::plan(everything, terminal);
  if (!plan.quiet) plan.request.needs |= render::block_needs();
  return plan;
}

Outcome run_show(const Plan& plan, const render::Sink& sink) {
  const portscope::Snapshot snapshot = take_snapshot(plan.request);
  const render::View view{&snapshot, render::sorted(snapshot, {}), plan.columns, false, plan.look};
  if (!plan.quiet) plan.format->name == "json" ? plan.format->write(view, sink) : render::write_blocks(view, sink);
  return {exit_code(snapshot, plan), describe_gaps(snapshot)};
}

}  // namespace cli

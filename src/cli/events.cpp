// SPDX-License-Identifier: MIT
#include "cli/events.hpp"

#include <algorithm>

#include "cli/report.hpp"
#include "cli/usage_error.hpp"

namespace cli {

namespace {

render::EventFormat event_format(const render::Format& format) {
  const auto known = portscope::Names<render::EventFormat>::list;
  const auto* const found = std::find(known.begin(), known.end(), format.name);
  if (found == known.end()) {
    throw UsageError("events come one by one, and " + std::string(format.name) +
                     " is one document; write --jsonl for one JSON object a line");
  }
  return static_cast<render::EventFormat>(found - known.begin());
}

}  // namespace

watch::Question question_of(const Plan& plan) {
  watch::Question question{plan.request, plan.columns, plan.columns_chosen};
  question.request.needs.erase(portscope::Need::time_wait_count);
  question.request.selection = portscope::resolve(question.request.selection);
  return question;
}

EventsPlan events_of(const Plan& plan, const Wishes& wishes, const Terminal& terminal) {
  if (plan.answer != Plan::Answer::sockets) throw UsageError("what becomes of sockets has no summary and no filter");
  if (plan.quiet) throw UsageError("with --quiet there is nothing to say");
  EventsPlan result;
  result.stream.format = event_format(*plan.format);
  result.stream.headings = plan.look.header;
  if (wishes.interval) result.stream.interval = *wishes.interval;
  result.stream.duration = wishes.duration;
  result.question = question_of(plan);
  result.clear_terminal = terminal.clear;
  result.strict = plan.strict;
  result.output = plan.output;
  return result;
}

EventsPlan plan_events(const Words& words, const Terminal& terminal) {
  const Plan plan = cli::plan(words, terminal);
  EventsPlan result = events_of(plan, gather(words.options), terminal);
  if (!plan.sort.empty()) throw UsageError("events stand in the order in which they happen; leave --sort out");
  return result;
}

Outcome run_events(const EventsPlan& plan, const render::Sink& sink) {
  if (plan.clear_terminal) plan.clear_terminal();  // a look that is one of many needs no waiting for
  portscope::Snapshot seen;
  seen.gaps = watch::run_stream(plan.question, plan.stream, sink);
  return {exit_code_for_gaps(seen.gaps, plan.strict), describe_gaps(seen)};
}

}  // namespace cli

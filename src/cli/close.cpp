// SPDX-License-Identifier: MIT
#include "cli/close.hpp"

#include <algorithm>

#include "cli/acting.hpp"
#include "cli/look.hpp"
#include "cli/report.hpp"
#include "cli/usage_error.hpp"
#include "cli/wishes.hpp"
#include "render/socket_json.hpp"

namespace cli {

using portscope::ClosedSocket;
using portscope::CloseResult;
using portscope::Closing;
using portscope::Need;
using render::CloseAnswer;

namespace {

int exit_code(const CloseAnswer& answer, bool strict) {
  constexpr int trouble = 2;
  constexpr int incomplete = 3;
  const auto is_trouble = [](const ClosedSocket& closed) { return closed.fate != Closing::gone; };
  if (answer.result == CloseResult::not_closed && std::any_of(answer.closed.begin(), answer.closed.end(), is_trouble)) {
    return trouble;
  }
  if (is_incomplete(answer.snapshot, strict)) return incomplete;
  return answer.result == CloseResult::closed || answer.result == CloseResult::planned ? 0 : 1;
}

}  // namespace

ClosePlan plan_close(const Words& words, const Terminal& terminal) {
  if (words.operands.empty()) {
    throw UsageError("close needs a filter: which sockets? write portscope close dst 10.0.0.1 dport = 443");
  }
  const Wishes wishes = gather(words.options);
  require_consent(wishes, terminal, "close");
  ClosePlan plan{cli::plan(words, terminal), terminal, wishes.output};
  plan.yes = wishes.yes;
  plan.dry_run = wishes.dry_run;
  plan.json = wishes.format->name == "json";
  plan.sockets.look = look_of(wishes, terminal);
  plan.sockets.request.needs = {Need::owners, Need::users, Need::cgroups, Need::interfaces};
  if (plan.json) plan.sockets.request.needs |= render::socket_json_needs();
  return plan;
}

CloseAnswer look_at_sockets(const ClosePlan& plan) {
  CloseAnswer answer;
  answer.dry_run = plan.dry_run;
  answer.snapshot = take_snapshot(plan.sockets.request);
  answer.sockets = render::sorted(answer.snapshot, {});
  if (answer.sockets.empty()) answer.result = CloseResult::nothing;
  return answer;
}

CloseAnswer closed(CloseAnswer answer) {
  answer.closed = close_sockets(answer.snapshot, answer.sockets);
  const bool any = std::any_of(answer.closed.begin(), answer.closed.end(),
                               [](const ClosedSocket& one) { return one.fate == Closing::closed; });
  answer.result = any ? CloseResult::closed : CloseResult::not_closed;
  return answer;
}

/// What close_sockets() would make of them, as far as it is known.
CloseAnswer foretold(CloseAnswer answer) {
  answer.closed = never_closed(answer.snapshot, answer.sockets);
  if (answer.closed.size() == answer.sockets.size()) answer.result = CloseResult::not_closed;
  return answer;
}

Outcome run_close(const ClosePlan& plan, const render::Sink& sink) {
  const render::Look& look = plan.sockets.look;
  CloseAnswer answer = look_at_sockets(plan);
  const bool as_text = !plan.json && !plan.sockets.quiet;
  const auto write_plan = [&](const render::Sink& to) { write_close_plan(answer, look, to); };
  if (as_text) write_plan(sink);
  if (answer.result == CloseResult::planned && plan.dry_run) {
    answer = foretold(std::move(answer));
  } else if (answer.result == CloseResult::planned) {
    const bool shown = as_text && plan.terminal.is_terminal && plan.output.empty();
    if (!plan.yes && !consents(plan.terminal, shown, write_plan, close_question)) {
      answer.result = CloseResult::declined;
    } else {
      answer = closed(std::move(answer));
    }
  }
  if (as_text) write_close_outcome(answer, sink);
  if (plan.json && !plan.sockets.quiet) write_close_json(answer, look, sink);
  return {exit_code(answer, plan.sockets.strict), describe_gaps(answer.snapshot)};
}

}  // namespace cli

// SPDX-License-Identifier: MIT
#include "cli/kill.hpp"

#include <algorithm>

#include "cli/acting.hpp"
#include "cli/look.hpp"
#include "cli/report.hpp"
#include "cli/wishes.hpp"
#include "render/port_text.hpp"
#include "render/socket_json.hpp"

namespace cli {

using portscope::EndResult;
using portscope::Need;
using portscope::PortOwner;
using render::KillAnswer;

namespace {

constexpr std::chrono::milliseconds usual_grace(5000);

EndResult result_before(const KillAnswer& answer) {
  const auto is_refused = [](const PortOwner& holder) { return holder.refusal.has_value(); };
  if (render::holding_rows(answer.before).empty()) return EndResult::nothing;
  if (std::any_of(answer.holders.begin(), answer.holders.end(), is_refused)) return EndResult::refused;
  if (answer.holders.empty()) return EndResult::not_freed;  // who holds it is hidden, or no process does
  return EndResult::planned;
}

int exit_code(const KillAnswer& answer, bool strict) {
  constexpr int refused = 2;
  constexpr int incomplete = 3;
  const portscope::Snapshot& last = answer.after ? *answer.after : answer.before;
  if (answer.result == EndResult::refused) return refused;
  if (is_incomplete(last, strict)) return incomplete;
  return answer.result == EndResult::freed || answer.result == EndResult::planned ? 0 : 1;
}

}  // namespace

KillPlan plan_kill(const Words& words, const Terminal& terminal) {
  const Wishes wishes = gather(words.options);
  KillPlan plan{parse_port_target(words, wishes), {}, terminal, look_of(wishes, terminal), wishes.output};
  require_consent(wishes, terminal, "kill");
  plan.yes = wishes.yes;
  plan.dry_run = wishes.dry_run;
  plan.json = wishes.format->name == "json";
  plan.quiet = wishes.quiet;
  plan.strict = wishes.strict;
  plan.order.grace = wishes.grace.value_or(usual_grace);
  plan.order.force = wishes.force;
  plan.order.look.selection = plan.target.selection;
  plan.order.look.needs = {Need::owners,  Need::process_details, Need::users,
                           Need::cgroups, Need::interfaces,      Need::timer};
  if (plan.json) plan.order.look.needs |= render::socket_json_needs();
  return plan;
}

/// The same look, at what no table lists too.
portscope::Request with_unlisted(portscope::Request look) {
  look.needs.insert(Need::unlisted);
  return look;
}

bool shows_unlisted(const portscope::Snapshot& snapshot) {
  return std::any_of(snapshot.sockets.begin(), snapshot.sockets.end(),
                     [](const auto& socket) { return socket.source == portscope::Source::descriptor; });
}

KillAnswer look_at_holders(const KillPlan& plan) {
  KillAnswer answer;
  answer.target = plan.target.typed;
  answer.dry_run = plan.dry_run;
  answer.before = take_snapshot(plan.order.look);
  if (render::holding_rows(answer.before).empty()) answer.before = take_snapshot(with_unlisted(plan.order.look));
  answer.holders = port_owners(answer.before, portscope::own_kin());
  answer.result = result_before(answer);
  return answer;
}

KillAnswer ended(const KillPlan& plan, KillAnswer answer) {
  auto order = plan.order;
  if (shows_unlisted(answer.before)) order.look = with_unlisted(order.look);
  portscope::EndReport report = end_holders(answer.before, answer.holders, order);
  answer.ended = std::move(report.ended);
  answer.result = render::holding_rows(report.after).empty() ? EndResult::freed : EndResult::not_freed;
  answer.after = std::move(report.after);
  return answer;
}

Outcome run_kill(const KillPlan& plan, const render::Sink& sink) {
  KillAnswer answer = look_at_holders(plan);
  const bool as_text = !plan.json && !plan.quiet;
  const auto write_plan = [&](const render::Sink& to) { write_kill_plan(answer, plan.look, to); };
  if (as_text) write_plan(sink);
  if (answer.result == EndResult::planned && !plan.dry_run) {
    const bool shown = as_text && plan.terminal.is_terminal && plan.output.empty();
    if (!plan.yes && !consents(plan.terminal, shown, write_plan, kill_question)) {
      answer.result = EndResult::declined;
    } else {
      answer = ended(plan, std::move(answer));
    }
  }
  if (as_text) write_kill_outcome(answer, plan.look, sink);
  if (plan.json && !plan.quiet) write_kill_json(answer, plan.look, sink);
  return {exit_code(answer, plan.strict), describe_gaps(answer.after ? *answer.after : answer.before)};
}

}  // namespace cli

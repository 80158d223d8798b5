// SPDX-License-Identifier: MIT
#include "cli/wait.hpp"

#include <fmt/format.h>

#include "cli/acting.hpp"
#include "cli/look.hpp"
#include "cli/report.hpp"
#include "cli/target_operand.hpp"
#include "cli/wishes.hpp"
#include "render/port_text.hpp"
#include "render/socket_json.hpp"

namespace cli {

using portscope::Awaited;
using portscope::Need;
using portscope::Snapshot;

namespace {

void write_text(const WaitPlan& plan, const Snapshot& last, const std::vector<std::uint32_t>& rows,
                const render::Sink& sink) {
  if (!rows.empty()) {
    write_holding(last, rows, plan.look, sink);
  } else if (plan.order.awaited == Awaited::free) {
    sink(fmt::format("{} is free.\n", render::target_title(plan.target)));
    render::write_connections(last, sink);
  }
}

std::string lateness(const WaitPlan& plan) {
  const std::string target = render::target_text(plan.target);
  return plan.order.awaited == Awaited::free ? fmt::format("portscope: {} is not free\n", target)
                                             : fmt::format("portscope: nobody listens at {}\n", target);
}

}  // namespace

WaitPlan plan_wait(const Words& words, const Terminal& terminal) {
  const Wishes wishes = gather(words.options);
  TargetOperand operand = parse_place_target(words, wishes);
  WaitPlan plan{operand.typed, {}, look_of(wishes, terminal), wishes.output};
  plan.order.target = operand.target;
  plan.order.look.selection = std::move(operand.selection);
  plan.order.awaited = wishes.free ? Awaited::free : Awaited::listener;
  plan.order.timeout = wishes.timeout;
  plan.json = wishes.format->name == "json";
  plan.quiet = wishes.quiet;
  plan.strict = wishes.strict;
  if (plan.quiet) return plan;
  plan.order.look.needs = {Need::owners, Need::users, Need::cgroups, Need::interfaces, Need::timer};
  if (plan.json) plan.order.look.needs |= render::socket_json_needs();
  return plan;
}

Outcome run_wait(const WaitPlan& plan, const render::Sink& sink) {
  constexpr int late = 1;
  constexpr int incomplete = 3;
  const auto& order = plan.order;
  const Snapshot last = wait_for(order);
  const auto rows = decisive(last, order.target, order.awaited);
  const bool happened = has_happened(last, order.target, order.awaited);
  if (plan.json && !plan.quiet) render::write_socket_document(last, rows, plan.look, sink);
  if (!plan.json && !plan.quiet) write_text(plan, last, rows, sink);
  Outcome outcome{happened ? 0 : late, describe_gaps(last)};
  // Whom one sees is there; whether nobody is there, only who sees everything knows.
  if (rows.empty() ? is_incomplete(last, false) : is_incomplete(last, plan.strict) && plan.strict) {
    outcome.exit_code = incomplete;
  }
  if (!happened && !plan.quiet) outcome.complaints += lateness(plan);
  return outcome;
}

}  // namespace cli

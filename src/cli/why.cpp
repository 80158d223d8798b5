// SPDX-License-Identifier: MIT
#include "cli/why.hpp"

#include <algorithm>

#include "cli/look.hpp"
#include "cli/port_target.hpp"
#include "cli/report.hpp"
#include "cli/usage_error.hpp"
#include "render/columns.hpp"

namespace cli {

using portscope::BindVerdict;
using portscope::EnumSet;
using portscope::Need;

namespace {

/// Of each socket JSON tells what it tells in a listing.
EnumSet<Need> needs_of_json() {
  EnumSet<Need> needs = render::find_format("json")->needs;
  for (const render::Column& column : render::columns()) {
    if (column.layouts.contains(render::Layout::json)) needs |= column.needs;
  }
  return needs;
}

/// A port of its own, which somebody could have.
std::uint16_t port_of(const portscope::Target& target, const std::string& word) {
  const auto fail = [&](const char* what) { throw UsageError(what, {word, 0, word.size()}); };
  if (!target.ports) fail("why asks about a port: write ADDRESS:PORT");
  if (target.ports->first != target.ports->last) fail("why asks about one port; free looks for one in a range");
  if (target.ports->first == 0) fail("port 0 is whatever port the kernel finds: see free");
  return static_cast<std::uint16_t>(target.ports->first);
}

}  // namespace

WhyPlan plan_why(const Words& words, const Terminal& terminal) {
  const Wishes wishes = gather(words.options);
  if (words.operands.size() != 1) {
    throw UsageError("why takes one target, such as 8080, 127.0.0.1:8080 or [::]:8080/udp");
  }
  const std::string& word = words.operands.front();
  const portscope::Target target = read_port_target(word);
  const auto transports = transports_for(target, word, wishes);
  if (transports.size() != 1) throw UsageError("why asks about one protocol at a time", {word, 0, word.size()});

  WhyPlan plan;
  plan.target.port = port_of(target, word);
  plan.target.transport = transports.front();
  plan.target.address = target.address ? target.address->address.to_string() : "*";
  plan.target.interface = target.interface;
  plan.json = wants_json(wishes);
  plan.request.attempts = attempts_for(target, transports.front(), wishes);
  if (!target.address && plan.request.attempts.size() == 1) {
    plan.target.address = plan.request.attempts.front().address.to_string();
  }
  plan.request.interface = target.interface;
  plan.request.user = wishes.user;
  plan.request.probing = wishes.probing;
  if (plan.json) plan.request.needs = needs_of_json();
  plan.look = look_of(wishes, terminal);
  plan.output = wishes.output;
  plan.quiet = wishes.quiet;
  plan.strict = wishes.strict;
  return plan;
}

int exit_code(const portscope::BindView& view, const portscope::BindAnswer& answer, const WhyPlan& plan) {
  constexpr int incomplete = 3;
  const bool tried = std::any_of(view.probes.begin(), view.probes.end(),
                                 [](const portscope::BindProbe& probe) { return probe.tried; });
  const auto misses_sockets = [](const portscope::Gap& gap) { return gap.what == portscope::Gap::What::sockets; };
  const auto& gaps = view.snapshot.gaps;
  if (plan.strict && !gaps.empty()) return incomplete;
  if (answer.verdict == BindVerdict::unknown) return incomplete;
  if (answer.verdict != BindVerdict::free) return 1;
  // What was tried is sure; what was only looked for may have been missed.
  return !tried && std::any_of(gaps.begin(), gaps.end(), misses_sockets) ? incomplete : 0;
}

Outcome run_why(const WhyPlan& plan, const render::Sink& sink) {
  const portscope::BindView view = look_at_port(plan.request);
  const portscope::BindAnswer answer = explain(view);
  const render::WhyPage page{view, answer, plan.target, plan.look};
  if (!plan.quiet) plan.json ? write_why_json(page, sink) : write_why(page, sink);
  return {exit_code(view, answer, plan), describe_gaps(view.snapshot)};
}

}  // namespace cli

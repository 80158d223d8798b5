// SPDX-License-Identifier: MIT
#include "cli/free.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/look.hpp"
#include "cli/port_target.hpp"
#include "cli/usage_error.hpp"
#include "render/free_ports.hpp"

namespace cli {

using portscope::BindAttempt;
using portscope::HandOver;
using portscope::Target;
using portscope::Transport;

namespace {

/// Every operand may name addresses, one of them the ports.
void add_target(FreePlan& plan, const Target& target, const std::string& word, const Wishes& wishes) {
  if (target.ports) {
    if (plan.request.range) throw UsageError("free looks in one range of ports", {word, 0, word.size()});
    plan.request.range = *target.ports;
    plan.request.range->first = std::max(plan.request.range->first, 1U);
    if (plan.request.range->last == 0)
      throw UsageError("port 0 is whatever port the kernel finds", {word, 0, word.size()});
  }
  if (!target.interface.empty()) {
    const bool is_other = !plan.request.interface.empty() && plan.request.interface != target.interface;
    if (is_other) throw UsageError("free looks on one interface at a time", {word, 0, word.size()});
    plan.request.interface = target.interface;
  }
  if (!target.address) return;
  for (const Transport transport : transports_for(target, word, wishes)) {
    for (const BindAttempt& attempt : attempts_for(target, transport, wishes)) plan.request.attempts.push_back(attempt);
  }
}

/// On every address, when none was named.
void add_wildcards(FreePlan& plan, const Target& target, const std::string& word, const Wishes& wishes) {
  for (const Transport transport : transports_for(target, word, wishes)) {
    for (const BindAttempt& attempt : attempts_for(target, transport, wishes)) plan.request.attempts.push_back(attempt);
  }
}

void add_command(FreePlan& plan, const Words& words) {
  plan.command = {words.operands.begin() + static_cast<std::ptrdiff_t>(words.before_dashes), words.operands.end()};
  if (plan.command.empty()) throw UsageError("--exec needs a command behind --: free --exec -- COMMAND {port}");
  if (plan.json || !plan.output.empty()) throw UsageError("with --exec the output is the command's own");
  const bool has_place = std::any_of(plan.command.begin(), plan.command.end(),
                                     [](const std::string& word) { return word.find("{port}") != std::string::npos; });
  plan.hand_over = has_place ? HandOver::number : HandOver::sockets;
  const bool only_tcp = std::all_of(plan.request.attempts.begin(), plan.request.attempts.end(),
                                    [](const BindAttempt& attempt) { return attempt.transport == Transport::tcp; });
  if (has_place && !only_tcp) {
    throw UsageError(
        "a UDP port cannot be held for who binds it himself; leave {port} out, and take it from LISTEN_FDS");
  }
}

}  // namespace

FreePlan plan_free(const Words& words, const Terminal& terminal) {
  const Wishes wishes = gather(words.options);
  FreePlan plan;
  plan.look = look_of(wishes, terminal);
  plan.output = wishes.output;
  plan.json = wants_json(wishes);
  plan.quiet = wishes.quiet;
  plan.request.count = wishes.count;
  plan.request.user = wishes.user;
  plan.request.with_host = plan.json;
  const std::size_t targets = wishes.exec ? words.before_dashes : words.operands.size();
  Target without_address;
  std::string last;
  for (std::size_t i = 0; i < targets; ++i) {
    const std::string& word = words.operands[i];
    const Target target = read_port_target(word);
    add_target(plan, target, word, wishes);
    if (target.address) continue;
    without_address = target;
    last = word;
  }
  if (plan.request.attempts.empty()) add_wildcards(plan, without_address, last, wishes);
  if (wishes.exec) add_command(plan, words);
  return plan;
}

Outcome run_free(const FreePlan& plan, const render::Sink& sink) {
  const bool starts = !plan.command.empty();
  const portscope::FreePorts found =
      starts ? run_with_free_ports(plan.request, plan.command, plan.hand_over) : find_free_ports(plan.request);
  Outcome outcome;
  if (found.ports.size() < plan.request.count) {
    outcome.exit_code = 1;
    outcome.complaints = render::shortage_of_ports(found, plan.request.count);
  }
  if (plan.quiet || starts) return outcome;
  plan.json ? render::write_free_json(found, plan.request, plan.look, sink) : render::write_free(found, sink);
  return outcome;
}

}  // namespace cli

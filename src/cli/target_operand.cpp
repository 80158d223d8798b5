// SPDX-License-Identifier: MIT
#include "cli/target_operand.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/operands.hpp"
#include "cli/usage_error.hpp"
#include "portscope/port_owners.hpp"

namespace cli {

using portscope::EnumSet;
using portscope::Family;
using portscope::Target;
using portscope::Transport;

namespace {

[[noreturn]] void fail(const Words& words, const std::string& what) {
  const std::string text = in_one_text(words.operands);
  throw UsageError(what, {text, 0, text.size()});
}

std::string_view command(const Words& words) { return portscope::name(words.command); }

Target only_target(const Words& words) {
  if (words.operands.empty()) {
    throw UsageError(fmt::format("{0} what? write portscope {0} 8080/tcp", command(words)));
  }
  const portscope::Expression filter = parse_operands(words.operands);
  const auto* targets = filter.kind == portscope::Expression::Kind::condition
                            ? std::get_if<std::vector<Target>>(&filter.condition.values)
                            : nullptr;
  if (targets == nullptr || targets->size() != 1) {
    fail(words, fmt::format("{} takes one target, such as 8080, 8080/tcp or 127.0.0.1:8080", command(words)));
  }
  return targets->front();
}

/// The TCP sockets of MPTCP have its port, but the socket that a process holds is the MPTCP one.
EnumSet<Transport> with_carried(EnumSet<Transport> transports) {
  if (transports.contains(Transport::tcp)) transports.insert(Transport::mptcp);
  return transports;
}

}  // namespace

namespace {

TargetOperand port_operand(const Words& words, const Wishes& wishes, Target target) {
  if (!target.ports || target.ports->first != target.ports->last || target.ports->first == 0) {
    fail(words, fmt::format("{} takes one port, such as 8080, 8080/tcp or 127.0.0.1:8080", command(words)));
  }
  EnumSet<Transport> asked = wishes.transports;
  if (target.transport) asked.insert(*target.transport);
  if (!(asked - portscope::port_transports).empty()) {
    fail(words, fmt::format("{} is for protocols with ports: tcp, mptcp, udp, udplite, sctp and dccp", command(words)));
  }
  TargetOperand operand{words.operands.front(), target, {}};
  portscope::Selection& selection = operand.selection;
  if (target.transport) asked = {*target.transport};
  selection.transports = asked.empty() ? portscope::port_transports : with_carried(asked);
  if (!(wishes.families & ip_families).empty()) selection.families = wishes.families & ip_families;
  target.transport.reset();
  selection.filter = portscope::make_condition({portscope::FieldId::target, std::vector{target}, operand.typed});
  return operand;
}

TargetOperand name_operand(const Words& words, const Wishes& wishes, const Target& target) {
  constexpr EnumSet<Transport> only_unix{Transport::unix_socket};
  if (!(wishes.transports - only_unix).empty() || !(wishes.families & ip_families).empty()) {
    fail(words, "the name of a Unix socket has no protocol");
  }
  TargetOperand operand{words.operands.front(), target, {}};
  operand.selection.transports = only_unix;
  operand.selection.filter =
      portscope::make_condition({portscope::FieldId::target, std::vector{target}, operand.typed});
  return operand;
}

}  // namespace

TargetOperand parse_port_target(const Words& words, const Wishes& wishes) {
  return port_operand(words, wishes, only_target(words));
}

TargetOperand parse_place_target(const Words& words, const Wishes& wishes) {
  Target target = only_target(words);
  const bool has_name = target.has_name();
  return has_name ? name_operand(words, wishes, target) : port_operand(words, wishes, std::move(target));
}

}  // namespace cli

// SPDX-License-Identifier: MIT
#include "cli/plan.hpp"

#include <algorithm>
#include <span>
#include <string_view>

#include "cli/look.hpp"
#include "cli/operands.hpp"
#include "cli/usage_error.hpp"
#include "cli/wishes.hpp"
#include "render/summary.hpp"

namespace cli {

using portscope::EnumSet;
using portscope::Family;
using portscope::FieldId;
using portscope::Need;
using portscope::Selection;
using portscope::State;
using portscope::Transport;
using render::Layout;

namespace {

/// Those that the filter speaks of by name are wanted, even when they are not of IP.
EnumSet<Transport> named_transports(const portscope::Expression& filter) {
  EnumSet<Transport> named;
  each_condition(filter, [&](const portscope::Condition& condition) {
    if (const auto* targets = std::get_if<std::vector<portscope::Target>>(&condition.values)) {
      for (const portscope::Target& target : *targets) {
        if (target.has_name()) named.insert(Transport::unix_socket);
        if (target.transport) named.insert(*target.transport);
      }
    }
    const auto* numbers = std::get_if<portscope::Numbers>(&condition.values);
    if (numbers == nullptr) return;
    for (const auto& [number, last] : *numbers) {
      if (condition.field == FieldId::proto) named.insert(static_cast<Transport>(number));
      if (condition.field == FieldId::family) named |= transports_of(static_cast<Family>(number));
    }
  });
  return named;
}

/// A Unix socket is named by its path, whatever else was asked for.
bool names_unix(const portscope::Expression& filter) {
  bool names = false;
  each_condition(filter, [&](const portscope::Condition& condition) {
    const auto* targets = std::get_if<std::vector<portscope::Target>>(&condition.values);
    names = names || (targets != nullptr && std::any_of(targets->begin(), targets->end(),
                                                        [](const auto& target) { return target.has_name(); }));
  });
  return names;
}

void choose_protocols(Selection& selection, const Wishes& wishes) {
  const bool asks_ip = !(wishes.families & ip_families).empty();
  selection.transports = wishes.transports;
  for (std::size_t i = 0; i < portscope::Names<Family>::list.size(); ++i) {
    const auto family = static_cast<Family>(i);
    const bool is_ip = ip_families.contains(family);
    if (!is_ip && wishes.families.contains(family)) selection.transports |= portscope::transports_of(family);
  }
  const bool any_chosen = !selection.transports.empty();
  if (names_unix(selection.filter)) selection.transports.insert(Transport::unix_socket);
  if (!any_chosen || (asks_ip && wishes.transports.empty())) {
    selection.transports |= portscope::inet_transports | named_transports(selection.filter);
  }
  // -4 and -6 choose among the IP sockets; others that were asked for stay.
  if (asks_ip) selection.families = wishes.families | (portscope::every<Family>() - ip_families);
}

bool denies_states(const portscope::Expression& filter);

/// Whether the filter says which states there shall be. One that only takes some away leaves the rest
/// as usual.
bool names_states(const portscope::Expression& filter) {
  using Kind = portscope::Expression::Kind;
  if (filter.kind == Kind::condition) return filter.condition.field == FieldId::state;
  const auto& parts = filter.parts;
  return std::any_of(parts.begin(), parts.end(), filter.kind == Kind::negation ? denies_states : names_states);
}

/// The same of its opposite.
bool denies_states(const portscope::Expression& filter) {
  const auto& parts = filter.parts;
  const bool negated = filter.kind == portscope::Expression::Kind::negation;
  return std::any_of(parts.begin(), parts.end(), negated ? names_states : denies_states);
}

void choose_states(Selection& selection, const Wishes& wishes, bool everything) {
  selection.listening_only = wishes.listen && !everything;
  selection.states = portscope::every<State>();
  if (everything || (names_states(selection.filter) && !wishes.listen && !wishes.bound)) return;
  if (!wishes.listen && !wishes.bound) {
    selection.states.erase(State::time_wait);
    return;
  }
  selection.states = {};
  if (wishes.listen) selection.states |= {State::listen, State::unconnected};
  if (wishes.bound) selection.states.insert(State::bound);
}

/// What can never be is no empty list.
void narrow_or_refuse(Selection& selection, const Wishes& wishes, std::span<const std::string> operands) {
  std::string kind = selection.listening_only ? "listening " : "";
  for (std::size_t i = 0; i < portscope::Names<Transport>::list.size(); ++i) {
    const auto transport = static_cast<Transport>(i);
    if (wishes.transports.contains(transport)) kind.append(name(transport)).append(" ");
  }
  narrow(selection);
  if (!selection.transports.empty()) return;
  const std::string text = in_one_text(operands);
  const std::string among = kind.empty() ? "" : ": only " + kind + "sockets are asked for";
  throw UsageError("no socket can match this filter" + among, {text, 0, text.size()});
}

/// What `--owners none` cannot be asked for.
void refuse_owners(const Plan& plan, const Wishes& wishes) {
  const auto refuse = [](std::string_view what) {
    throw UsageError("--owners none leaves nothing to tell for " + std::string(what) + ": leave one of them out");
  };
  for (const render::Column* column : wishes.columns) {
    if (column->needs.contains(Need::owners)) refuse("the column " + std::string(column->name));
  }
  for (const render::SortKey& key : wishes.sort) {
    if (key.column->needs.contains(Need::owners)) refuse("--sort " + std::string(key.column->name));
  }
  if (wishes.extras.contains(Layout::set_options)) refuse("--options, which looks through the holders");
  if (plan.answer == Plan::Answer::summary) refuse("the summary, which counts by process");
  if (needs_of(plan.request.selection.filter).contains(Need::owners)) refuse("a filter that asks for processes");
}

/// The usual columns of the format; a table of listeners has others than one of connections.
std::vector<const render::Column*> usual_columns(const Wishes& wishes, bool listening_only) {
  const bool is_table = wishes.format->layout == Layout::sockets;
  const Layout layout = is_table && listening_only ? Layout::listeners : wishes.format->layout;
  std::vector<const render::Column*> columns;
  for (const render::Column& column : render::columns()) {
    const bool extra = !(column.layouts & wishes.extras).empty();
    if (wishes.owners == portscope::OwnerRoad::none && column.needs.contains(Need::owners)) continue;
    if (column.layouts.contains(layout) || extra) columns.push_back(&column);
  }
  return columns;
}

EnumSet<Need> needs_of(const Plan& plan) {
  if (plan.quiet) return plan.strict ? EnumSet<Need>{Need::owners} : EnumSet<Need>{};
  if (plan.answer == Plan::Answer::summary) return render::summary_needs;
  EnumSet<Need> needs = plan.format->needs;
  for (const render::Column* column : plan.columns) needs |= column->needs;
  for (const render::SortKey& key : plan.sort) needs |= key.column->needs;
  if (plan.look.footer) needs.insert(Need::time_wait_count);
  return needs;
}

/// Below a table on a terminal stands how many were left out for being in time_wait; that is
/// worth saying only where connections are listed.
bool has_footer(const Plan& plan, bool to_terminal) {
  const Selection& selection = plan.request.selection;
  return to_terminal && plan.format->layout == Layout::sockets && !selection.listening_only &&
         selection.states.contains(State::established) && !selection.states.contains(State::time_wait);
}

}  // namespace

Plan plan(const Words& words, const Terminal& terminal) {
  const Wishes wishes = gather(words.options);
  Plan plan;
  plan.text = wishes.text;
  plan.format = wishes.format;
  plan.output = wishes.output;
  if (plan.text) return plan;

  const std::span<const std::string> operands(words.operands);
  if (wishes.summary || words.command == CommandId::summary) plan.answer = Plan::Answer::summary;
  if (wishes.explain_filter) plan.answer = Plan::Answer::explained_filter;
  const bool is_summary = plan.answer == Plan::Answer::summary;
  if (is_summary && plan.format->name != "table" && plan.format->name != "json") {
    throw UsageError("the summary is a table or --json, not " + std::string(plan.format->name));
  }

  Selection& selection = plan.request.selection;
  selection.filter = parse_operands(operands);
  choose_protocols(selection, wishes);
  choose_states(selection, wishes, wishes.all || is_summary);
  if (!selection.filter.is_everything()) narrow_or_refuse(selection, wishes, operands);

  plan.request.owners = wishes.owners;
  if (wishes.owners == portscope::OwnerRoad::none) refuse_owners(plan, wishes);
  plan.columns_chosen = !wishes.columns.empty();
  plan.columns = plan.columns_chosen ? wishes.columns : usual_columns(wishes, selection.listening_only);
  plan.sort = wishes.sort;
  plan.quiet = wishes.quiet;
  plan.strict = wishes.strict;
  plan.look = look_of(wishes, terminal);
  plan.look.footer = has_footer(plan, terminal.is_terminal && wishes.output.empty());
  plan.request.source = wishes.source;
  plan.request.push_down = wishes.push_down;
  plan.request.needs = needs_of(plan);
  const bool is_shown = !is_summary && (!plan.quiet || plan.strict);
  if (is_shown && wishes.extras.contains(Layout::set_options)) plan.request.needs.insert(Need::set_options);
  if (wishes.bound) plan.request.needs.insert(Need::unlisted);
  if (wishes.owners == portscope::OwnerRoad::none) plan.request.needs.erase(Need::owners);
  return plan;
}

}  // namespace cli

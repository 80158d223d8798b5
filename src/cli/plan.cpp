// SPDX-License-Identifier: MIT
#include "cli/plan.hpp"

#include <algorithm>
#include <string_view>

#include "cli/help.hpp"
#include "cli/lists.hpp"
#include "cli/operands.hpp"
#include "cli/usage_error.hpp"

namespace cli {

using portscope::EnumSet;
using portscope::Family;
using portscope::Need;
using portscope::SourceChoice;
using portscope::State;
using portscope::Transport;

namespace {

/// What the options say, before it is known how they fit together.
struct Wishes {
  EnumSet<Transport> transports;
  EnumSet<Family> families;
  bool listen = false;
  bool all = false;
  bool bound = false;
  bool extended = false;
  bool pretty = false;
  std::optional<bool> color;
  const render::Format* format = &render::formats().front();
};

/// `inet`, `ipv4`, ... as ss and we spell them.
EnumSet<Family> parse_family(const std::string& word) {
  if (word == "inet" || word == "ipv4") return {Family::ipv4};
  if (word == "inet6" || word == "ipv6") return {Family::ipv6};
  if (word == "unix") return {Family::unix_};
  throw UsageError("'" + word + "' is no family: inet, inet6 or unix", {word, 0, word.size()});
}

std::optional<bool> parse_color(const std::string& word) {
  if (word == "auto") return std::nullopt;
  if (word == "always") return true;
  if (word == "never") return false;
  throw UsageError("'" + word + "' is no colour setting: auto, always or never", {word, 0, word.size()});
}

class Planner {
 public:
  Plan make(const Words& words, const Terminal& terminal);

 private:
  void apply(const Given& given);
  void apply_protocol(EnumSet<Transport> transports) { wishes_.transports |= transports; }
  void choose_format(const std::string& name);
  void read_command(std::span<const std::string>& operands);
  void choose_sockets(const Filter& filter);
  void choose_columns();
  void choose_needs(const Terminal& terminal);
  void choose_look(const Terminal& terminal);

  Wishes wishes_;
  Plan plan_;
};

void Planner::choose_format(const std::string& name) {
  wishes_.format = render::find_format(name);
  if (wishes_.format == nullptr) {
    throw UsageError("'" + name + "' is no format, see --list-formats", {name, 0, name.size()});
  }
}

void Planner::apply(const Given& given) {
  switch (given.id) {
    case OptionId::tcp:
      return apply_protocol({Transport::tcp});
    case OptionId::udp:
      return apply_protocol({Transport::udp});
    case OptionId::udplite:
      return apply_protocol({Transport::udplite});
    case OptionId::raw:
      return apply_protocol({Transport::raw});
    case OptionId::icmp:
      return apply_protocol({Transport::icmp});
    case OptionId::unix_:
      return apply_protocol({Transport::unix_});
    case OptionId::query:
      return apply_protocol(parse_transports(given.argument));
    case OptionId::ipv4:
      return wishes_.families.insert(Family::ipv4);
    case OptionId::ipv6:
      return wishes_.families.insert(Family::ipv6);
    case OptionId::family:
      wishes_.families |= parse_family(given.argument);
      return;
    case OptionId::listen:
      wishes_.listen = true;
      return;
    case OptionId::all:
      wishes_.all = true;
      return;
    case OptionId::bound:
      wishes_.bound = true;
      return;
    case OptionId::summary:
      plan_.command = Plan::Command::summary;
      return;
    case OptionId::columns:
      plan_.columns = parse_columns(given.argument);
      plan_.columns_chosen = true;
      return;
    case OptionId::sort:
      plan_.sort = parse_sort(given.argument);
      return;
    case OptionId::extended:
      wishes_.extended = true;
      return;
    case OptionId::no_header:
      plan_.look.header = false;
      return;
    case OptionId::color:
      wishes_.color = parse_color(given.argument);
      return;
    case OptionId::json:
      return choose_format("json");
    case OptionId::jsonl:
      return choose_format("jsonl");
    case OptionId::csv:
      return choose_format("csv");
    case OptionId::tsv:
      return choose_format("tsv");
    case OptionId::format:
      return choose_format(given.argument);
    case OptionId::pretty:
      plan_.look.json = render::JsonStyle::indented;
      return;
    case OptionId::output:
      plan_.output = given.argument;
      if (plan_.output.empty()) throw UsageError("--output needs the name of a file");
      return;
    case OptionId::quiet:
      plan_.quiet = true;
      return;
    case OptionId::strict:
      plan_.strict = true;
      return;
    case OptionId::source:
      plan_.request.source = parse_source(given.argument);
      return;
    case OptionId::accepted:
      return;
    case OptionId::list_columns:
      plan_.text = column_list();
      return;
    case OptionId::list_formats:
      plan_.text = format_list();
      return;
    case OptionId::completion:
      plan_.text = completion(given.argument);
      return;
    case OptionId::version:
      plan_.text = version_text();
      return;
    case OptionId::help:
      plan_.text = help_text();
      return;
  }
}

void Planner::read_command(std::span<const std::string>& operands) {
  if (operands.empty()) return;
  const std::string& word = operands.front();
  const bool is_command =
      std::any_of(commands().begin(), commands().end(), [&](const Command& c) { return c.name == word; });
  if (!is_command) return;
  if (word == "summary") plan_.command = Plan::Command::summary;
  operands = operands.subspan(1);
}

void Planner::choose_sockets(const Filter& filter) {
  auto& selection = plan_.request.selection;
  selection.targets = filter.targets;
  const bool names_unix = std::any_of(filter.targets.begin(), filter.targets.end(),
                                      [](const portscope::Target& t) { return t.path || t.abstract_name; });
  const bool asks_unix = names_unix || wishes_.families.contains(Family::unix_);
  const bool asks_ip = wishes_.families.contains(Family::ipv4) || wishes_.families.contains(Family::ipv6);
  selection.transports = wishes_.transports;
  if (asks_unix) selection.transports.insert(Transport::unix_);
  if (selection.transports.empty() || (asks_ip && wishes_.transports.empty())) {
    selection.transports |= portscope::inet_transports;
  }
  // -4 and -6 choose among IP sockets; Unix sockets asked for are not meant.
  if (asks_ip) selection.families = wishes_.families | EnumSet<Family>{Family::unix_};

  const bool everything = wishes_.all || plan_.command == Plan::Command::summary;
  selection.listening_only = wishes_.listen && !wishes_.all;
  selection.states = portscope::every<State>();
  if (selection.listening_only || (wishes_.bound && !everything)) {
    selection.states = {};
    if (wishes_.listen) selection.states |= {State::listen, State::unconnected};
    if (wishes_.bound) selection.states.insert(State::bound);
  } else if (!everything) {
    selection.states.erase(State::time_wait);
  }
  if (filter.states) {
    selection.states = selection.listening_only ? selection.states & *filter.states : *filter.states;
  }
  selection.states = selection.states - filter.excluded;
}

void Planner::choose_columns() {
  plan_.format = wishes_.format;
  if (plan_.columns_chosen) return;
  const bool is_table = plan_.format->layout == render::Layout::sockets;
  const render::Layout layout =
      is_table && plan_.request.selection.listening_only ? render::Layout::listeners : plan_.format->layout;
  for (const render::Column& column : render::columns()) {
    const bool extra = is_table && wishes_.extended && column.layouts.contains(render::Layout::extended);
    if (column.layouts.contains(layout) || extra) plan_.columns.push_back(&column);
  }
}

void Planner::choose_needs(const Terminal& terminal) {
  auto& needs = plan_.request.needs;
  if (plan_.command == Plan::Command::summary) {
    needs = {Need::host};
    return;
  }
  if (plan_.quiet && !plan_.strict) return;
  needs = plan_.format->needs;
  for (const render::Column* column : plan_.columns) needs |= column->needs;
  for (const render::SortKey& key : plan_.sort) needs |= key.column->needs;
  plan_.look.footer = terminal.is_terminal && plan_.output.empty() && plan_.format->layout == render::Layout::sockets;
  const bool leaves_out = !plan_.request.selection.listening_only &&
                          !plan_.request.selection.states.contains(State::time_wait) &&
                          plan_.request.selection.states.contains(State::established);
  if (plan_.look.footer && leaves_out) needs.insert(Need::time_wait_count);
}

void Planner::choose_look(const Terminal& terminal) {
  const bool to_terminal = terminal.is_terminal && plan_.output.empty();
  if (to_terminal) plan_.look.width = terminal.width;
  plan_.look.color = wishes_.color.value_or(!terminal.no_color && (terminal.force_color || to_terminal));
}

Plan Planner::make(const Words& words, const Terminal& terminal) {
  for (const Given& given : words.options) {
    apply(given);
    if (plan_.text) return plan_;
  }
  std::span<const std::string> operands(words.operands);
  read_command(operands);
  choose_sockets(parse_operands(operands));
  choose_columns();
  choose_needs(terminal);
  choose_look(terminal);
  if (plan_.command == Plan::Command::summary && plan_.format->name != "table" && plan_.format->name != "json") {
    throw UsageError("the summary is a table or --json, not " + std::string(plan_.format->name));
  }
  return plan_;
}

}  // namespace

Plan plan(const Words& words, const Terminal& terminal) { return Planner().make(words, terminal); }

}  // namespace cli

// SPDX-License-Identifier: MIT
#include "cli/watch.hpp"

#include <algorithm>
#include <array>

#include "cli/operands.hpp"
#include "cli/usage_error.hpp"
#include "cli/watch_doors.hpp"
#include "cli/wishes.hpp"
#include "portscope/query.hpp"
#include "watch/terminal.hpp"

namespace cli {

using portscope::EnumSet;
using portscope::Need;
using portscope::State;
using portscope::Transport;

namespace {

constexpr EnumSet<Transport> with_keys{Transport::tcp, Transport::udp, Transport::unix_socket};
constexpr EnumSet<Need> of_rates{Need::tcp_info, Need::drops};

/// What the keys choose instead.
constexpr std::array keyed_options{OptionId::tcp, OptionId::udp, OptionId::unix_socket, OptionId::listen,
                                   OptionId::all};

bool has_key(OptionId id) { return std::find(keyed_options.begin(), keyed_options.end(), id) != keyed_options.end(); }

watch::Wishes first_wishes(const Words& words, const Wishes& wishes) {
  watch::Wishes first;
  first.transports = wishes.transports & with_keys;
  first.listening = wishes.listen;
  first.all = wishes.all;
  first.filter = in_one_text(words.operands);
  return first;
}

struct TypedWord {
  std::string text;
  std::size_t begin = 0;  ///< where in the line
};

/// A line as a shell would split it, but for the quotes, which the filter language has, too.
std::vector<TypedWord> words_of(std::string_view line) {
  std::vector<TypedWord> words;
  char quote = 0;
  bool is_inside = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quote == 0 && c == ' ') {
      is_inside = false;
      continue;
    }
    if (!is_inside) words.push_back({"", i});
    is_inside = true;
    words.back().text += c;
    if (quote == c) {
      quote = 0;
    } else if (quote == 0 && (c == '"' || c == '\'')) {
      quote = c;
    }
  }
  return words;
}

/// Where in the line the place is that an error names in its words, which have one blank between them.
std::size_t place_in(std::string_view line, std::size_t place) {
  std::size_t begin = 0;
  for (const TypedWord& word : words_of(line)) {
    if (place <= begin + word.text.size()) return word.begin + (place - begin);
    begin += word.text.size() + 1;
  }
  return line.size();
}

/// The command line as it would have to be for these wishes. A filter that nobody touched keeps the words it was typed
/// in.
Words words_for(const Words& typed, const watch::Wishes& wishes) {
  Words words = typed;
  std::erase_if(words.options, [](const Given& given) { return has_key(given.id); });
  const auto add = [&](OptionId id) { words.options.push_back({id, ""}); };
  if (wishes.transports.contains(Transport::tcp)) add(OptionId::tcp);
  if (wishes.transports.contains(Transport::udp)) add(OptionId::udp);
  if (wishes.transports.contains(Transport::unix_socket)) add(OptionId::unix_socket);
  if (wishes.listening) add(OptionId::listen);
  if (wishes.all) add(OptionId::all);
  if (wishes.filter != in_one_text(typed.operands)) {
    words.operands.clear();
    for (const TypedWord& word : words_of(wishes.filter)) words.operands.push_back(word.text);
    words.before_dashes = words.operands.size();
  }
  return words;
}

watch::Question question_for(const Words& typed, const Terminal& terminal, const watch::Wishes& wishes) {
  Plan plan = cli::plan(words_for(typed, wishes), terminal);
  if (wishes.established) plan.request.selection.states = {State::established};
  if (wishes.rates) plan.request.needs |= of_rates;
  return question_of(plan);
}

watch::Ask asker(const Words& words, const Terminal& terminal) {
  return [words, terminal](const watch::Wishes& wishes) -> std::variant<watch::Question, watch::Fault> {
    try {
      return question_for(words, terminal, wishes);
    } catch (const UsageError& error) {
      return watch::Fault{error.what(), place_in(wishes.filter, error.mark().begin), error.mark().length};
    } catch (const portscope::QueryError& error) {
      return watch::Fault{error.what(), place_in(wishes.filter, error.begin()), error.length()};
    }
  };
}

}  // namespace

WatchPlan plan_watch(const Words& words, const Terminal& terminal) {
  const Wishes wishes = gather(words.options);
  const Plan plan = cli::plan(words, terminal);
  const bool is_table = plan.format->name == "table";
  WatchPlan result;
  result.lines = events_of(plan, wishes, terminal);  // what is wrong is told before anything begins
  result.beginning.ask = asker(words, terminal);
  result.beginning.doors = watch_doors();
  result.beginning.wishes = first_wishes(words, wishes);
  result.beginning.sort = plan.sort;
  if (wishes.interval) result.beginning.interval = *wishes.interval;
  result.beginning.colors = plan.look.color ? watch::Colors::usual : watch::Colors::none;
  result.to_terminal = terminal.is_terminal && wishes.output.empty() && is_table;
  result.output = plan.output;
  return result;
}

Outcome run_watch(const WatchPlan& plan, const render::Sink& sink) {
  if (plan.to_terminal && watch::can_be_steered()) {
    if (plan.lines.clear_terminal) plan.lines.clear_terminal();
    watch::run_live(plan.beginning);
    return {};
  }
  return run_events(plan.lines, sink);
}

}  // namespace cli

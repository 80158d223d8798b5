// SPDX-License-Identifier: MIT
#include "cli/commands.hpp"

#include <algorithm>
#include <array>
#include <type_traits>

#include "cli/close.hpp"
#include "cli/events.hpp"
#include "cli/free.hpp"
#include "cli/kill.hpp"
#include "cli/list.hpp"
#include "cli/plan.hpp"
#include "cli/show.hpp"
#include "cli/wait.hpp"
#include "cli/watch.hpp"
#include "cli/why.hpp"
#include "cli/wishes.hpp"

namespace cli {

namespace {

/// A row from how the command plans (words and terminal -> a plan of its own, with `output`) and how it runs.
template <auto planner, auto runner>
constexpr Command command(CommandId id, std::string_view operands, std::string_view help) {
  return {id, portscope::name(id), operands, help, [](const Words& words, const Terminal& terminal) {
            auto planned = planner(words, terminal);
            std::string output = planned.output;
            return Job{std::move(output),
                       [todo = std::move(planned)](const render::Sink& sink) { return runner(todo, sink); }};
          }};
}

constexpr auto table = std::to_array<Command>({
    command<plan, run_list>(CommandId::list, "[FILTER...]", "the sockets (the default, may be left out)"),
    command<plan_watch, run_watch>(CommandId::watch, "[FILTER...]", "the sockets, live; line by line when piped"),
    command<plan_events, run_events>(CommandId::events, "[FILTER...]",
                                     "a line for each socket opened, changed or closed"),
    command<plan_wait, run_wait>(CommandId::wait, "TARGET", "wait until somebody listens there, or until it is free"),
    command<plan_show, run_show>(CommandId::show, "[FILTER...]", "everything that is known of each socket, in blocks"),
    command<plan_kill, run_kill>(CommandId::kill, "TARGET", "end the processes that hold a port, never its clients"),
    command<plan_close, run_close>(CommandId::close, "FILTER...",
                                   "close sockets in the kernel; both ends see an error"),
    command<plan, run_list>(CommandId::summary, "[FILTER...]", "counts, and what is scarce; as -s"),
    command<plan_why, run_why>(CommandId::why, "TARGET", "whether bind() there would succeed, and if not, why"),
    command<plan_free, run_free>(CommandId::free, "[RANGE] [-n N]", "ports that can be had, each tried"),
});

static_assert(
    [] {
      for (std::size_t i = 0; i < table.size(); ++i) {
        if (static_cast<std::size_t>(table.at(i).id) != i) return false;
      }
      return table.size() == portscope::Names<CommandId>::list.size();
    }(),
    "every command has its row, in the order of the ids");

}  // namespace

std::span<const Command> commands() { return table; }

Job prepare(const Words& words, const Terminal& terminal) {
  const Wishes wishes = gather(words.options);
  if (wishes.text) {
    return {wishes.output, [text = *wishes.text](const render::Sink& sink) {
              sink(text);
              return Outcome{};
            }};
  }
  return table.at(static_cast<std::size_t>(words.command)).prepare(words, terminal);
}

}  // namespace cli

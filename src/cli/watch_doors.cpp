// SPDX-License-Identifier: MIT
#include "cli/watch_doors.hpp"

#include <fmt/format.h>

#include <memory>

#include "cli/close.hpp"
#include "cli/kill.hpp"
#include "cli/report.hpp"
#include "cli/show.hpp"

namespace cli {

using portscope::Socket;
using watch::Deed;
using watch::PlannedDeed;
using watch::Subject;

namespace {

/// A terminal of that width, and nobody there to be asked: the view asks.
Terminal terminal_of(const Subject& subject) {
  Terminal terminal;
  terminal.is_terminal = true;
  terminal.width = static_cast<unsigned>(subject.width);
  terminal.no_color = true;
  return terminal;
}

/// A filter that only this socket matches: by its cookie, or, where /proc tells none, by its inode. The kernel is asked
/// for the ports, so that it need not send the others.
std::optional<std::string> filter_for(const Socket& socket) {
  const bool has_ports = portscope::port_transports.contains(socket.transport);
  std::string filter;
  const auto* local = has_ports ? portscope::inet(socket.local) : nullptr;
  const auto* peer = has_ports ? portscope::inet(socket.peer) : nullptr;
  if (local != nullptr && local->port != 0) filter += fmt::format("sport = :{} and ", local->port);
  if (peer != nullptr && peer->port != 0) filter += fmt::format("dport = :{} and ", peer->port);
  if (socket.cookie != 0) return filter + fmt::format("cookie = {:x}", socket.cookie);
  if (socket.inode != 0) return filter + fmt::format("inode = {}", socket.inode);
  return std::nullopt;
}

/// The command line about this socket alone.
std::optional<Words> words_about(const Socket& socket, CommandId command) {
  const auto filter = filter_for(socket);
  if (!filter) return std::nullopt;
  Words words;
  words.command = command;
  words.options = {{OptionId::query, std::string(name(socket.transport))}, {OptionId::all, ""}};
  words.operands = {*filter};
  words.before_dashes = 1;
  return words;
}

std::string text_of(const std::function<void(const render::Sink&)>& write) {
  std::string text;
  write([&](std::string_view bytes) { text += bytes; });
  return text;
}

std::function<PlannedDeed()> telling(std::string text) {
  return [text = std::move(text)] { return PlannedDeed{text, {}, {}}; };
}

PlannedDeed plan_killing(const KillPlan& plan) {
  const auto answer = std::make_shared<render::KillAnswer>(look_at_holders(plan));
  PlannedDeed deed;
  deed.text = text_of([&](const render::Sink& sink) { write_kill_plan(*answer, plan.look, sink); });
  deed.text += describe_gaps(answer->before);
  if (answer->result != portscope::EndResult::planned) return deed;
  deed.question = kill_question;
  deed.carry_out = [plan, answer] {  // once
    const auto after = ended(plan, std::move(*answer));
    return text_of([&](const render::Sink& sink) { render::write_kill_outcome(after, plan.look, sink); });
  };
  return deed;
}

PlannedDeed plan_closing(const ClosePlan& plan) {
  const auto answer = std::make_shared<render::CloseAnswer>(look_at_sockets(plan));
  PlannedDeed deed;
  deed.text = text_of([&](const render::Sink& sink) { write_close_plan(*answer, plan.sockets.look, sink); });
  deed.text += describe_gaps(answer->snapshot);
  if (answer->result != portscope::CloseResult::planned) return deed;
  deed.question = close_question;
  deed.carry_out = [answer] {
    const auto after = closed(std::move(*answer));
    return text_of([&](const render::Sink& sink) { render::write_close_outcome(after, sink); });
  };
  return deed;
}

/// `portscope kill 127.0.0.1:8080/tcp`
std::function<PlannedDeed()> kill_door(const Subject& subject) {
  if (!portscope::port_transports.contains(subject.socket.transport)) {
    return telling(fmt::format("A {} socket has no port that a process could hold.\n", name(subject.socket.transport)));
  }
  Words words;
  words.command = CommandId::kill;
  words.options = {{OptionId::yes, ""}};
  words.operands.emplace_back();
  append_text(words.operands.front(), render::End{&subject.snapshot, &subject.socket, &subject.socket.local}, {});
  words.operands.front().append("/").append(name(subject.socket.transport));
  words.before_dashes = 1;
  return [words, terminal = terminal_of(subject)] { return plan_killing(plan_kill(words, terminal)); };
}

/// `portscope close cookie = 23c4238`
std::function<PlannedDeed()> close_door(const Subject& subject) {
  auto words = words_about(subject.socket, CommandId::close);
  if (!words) return telling("No process holds it, and its identity is not known: it cannot be told from others.\n");
  words->options.push_back({OptionId::yes, ""});
  return [words = *words, terminal = terminal_of(subject)] { return plan_closing(plan_close(words, terminal)); };
}

std::function<PlannedDeed()> plan_deed(Deed deed, const Subject& subject) {
  return deed == Deed::kill ? kill_door(subject) : close_door(subject);
}

std::optional<portscope::Request> closer_look(const Socket& socket) {
  const auto words = words_about(socket, CommandId::show);
  if (!words) return std::nullopt;
  portscope::Request request = plan_show(*words, {}).request;
  request.selection = portscope::resolve(request.selection);
  return request;
}

}  // namespace

watch::Doors watch_doors() { return {plan_deed, closer_look}; }

}  // namespace cli

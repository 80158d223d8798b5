// SPDX-License-Identifier: MIT
#include "render/why.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>

#include "render/culprits.hpp"
#include "render/ends.hpp"
#include "render/text.hpp"

namespace render {

using portscope::BindAnswer;
using portscope::BindProbe;
using portscope::BindView;
using portscope::Blocker;
using portscope::Snapshot;
using portscope::Socket;
using portscope::Truth;

std::string error_word(int error) {
  const char* word = strerrorname_np(error);
  return word != nullptr ? word : std::to_string(error);
}

namespace {

constexpr std::size_t most_of_a_rule = 3;  ///< sockets; the rest is counted

std::string visible(std::string_view text) {
  std::string out;
  append_visible(out, text);
  return out;
}

/// Backslashes belong into names of units, and a command with two for each would be another one; so they stay as they
/// are, unless something else has to be escaped.
std::string command_text(const std::string& command) {
  const std::string escaped = visible(command);
  std::string plain;
  for (std::size_t i = 0; i < escaped.size(); ++i) {
    plain += escaped[i];
    if (escaped.compare(i, 2, "\\\\") == 0) ++i;
  }
  return plain == command ? command : escaped;
}

class Writer {
 public:
  explicit Writer(const WhyPage& page) : page_(page), snapshot_(page.view.snapshot), culprits_(page.view) {}

  std::string take();

 private:
  void line(std::size_t indent, std::string_view text);
  void verdict();
  void blocker(const Blocker& blocker);
  void doubt(const Blocker& blocker);
  void rest_of_rules();
  void notes();
  void remedies();
  void probes();
  [[nodiscard]] std::string socket_text(const Socket& socket) const;
  [[nodiscard]] std::string asked() const;

  const WhyPage& page_;
  const Snapshot& snapshot_;
  Culprits culprits_;
  std::string out_;
  std::map<portscope::BindRule, std::size_t> shown_;
};

void Writer::line(std::size_t indent, std::string_view text) {
  append_wrapped(out_, text, indent, page_.look.width.value_or(0));
}

std::string Writer::asked() const {
  const PortTarget& target = page_.target;
  const bool has_colon = target.address.find(':') != std::string::npos;
  const std::string interface = target.interface.empty() ? "" : "%" + target.interface;
  return fmt::format("{} {}{}{}{}:{}", name(target.transport), has_colon ? "[" : "", visible(target.address),
                     visible(interface), has_colon ? "]" : "", target.port);
}

void Writer::verdict() {
  const BindAnswer& answer = page_.answer;
  const std::string error = answer.error != 0 ? error_word(answer.error) : "";
  const std::string fails = fmt::format("{}() fails with {} ({})", name(answer.call), error,
                                        answer.error != 0 ? std::strerror(answer.error) : "");
  switch (answer.verdict) {
    case portscope::BindVerdict::free:
      return line(0, fmt::format("{} is free: nothing is in the way.", asked()));
    case portscope::BindVerdict::blocked:
      return line(0, fmt::format("{} is blocked: {}.", asked(), fails));
    case portscope::BindVerdict::denied:
      return line(0, fmt::format("{} is denied: {}.", asked(), fails));
    case portscope::BindVerdict::unavailable:
      return line(0, fmt::format("{} is unavailable: {}.", asked(), fails));
    case portscope::BindVerdict::unknown:
      return line(0, fmt::format("{} may be blocked: that hinges on what cannot be seen.", asked()));
  }
}

/// `tcp 127.0.0.1:80 -> 127.0.0.1:9 established`.
std::string Writer::socket_text(const Socket& socket) const {
  std::string text(name(socket.transport));
  text += ' ';
  append_end(text, {&snapshot_, &socket, &socket.local});
  if (inet(socket.peer) != nullptr) {
    text += " to ";
    append_end(text, {&snapshot_, &socket, &socket.peer});
  }
  text.append(", ").append(name(socket.state));
  return text;
}

void Writer::doubt(const Blocker& blocker) {
  if (blocker.conflict != Truth::maybe) return;
  std::string what;
  for (std::size_t i = 0; i < portscope::Names<portscope::BindDoubt>::list.size(); ++i) {
    const auto each = static_cast<portscope::BindDoubt>(i);
    if (!blocker.doubts.contains(each)) continue;
    what += what.empty() ? "" : ", and ";
    switch (each) {
      case portscope::BindDoubt::reuse_address:
        what += "whether it has set SO_REUSEADDR";
        break;
      case portscope::BindDoubt::reuse_port:
        what += "whether it has set SO_REUSEPORT";
        break;
      case portscope::BindDoubt::v6_only:
        what += "whether it has set IPV6_V6ONLY";
        break;
      case portscope::BindDoubt::interface:
        what += "to which interface it is bound";
        break;
      case portscope::BindDoubt::order:
        what += "which socket was bound last";
        break;
    }
  }
  line(2, "it is in the way or not, depending on " + what + ": that cannot be seen");
}

void Writer::blocker(const Blocker& blocker) {
  if (shown_[blocker.rule]++ >= most_of_a_rule) return;
  const Socket& socket = *page_.view.holders[blocker.holder].socket;
  out_ += '\n';
  line(0, socket_text(socket));
  line(2, fmt::format("{}: {}", name(blocker.rule), explanation(blocker.rule)));
  doubt(blocker);
  for (const TextLine& each : culprits_.lines_of(socket)) line(each.indent, each.text);
}

void Writer::rest_of_rules() {
  for (const auto& [rule, count] : shown_) {
    if (count <= most_of_a_rule) continue;
    out_ += '\n';
    line(0, fmt::format("and {} more by the rule {}", count - most_of_a_rule, name(rule)));
  }
}

void Writer::notes() {
  if (page_.answer.notes.empty()) return;
  out_ += "\nWorth knowing:\n";
  for (const auto& note : page_.answer.notes) line(2, fmt::format("{}: {}", name(note.rule), visible(note.text)));
}

void Writer::remedies() {
  if (page_.answer.remedies.empty()) return;
  out_ += "\nWhat to do:\n";
  for (const auto& remedy : page_.answer.remedies) {
    line(2, visible(remedy.text));
    // A command is copied, so it is never broken into lines.
    if (!remedy.command.empty()) out_ += "    " + command_text(remedy.command) + '\n';
  }
}

std::string probe_text(const BindView& view, std::size_t index) {
  const BindProbe& probe = view.probes[index];
  if (!probe.tried) return "not tried: " + std::string(probe.untried);
  const bool is_one_of_two = view.attempts.size() > 1;
  const std::string where = is_one_of_two ? " on " + view.attempts[index].address.to_string() : std::string();
  return probe.error == 0 ? fmt::format("bind(){} succeeded", where)
                          : fmt::format("bind(){} gave {}", where, error_word(probe.error));
}

void Writer::probes() {
  const BindAnswer& answer = page_.answer;
  const std::string foretold = !answer.foretold_known ? "no answer"
                               : answer.foretold == 0 ? "success"
                                                      : error_word(answer.foretold);
  std::string tried;
  for (std::size_t i = 0; i < page_.view.probes.size(); ++i) {
    const std::string text = probe_text(page_.view, i);
    if (tried.find(text) == std::string::npos) tried += (tried.empty() ? "" : ", ") + text;
  }
  const auto differs = [](const auto& note) {
    return note.rule == portscope::BindRule::model_disagrees || note.rule == portscope::BindRule::reuseport_shortcut ||
           note.rule == portscope::BindRule::unseen_holder;
  };
  const bool disagree = std::any_of(answer.notes.begin(), answer.notes.end(), differs);
  out_ += '\n';
  line(0, fmt::format("By the rules: {}. For real: {}.{}", foretold, tried,
                      disagree ? " They disagree; the kernel is right." : ""));
}

std::string Writer::take() {
  verdict();
  for (const Blocker& each : page_.answer.blockers) blocker(each);
  rest_of_rules();
  remedies();
  notes();
  probes();
  return std::move(out_);
}

}  // namespace

void write_why(const WhyPage& page, const Sink& sink) { sink(Writer(page).take()); }

}  // namespace render

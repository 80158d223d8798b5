// SPDX-License-Identifier: MIT
#include "cli/acting.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cli/usage_error.hpp"

namespace cli {

void require_consent(const Wishes& wishes, const Terminal& terminal, std::string_view command) {
  if (wishes.yes || wishes.dry_run) return;
  if (!terminal.ask) {
    throw UsageError(fmt::format("{} asks before it acts, and there is no terminal; write --yes to do it all the same, "
                                 "or --dry-run to see what it would do",
                                 command),
                     {std::string(command), 0, command.size()});
  }
  if (wishes.quiet)
    throw UsageError(fmt::format("{} -q shows nothing, so it cannot ask; write --yes as well", command));
}

bool consents(const Terminal& terminal, bool shown, const std::function<void(const render::Sink&)>& write,
              std::string_view question) {
  std::string text;
  if (!shown) write([&](std::string_view bytes) { text += bytes; });
  text += question;
  return terminal.ask(text);
}

bool is_incomplete(const portscope::Snapshot& snapshot, bool strict) {
  return std::any_of(snapshot.gaps.begin(), snapshot.gaps.end(),
                     [&](const portscope::Gap& gap) { return gap.what == portscope::Gap::What::sockets || strict; });
}

}  // namespace cli

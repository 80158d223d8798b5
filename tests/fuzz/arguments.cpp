// SPDX-License-Identifier: MIT
// Whatever is typed: it is understood, or refused with a word that was typed and a mark within it.
//
// An input is one word a line.
#include "cli/commands.hpp"
#include "cli/report.hpp"
#include "fuzz/answer.hpp"
#include "portscope/query.hpp"
#include "support/command_line.hpp"

namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    if (lines.back().find('\0') != std::string::npos) lines.back().resize(lines.back().find('\0'));  // argv has none
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

void check_complaint(const cli::UsageError& error) {
  const std::string complaint = cli::describe(error);
  fuzz::expect_clean(complaint, false);
  fuzz::expect(complaint.starts_with("portscope: "), "a complaint says who complains", complaint);
  const auto& mark = error.mark();
  fuzz::expect(mark.begin <= mark.word.size(), "the fault begins in the word", complaint);
}

}  // namespace

/// Called by libFuzzer, and by replay.cpp.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto words = lines_of({reinterpret_cast<const char*>(data), size});
  for (const bool is_terminal : {false, true}) {
    cli::Terminal terminal;
    terminal.is_terminal = is_terminal;
    terminal.width = 80;
    try {
      static_cast<void>(cli::prepare(fake::parse(words), terminal));
    } catch (const cli::UsageError& error) {
      check_complaint(error);
    } catch (const portscope::QueryError& error) {
      check_complaint({error.what(), {error.text(), error.begin(), error.length()}});
    }
  }
  return 0;
}

// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <exception>
#include <functional>
#include <string_view>

#include "cli/commands.hpp"
#include "cli/report.hpp"
#include "portscope/progress.hpp"
#include "portscope/query.hpp"
#include "sys/dialogue.hpp"
#include "sys/lent_rights.hpp"
#include "sys/output.hpp"
#include "sys/status_line.hpp"

namespace {

constexpr int trouble = 2;

std::string_view environment(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr ? value : "";
}

cli::Terminal look_at_terminal(sys::StatusLine& status) {
  const std::string_view forced = environment("CLICOLOR_FORCE");
  const auto ask = [&](std::string_view question) {
    status.end();
    return sys::ask(question);
  };
  return {sys::stdout_is_terminal(),
          sys::terminal_width(),
          !environment("NO_COLOR").empty() || environment("TERM") == "dumb",
          !forced.empty() && forced != "0",
          sys::can_ask() ? ask : std::function<bool(std::string_view)>(),
          [&status] { status.end(); }};
}

int run(int argc, char** argv) {
  sys::put_lent_rights_aside();
  sys::StatusLine status([] { return portscope::progress().text(); });
  const cli::Job job = cli::prepare(cli::parse(argc, argv), look_at_terminal(status));
  auto output = job.output.empty() ? sys::Output() : sys::Output(job.output);
  const cli::Outcome outcome = job.act([&](std::string_view bytes) {
    status.end();
    output.write(bytes);
  });
  status.end();
  output.finish();
  sys::complain(outcome.complaints);
  return outcome.exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  sys::claim_standard_streams();
  try {
    return run(argc, argv);
  } catch (const cli::UsageError& error) {
    sys::complain(cli::describe(error));
  } catch (const portscope::QueryError& error) {
    sys::complain(cli::describe(cli::UsageError(error.what(), {error.text(), error.begin(), error.length()})));
  } catch (const std::exception& error) {
    sys::complain(cli::describe(error));
  }
  return trouble;
}

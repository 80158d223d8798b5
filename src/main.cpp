// SPDX-License-Identifier: MIT
#include <cstdlib>
#include <exception>
#include <string_view>

#include "cli/explain_filter.hpp"
#include "cli/plan.hpp"
#include "cli/report.hpp"
#include "portscope/query.hpp"
#include "portscope/summary.hpp"
#include "portscope/take_snapshot.hpp"
#include "render/summary.hpp"
#include "sys/output.hpp"

namespace {

constexpr int trouble = 2;

std::string_view environment(const char* variable) {
  const char* value = std::getenv(variable);
  return value != nullptr ? value : "";
}

cli::Terminal look_at_terminal() {
  const std::string_view forced = environment("CLICOLOR_FORCE");
  return {sys::stdout_is_terminal(), sys::terminal_width(),
          !environment("NO_COLOR").empty() || environment("TERM") == "dumb", !forced.empty() && forced != "0"};
}

void render_answer(const portscope::Snapshot& snapshot, const cli::Plan& plan, const render::Sink& sink) {
  if (plan.command == cli::Plan::Command::summary) {
    const auto write = plan.format->name == "json" ? render::write_summary_json : render::write_summary;
    write(portscope::summarize(snapshot), snapshot, plan.look, sink);
    return;
  }
  plan.format->write({&snapshot, render::sorted(snapshot, plan.sort), plan.columns, plan.columns_chosen, plan.look},
                     sink);
}

int run(int argc, char** argv) {
  const cli::Words words = cli::parse(argc, argv);
  const cli::Plan plan = cli::plan(words, look_at_terminal());
  auto output = plan.output.empty() ? sys::Output() : sys::Output(plan.output);
  const render::Sink sink = [&](std::string_view bytes) { output.write(bytes); };
  if (plan.text) {
    sink(*plan.text);
    output.finish();
    return EXIT_SUCCESS;
  }
  if (plan.command == cli::Plan::Command::explain_filter) {
    portscope::Request request = plan.request;
    request.selection = portscope::resolve(request.selection);
    sink(cli::explain_filter(request));
    output.finish();
    return EXIT_SUCCESS;
  }
  const portscope::Snapshot snapshot = portscope::take_snapshot(plan.request);
  if (!plan.quiet) render_answer(snapshot, plan, sink);
  output.finish();
  sys::complain(cli::describe_gaps(snapshot));
  return cli::exit_code(snapshot, plan);
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

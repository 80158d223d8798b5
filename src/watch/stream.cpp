// SPDX-License-Identifier: MIT
#include "watch/stream.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <unistd.h>

#include <array>

#include "portscope/observer.hpp"
#include "render/event.hpp"
#include "render/time.hpp"
#include "watch/signals.hpp"

namespace watch {

namespace {

using portscope::Change;
using portscope::ChangeKind;
using portscope::Snapshot;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// False when it is time to end: a signal says so, or whoever read has gone (POLLERR of a pipe).
bool wait_until(steady_clock::time_point moment, const Signals& signals) {
  std::array<pollfd, 2> files{{{signals.descriptor(), POLLIN, 0}, {STDOUT_FILENO, 0, 0}}};
  while (true) {
    const auto left = std::chrono::duration_cast<milliseconds>(moment - steady_clock::now()) + milliseconds(1);
    if (left <= milliseconds(0)) return true;
    ::poll(files.data(), files.size(), static_cast<int>(left.count()));
    while (const auto signal = signals.take()) {
      if (ends(*signal)) return false;
      if (*signal == SIGTSTP) Signals::stop();
    }
    if ((files[1].revents & (POLLERR | POLLNVAL)) != 0) return false;
  }
}

/// Lines are made of one snapshot each: the later one, or, of what was closed, the one before.
class Writer {
 public:
  Writer(const Question& question, LineFormat format, const render::Sink& sink)
      : question_(question), format_(format), sink_(sink) {}

  void write(const Snapshot& before, const Snapshot& after) const {
    std::string out;
    for (const Change& change : compare(before, after)) {
      const Snapshot& snapshot = change.kind == ChangeKind::closed ? before : after;
      if (format_ == LineFormat::jsonl) {
        render::append_event(out, change.kind, after.time, snapshot, change.row, question_.columns);
      } else {
        out += change_line(change.kind, snapshot, change.row, after.time, question_.columns);
      }
    }
    if (!out.empty()) sink_(out);
  }

 private:
  const Question& question_;
  LineFormat format_;
  const render::Sink& sink_;
};

}  // namespace

std::string change_line(ChangeKind kind, const Snapshot& snapshot, std::uint32_t row, portscope::Time time,
                        const std::vector<const render::Column*>& columns) {
  std::string line = render::rfc3339(time);
  fmt::format_to(std::back_inserter(line), " {:<7}", name(kind));
  for (const render::Column* column : columns) {
    const render::Cell cell = column->cell(snapshot, snapshot.sockets[row]);
    if (is_blank(cell)) continue;
    line += "  ";
    append_text(line, cell, {});
  }
  return line += '\n';
}

std::vector<portscope::Gap> run_stream(const Question& question, milliseconds interval, LineFormat format,
                                       const render::Sink& sink) {
  const Signals signals;
  portscope::Observer observer;
  const Writer writer(question, format, sink);
  auto next = steady_clock::now() + interval;
  Snapshot before = observer.look(question.request);
  const auto gaps = before.gaps;
  while (wait_until(next, signals)) {
    const auto begin = steady_clock::now();
    Snapshot after = observer.look(question.request);
    const auto end = steady_clock::now();
    // Looks that take longer than the interval are followed by a rest of the same length.
    next = std::max(next + interval, end + (end - begin > interval ? end - begin : milliseconds(0)));
    writer.write(before, after);
    before = std::move(after);
  }
  return gaps;
}

}  // namespace watch

// SPDX-License-Identifier: MIT
#include "watch/stream.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "portscope/ended_sockets.hpp"
#include "portscope/journal.hpp"
#include "watch/looker.hpp"
#include "watch/pace.hpp"
#include "watch/signals.hpp"

namespace watch {

namespace {

using portscope::Gap;
using portscope::Snapshot;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

/// A line for people leaves out what would go first on a narrow terminal.
std::vector<const render::Column*> columns_for(const Question& question, render::EventFormat format) {
  auto columns = question.columns;
  if (format != render::EventFormat::table || question.columns_chosen) return columns;
  constexpr portscope::EnumSet<render::Trait> dispensable{render::Trait::expendable, render::Trait::beneath};
  std::erase_if(columns, [&](const render::Column* column) { return !(column->traits & dispensable).empty(); });
  return columns;
}

/// Joins what looks show with what the kernel announces meanwhile, which is received while a look goes on: looks are
/// made in a thread of their own.
class Telling {
 public:
  Telling(const Question& question, const Stream& stream, const render::Sink& sink)
      : question_(question),
        stream_(stream),
        sink_(sink),
        writer_(stream.format, columns_for(question, stream.format)),
        journal_(question.request.selection) {
    if (stream.duration) end_ = steady_clock::now() + *stream.duration;
  }

  std::vector<Gap> run();

 private:
  void wait();
  void begin_look();
  void take_look();
  void hear();
  void handle_signals();
  void note_gap(const Gap& gap);
  void note_undecided();
  void flush();
  [[nodiscard]] int patience();
  [[nodiscard]] portscope::Journal::Tell teller();

  const Question& question_;
  const Stream& stream_;
  const render::Sink& sink_;
  Signals signals_;                // held back before the thread begins
  portscope::EndedSockets ended_;  // listens before the first look
  Looker looker_;
  render::EventWriter writer_;
  portscope::Journal journal_;
  std::string out_;
  Snapshot about_;  // time and host, of gaps
  std::vector<Gap> gaps_;
  bool has_looked_ = false;
  bool over_ = false;
  Pace pace_;
  std::optional<steady_clock::time_point> end_;
};

portscope::Journal::Tell Telling::teller() {
  return [this](const Snapshot& snapshot, const portscope::Event& event) { writer_.append(out_, snapshot, event); };
}

void Telling::begin_look() {
  looker_.ask(question_.request, 0);
  journal_.begin_look();
  pace_.begin(stream_.interval);
}

/// The same gap again and again would hide the others; that announcements were lost is always news.
void Telling::note_gap(const Gap& gap) {
  writer_.append_gap(out_, about_, gap);
  const auto same = std::find_if(gaps_.begin(), gaps_.end(), [&](const Gap& known) { return known.why == gap.why; });
  if (same == gaps_.end()) {
    gaps_.push_back(gap);
  } else if (same->count && gap.count) {
    *same->count += *gap.count;
  }
}

void Telling::note_undecided() {
  const auto count = journal_.take_undecided();
  if (count == 0) return;
  note_gap({Gap::What::sockets, std::nullopt, "ENODATA", count,
            "they came and went between two looks, and the filter asks for what is not told of such sockets"});
}

void Telling::take_look() {
  auto look = looker_.take();
  if (!look) return;
  if (!look->trouble.empty()) throw std::runtime_error(look->trouble);
  pace_.end(look->took, stream_.interval);
  if (!has_looked_) gaps_.insert(gaps_.end(), look->snapshot.gaps.begin(), look->snapshot.gaps.end());
  has_looked_ = true;
  hear();  // what was announced before this look ended is older than the next one
  about_.time = look->snapshot.time;
  about_.host = look->snapshot.host;
  journal_.take(std::move(look->snapshot), teller());
  note_undecided();
}

/// After a loss only a look tells what is left.
void Telling::hear() {
  Snapshot ended = ended_.take();
  about_.time = ended.time;
  for (const Gap& gap : ended.gaps) {
    note_gap(gap);
    pace_.hurry();
  }
  journal_.hear(std::move(ended), teller());
  note_undecided();
}

void Telling::handle_signals() {
  while (const auto signal = signals_.take()) {
    over_ = over_ || ends(*signal);
    if (*signal == SIGTSTP) Signals::stop();
  }
}

int Telling::patience() {
  constexpr auto longest = milliseconds(60000);
  auto left = longest;
  const auto now = steady_clock::now();
  if (!looker_.is_busy()) left = std::chrono::ceil<milliseconds>(pace_.next() - now);
  if (end_) left = std::min(left, std::chrono::ceil<milliseconds>(*end_ - now));
  return static_cast<int>(std::clamp(left, milliseconds(0), longest).count());
}

/// A pipe that nobody reads any more is POLLERR.
void Telling::wait() {
  std::array<pollfd, 4> files{{{signals_.descriptor(), POLLIN, 0},
                               {STDOUT_FILENO, 0, 0},
                               {ended_.descriptor(), POLLIN, 0},
                               {looker_.descriptor(), POLLIN, 0}}};
  ::poll(files.data(), files.size(), patience());
  if (files[0].revents != 0) handle_signals();
  if ((files[1].revents & (POLLERR | POLLNVAL)) != 0) over_ = true;
  if (files[2].revents != 0) hear();
  if (files[3].revents != 0) take_look();
}

void Telling::flush() {
  if (!out_.empty()) sink_(out_);
  out_.clear();
}

std::vector<Gap> Telling::run() {
  if (stream_.headings) writer_.append_headings(out_);
  hear();  // whether the kernel tells
  while (!over_) {
    flush();
    if (end_ && steady_clock::now() >= *end_) break;
    if (!looker_.is_busy() && pace_.is_due()) begin_look();
    wait();
  }
  return std::move(gaps_);
}

}  // namespace

std::vector<Gap> run_stream(const Question& question, const Stream& stream, const render::Sink& sink) {
  return Telling(question, stream, sink).run();
}

}  // namespace watch

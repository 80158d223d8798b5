// SPDX-License-Identifier: MIT
#include "collect/roads.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <functional>
#include <string>

#include "collect/bound_sockets.hpp"
#include "collect/counters.hpp"
#include "collect/descriptor_road.hpp"
#include "collect/errors.hpp"
#include "collect/fields.hpp"
#include "collect/inet_diag.hpp"
#include "collect/memory.hpp"
#include "collect/unite.hpp"
#include "portscope/progress.hpp"

namespace collect {

using portscope::EnumSet;
using portscope::Gap;
using portscope::Source;
using portscope::SourceChoice;
using portscope::State;

namespace {

struct Road {
  Source source{};
  Family::Reader reader = nullptr;
  unsigned passes = 0;
};

/// The order of trying.
std::vector<Road> roads(const Family& family, SourceChoice choice) {
  constexpr unsigned dump_passes = 2;
  std::vector<Road> result;
  if (choice != SourceChoice::proc && family.dump != nullptr) {
    result.push_back({Source::netlink, family.dump, dump_passes});
  }
  if (choice != SourceChoice::netlink && family.scan != nullptr) {
    result.push_back({Source::proc, family.scan, family.scan_passes});
  }
  return result;
}

/// Whether a reading has all that the kernel counts: of TCP netlink hands out what was asked for, /proc all.
bool reads_all_counted(const Family& family, const Question& question, Source source) {
  return family.transport == portscope::Transport::tcp &&
         (source == Source::proc || may_read_all_counted(family, question));
}

/// Looks at the state of the table, where the kernel tells it and something follows from it: that all
/// it counts were read, or that none went from one table to another.
std::function<std::optional<TableState>()> state_of(const Family& family, const Question& question, bool reads_all) {
  const auto families = families_to_read(question);
  const auto states = states_to_read(question);
  const bool of_several_tables = family.transport == portscope::Transport::tcp && states.contains(State::bound) &&
                                 states != EnumSet<State>{State::bound};
  if (!of_several_tables && !reads_all) {
    return [] { return std::nullopt; };
  }
  auto protocols = family.counters;
  if (!families.contains(portscope::Family::ipv4)) protocols[0] = {};
  if (!families.contains(portscope::Family::ipv6)) protocols[1] = {};
  return [&proc = question.doors.proc, protocols] { return tcp_state(proc, protocols); };
}

/// Of other tables nothing is known that could be looked up.
bool remembers(const Family& family, const Question& question, const Road& road) {
  return question.memory != nullptr && family.transport == portscope::Transport::tcp && road.source == Source::netlink;
}

Completeness completeness_of(const Family& family, const Question& question, const Road& road) {
  Completeness completeness;
  completeness.passes = road.passes;
  completeness.prove = road.source == Source::proc && family.scan_is_poor;
  completeness.inodes_so_far = [&diag = question.doors.diag] { return diag.inodes_so_far(); };
  completeness.compares_counts = reads_all_counted(family, question, road.source);
  completeness.state = state_of(family, question, completeness.compares_counts);
  if (remembers(family, question, road)) {
    completeness.recall = [&family, &question](Pass& pass) {
      return question.memory->tcp.complete(family, question, pass);
    };
  }
  return completeness;
}

Gap gap(const Family& family, int error, std::optional<std::uint64_t> count, std::string remedy) {
  return {Gap::What::sockets, family.transport, errno_name(error), count, std::move(remedy)};
}

std::string open_another_road(const Family& family, SourceChoice choice, int error) {
  const bool in_proc = family.scan != nullptr;
  const bool no_module = error == ENOENT;
  switch (choice) {
    case SourceChoice::netlink:
      return no_module ? "load the kernel's diag module, or use --source auto"
                       : "allow AF_NETLINK sockets, or use --source auto";
    case SourceChoice::proc:
      return in_proc ? "mount /proc, or use --source auto" : "/proc does not list them; use --source auto";
    case SourceChoice::any:
      return no_module ? "load the kernel's diag module, or mount /proc" : "allow AF_NETLINK sockets, or mount /proc";
  }
  return {};
}

using Count = std::optional<std::uint64_t>;

/// How many sockets there are; nothing when the kernel does not say.
Count count_of(const Family& family, const Question& question) {
  return family.is_uncounted ? std::nullopt : count_sockets(question.doors.proc, family.counters);
}

/// The kernel says that it does not have the protocol (which a module may bring).
bool is_not_in_kernel(const Family& family, const Question& question) {
  const auto text = question.doors.proc.read("thread-self/net/protocols");
  if (!text) return false;
  std::string_view rest = *text;
  while (!rest.empty()) {
    std::string_view line = take_line(rest);
    const auto name = take_word(line);
    if (!name.empty() && std::find(family.counters.begin(), family.counters.end(), name) != family.counters.end()) {
      return false;
    }
  }
  return true;
}

/// Neither netlink nor /proc has a table, so the sockets are looked for one by one. The kernel's
/// count tells whether some are missing; it may change while we look, and then the lower one counts.
Reading search_descriptors(const Family& family, const Question& question, int error, const Count& before) {
  Finding finding = find_by_descriptor(family, question);
  const Count after = count_of(family, question);
  Reading reading;
  reading.sockets = std::move(finding.pass.rows);
  reading.read = finding.pass.error == 0 || !reading.sockets.empty();
  reading.unreadable = !reading.read;
  Count missing;
  if (before && after) {
    const std::uint64_t count = std::min(*before, *after);
    missing = count - std::min(count, finding.pass.counted);
  }
  if (missing == 0U) return reading;
  const std::string table = "load the kernel's diag module";
  if (finding.why.empty()) {
    reading.gaps.push_back(gap(family, error, missing, table + "; without it, only what processes hold can be found"));
  } else {
    reading.gaps.push_back(
        {Gap::What::sockets, family.transport, finding.why, missing, finding.remedy + "; or " + table});
  }
  return reading;
}

/// Neither netlink nor /proc led anywhere. The kernel may still have such sockets.
Reading without_table(const Family& family, const Question& question, int error) {
  Reading reading;
  const Count count = count_of(family, question);
  const bool is_empty = error == ENOENT && count == 0U;  // bound sockets and time_wait are not counted
  // The TCP sockets that carry MPTCP ones are listed as what they are.
  const bool shown_as_tcp = family.transport == portscope::Transport::mptcp &&
                            question.request.selection.transports.contains(portscope::Transport::tcp);
  if (is_empty || shown_as_tcp || is_not_in_kernel(family, question)) return reading;
  if (family.describe != nullptr && question.request.source == SourceChoice::any) {
    return search_descriptors(family, question, error, count);
  }
  reading.gaps = {gap(family, error, count, remedy(error, open_another_road(family, question.request.source, error)))};
  reading.unreadable = true;
  return reading;
}

/// For who waits.
const portscope::Progress::Stage& stage_of(const Family& family) {
  constexpr std::size_t count = portscope::Names<portscope::Transport>::list.size();
  static const auto stages = [] {
    std::array<portscope::Progress::Stage, count> made{};
    for (std::size_t i = 0; i < count; ++i)
      made.at(i) = {portscope::Names<portscope::Transport>::list.at(i).data(), "sockets"};
    return made;
  }();
  return stages.at(static_cast<std::size_t>(family.transport));
}

Pass read_once(const Road& road, const Family& family, const Question& question, const Turn& turn) {
  portscope::progress().begin(stage_of(family), turn.in_table);
  Question whole = question;
  whole.turn = turn;
  return road.reader(family, whole);
}

/// Errors that say nothing about the road: a broken dump, or memory that was short for a moment.
bool may_pass(int error) { return error == EINTR || error == EPROTO || error == ENOBUFS || error == ENOMEM; }

}  // namespace

Reading read_family(const Family& family, const Question& question) {
  int refusal = 0;
  for (const Road& road : roads(family, question.request.source)) {
    const auto read = [&] {
      return read_until_complete([&](const Turn& turn) { return read_once(road, family, question, turn); },
                                 completeness_of(family, question, road));
    };
    Pass pass = read();
    if (may_pass(pass.error)) pass = read();
    if (pass.error != 0) {
      // The first refusal is the telling one, unless it only says that there is no such module.
      if (refusal == 0 || refusal == ENOENT) refusal = pass.error;
      continue;
    }
    if (family.describe != nullptr && !family.is_uncounted && pass.counted < count_of(family, question)) {
      refusal = EPROTO;  // an AF_XDP socket whose interface is gone ends the dump; those after it are lost
      continue;
    }
    Reading reading;
    reading.read = true;
    reading.time_wait_left_out = pass.time_wait_left_out;
    if (auto bound = complete_bound(family, question, road.source, refusal, pass)) {
      reading.gaps.push_back(std::move(*bound));
    }
    // What netlink leaves unsettled is new sockets with old numbers; /proc really misses some.
    if (pass.unsettled && road.source == Source::proc) {
      reading.gaps.push_back(gap(family, EAGAIN, std::nullopt,
                                 "sockets come and go faster than /proc can be read; allow AF_NETLINK sockets"));
    }
    if (pass.forged) {
      reading.gaps.push_back(gap(family, EBADMSG, std::nullopt,
                                 "a name with line breaks makes /proc/net/unix ambiguous; allow AF_NETLINK sockets"));
    }
    reading.sockets = std::move(pass.rows);
    if (remembers(family, question, road)) question.memory->tcp.note(question.request.selection, reading.sockets);
    return reading;
  }
  return without_table(family, question, refusal != 0 ? refusal : ENOENT);
}

}  // namespace collect

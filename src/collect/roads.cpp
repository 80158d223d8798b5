// SPDX-License-Identifier: MIT
#include "collect/roads.hpp"

#include <cerrno>
#include <cstring>
#include <string>

#include "collect/counters.hpp"
#include "collect/unite.hpp"

namespace collect {

using portscope::Gap;
using portscope::SourceChoice;
using portscope::State;

namespace {

struct Road {
  Family::Reader reader = nullptr;
  int passes = 0;
};

/// The order of trying.
std::vector<Road> roads(const Family& family, SourceChoice choice) {
  constexpr int dump_passes = 2;
  std::vector<Road> result;
  if (choice != SourceChoice::proc && family.dump != nullptr) result.push_back({family.dump, dump_passes});
  if (choice != SourceChoice::netlink) result.push_back({family.scan, family.scan_passes});
  return result;
}

/// The counters speak of all hashed sockets of both families, so they prove something only when
/// all of those are read.
bool reads_all_that_is_counted(const portscope::Selection& selection) {
  const auto not_counted = portscope::EnumSet<State>{State::time_wait, State::syn_received, State::bound};
  return (selection.states | not_counted) == portscope::every<State>() &&
         selection.families == portscope::every<portscope::Family>();
}

Completeness completeness_of(const Family& family, const Question& question, int passes) {
  Completeness completeness;
  completeness.passes = passes;
  completeness.marker = question.doors.diag.marker();
  if (reads_all_that_is_counted(question.request.selection)) {
    completeness.count = [&] { return count_sockets(question.doors.proc, family.counters); };
  }
  return completeness;
}

std::string errno_name(int error) {
  const char* name = strerrorname_np(error);
  return name != nullptr ? name : std::to_string(error);
}

Gap gap(const Family& family, int error, std::optional<std::uint64_t> count, std::string remedy) {
  return {Gap::What::sockets, family.transport, errno_name(error), count, std::move(remedy)};
}

/// Neither road led anywhere. Without a diag module and without a table in /proc the kernel may
/// still have the protocol; its counters tell.
std::vector<Gap> explain_failure(const Family& family, const Question& question, int error) {
  const auto count = count_sockets(question.doors.proc, family.counters);
  if (error == ENOENT && count == 0U) return {};
  if (error == ENOENT) return {gap(family, error, count, "load the kernel's diag module, or mount /proc")};
  return {gap(family, error, count, "allow AF_NETLINK sockets, or mount /proc")};
}

/// Bound TCP sockets are in no table of /proc. Whoever asks for them by name, or is sent to
/// /proc by a refusal, must know; on the usual roads of older kernels (before 6.8) they simply
/// cannot be seen.
bool misses_bound_sockets(const Family& family, const Question& question, bool by_netlink, int refusal) {
  const auto states = question.request.selection.states;
  if (family.transport != portscope::Transport::tcp || by_netlink || !states.contains(State::bound)) return false;
  return refusal != 0 || states == portscope::EnumSet<State>{State::bound};
}

}  // namespace

Reading read_family(const Family& family, const Question& question) {
  int refusal = 0;
  for (const Road& road : roads(family, question.request.source)) {
    Pass pass = read_until_complete([&] { return road.reader(family, question); },
                                    completeness_of(family, question, road.passes));
    if (pass.error != 0) {
      // The first refusal is the telling one, unless it only says that there is no such module.
      if (refusal == 0 || refusal == ENOENT) refusal = pass.error;
      continue;
    }
    Reading reading{std::move(pass.rows), pass.time_wait_left_out, {}, false};
    if (misses_bound_sockets(family, question, road.reader == family.dump, refusal)) {
      reading.gaps.push_back(gap(family, refusal != 0 ? refusal : ENOTSUP, std::nullopt,
                                 "bound sockets that do not listen are not in /proc; allow AF_NETLINK sockets"));
    }
    return reading;
  }
  Reading reading;
  reading.gaps = explain_failure(family, question, refusal != 0 ? refusal : ENOENT);
  reading.unreadable = !reading.gaps.empty();
  return reading;
}

}  // namespace collect

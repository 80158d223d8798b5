// SPDX-License-Identifier: MIT
#include "collect/roads.hpp"

#include <cerrno>
#include <string>

#include "collect/bound_sockets.hpp"
#include "collect/counters.hpp"
#include "collect/errno_name.hpp"
#include "collect/unite.hpp"

namespace collect {

using portscope::Gap;
using portscope::SourceChoice;
using portscope::State;

namespace {

struct Road {
  Family::Reader reader = nullptr;
  int passes = 0;
  int quiet_passes = 0;
};

/// The order of trying.
std::vector<Road> roads(const Family& family, SourceChoice choice) {
  // Two dumps united miss nothing, and so one quiet one is enough; /proc is worse by far.
  constexpr int dump_passes = 2;
  std::vector<Road> result;
  if (choice != SourceChoice::proc && family.dump != nullptr) result.push_back({family.dump, dump_passes, 1});
  if (choice != SourceChoice::netlink) result.push_back({family.scan, family.scan_passes, 2});
  return result;
}

/// The counters speak of all hashed sockets of both families, so they prove something only when
/// all of those are read.
bool reads_all_that_is_counted(const portscope::Selection& selection) {
  const auto not_counted = portscope::EnumSet<State>{State::time_wait, State::syn_received, State::bound};
  return (selection.states | not_counted) == portscope::every<State>() &&
         selection.families == portscope::every<portscope::Family>();
}

Completeness completeness_of(const Family& family, const Question& question, const Road& road) {
  Completeness completeness;
  completeness.passes = road.passes;
  completeness.quiet_passes = road.quiet_passes;
  completeness.marker = question.doors.diag.marker();
  if (reads_all_that_is_counted(question.request.selection)) {
    completeness.count = [&] { return count_sockets(question.doors.proc, family.counters); };
  }
  return completeness;
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
  const bool out_of_files = error == EMFILE || error == ENFILE;
  return {gap(family, error, count,
              out_of_files ? "raise the limit of open files (ulimit -n)" : "allow AF_NETLINK sockets, or mount /proc")};
}

}  // namespace

Reading read_family(const Family& family, const Question& question) {
  int refusal = 0;
  for (const Road& road : roads(family, question.request.source)) {
    Pass pass =
        read_until_complete([&] { return road.reader(family, question); }, completeness_of(family, question, road));
    if (pass.error != 0) {
      // The first refusal is the telling one, unless it only says that there is no such module.
      if (refusal == 0 || refusal == ENOENT) refusal = pass.error;
      continue;
    }
    Reading reading;
    reading.time_wait_left_out = pass.time_wait_left_out;
    if (auto bound = bound_sockets_gap(family, question, pass, road.reader, refusal)) {
      reading.gaps.push_back(std::move(*bound));
    }
    // What netlink leaves unsettled is new sockets with old numbers; /proc really misses some.
    if (pass.unsettled && road.reader == family.scan) {
      reading.gaps.push_back(gap(family, EAGAIN, std::nullopt,
                                 "sockets come and go faster than /proc can be read; allow AF_NETLINK sockets"));
    }
    if (pass.forged) {
      reading.gaps.push_back(gap(family, EBADMSG, std::nullopt,
                                 "a name with line breaks makes /proc/net/unix ambiguous; allow AF_NETLINK sockets"));
    }
    reading.sockets = std::move(pass.rows);
    return reading;
  }
  Reading reading;
  reading.gaps = explain_failure(family, question, refusal != 0 ? refusal : ENOENT);
  reading.unreadable = !reading.gaps.empty();
  return reading;
}

}  // namespace collect

// SPDX-License-Identifier: MIT
#include "collect/take_snapshot.hpp"

#include <optional>
#include <stdexcept>
#include <string>

#include "collect/attribute.hpp"
#include "collect/explain.hpp"
#include "collect/memory.hpp"
#include "collect/mptcp.hpp"
#include "collect/names.hpp"
#include "collect/owner_search.hpp"
#include "collect/rare_families.hpp"
#include "collect/resolve.hpp"
#include "collect/roads.hpp"
#include "collect/select.hpp"
#include "collect/set_options.hpp"
#include "portscope/progress.hpp"
#include "sys/lent_rights.hpp"
#include "sys/machine.hpp"

namespace collect {

using portscope::Need;
using portscope::Request;
using portscope::Snapshot;

namespace {

void read_sockets(const Question& question, Snapshot& snapshot) {
  bool any_read = false;
  RareFamilies rare(question.doors.proc);
  for (const Family& family : families()) {
    if (!question.request.selection.transports.contains(family.transport)) continue;
    if (rare.has_none_of(family)) continue;
    Reading reading = read_family(family, question);
    any_read = any_read || reading.read;
    if (snapshot.sockets.empty()) {
      snapshot.sockets = std::move(reading.sockets);
    } else {
      snapshot.sockets.insert(snapshot.sockets.end(), reading.sockets.begin(), reading.sockets.end());
    }
    snapshot.time_wait_left_out += reading.time_wait_left_out;
    for (auto& gap : reading.gaps) snapshot.gaps.push_back(std::move(gap));
  }
  if (!any_read && !snapshot.gaps.empty()) {
    const portscope::Gap& first = snapshot.gaps.front();
    const std::string kind = first.transport ? std::string(portscope::name(*first.transport)) + " " : "";
    throw std::runtime_error("no table of " + kind + "sockets can be read (" + first.why + "); " + first.remedy);
  }
}

}  // namespace

Snapshot take_snapshot(const Request& request, const Doors& doors, const Clock& clock, Memory* memory) {
  if (memory != nullptr) memory->begin_look(clock.now);
  Snapshot snapshot;
  snapshot.time = clock.now;
  Request resolved = request;
  resolved.selection = resolve(request.selection, doors.proc);
  resolved.needs = needs_that_apply(request.selection, request.needs | needs_of(resolved.selection.filter));
  Neighbours neighbours;
  const bool explained = needs_neighbours(resolved);
  const bool at_once = explained && !kernel_leaves_out(resolved);
  const Question question{
      doors, resolved, snapshot.strings, snapshot.details, at_once ? &neighbours : nullptr, request.needs, nullptr,
      {},    memory};
  const bool through_holders = request.needs.contains(Need::set_options);
  std::optional<OwnerSearch> search;
  if (through_holders || resolved.needs.contains(Need::owners)) search.emplace(resolved, doors, memory);
  read_sockets(question, snapshot);
  if (resolved.selection.transports.contains(portscope::Transport::mptcp)) join_subflows(question, snapshot);
  if (explained && !at_once) read_neighbours(question, snapshot, neighbours);
  if (explained) explain_by(neighbours, resolved, snapshot);
  if (search) attribute(question, clock.boot, &*search, snapshot);
  name_things(question, snapshot);
  select(question, snapshot);
  if (through_holders) read_set_options(question, snapshot);
  portscope::progress().end();
  return snapshot;
}

}  // namespace collect

portscope::Selection portscope::resolve(Selection selection) {
  const sys::Proc proc;
  return collect::resolve(std::move(selection), proc);
}

portscope::Snapshot portscope::take_snapshot(const Request& request) {
  const sys::LentRights rights(sys::LentRights::then_given_back);
  const auto diag = sys::open_diag();
  const sys::Proc proc;
  const auto files = sys::open_socket_files();
  const auto bind_hash = sys::open_bind_hash();
  const auto clock = sys::read_clock();
  return collect::take_snapshot(request, {*diag, proc, files.get(), bind_hash.get()},
                                {portscope::Time(clock.now), portscope::Time(clock.boot)});
}

// SPDX-License-Identifier: MIT
#include "collect/take_snapshot.hpp"

#include <stdexcept>

#include "collect/attribute.hpp"
#include "collect/fields.hpp"
#include "collect/names.hpp"
#include "collect/roads.hpp"
#include "sys/machine.hpp"

namespace collect {

using portscope::Need;
using portscope::Request;
using portscope::Snapshot;

namespace {

void read_sockets(const Question& question, Snapshot& snapshot) {
  std::size_t wanted = 0;
  std::size_t unreadable = 0;
  for (const Family& family : families()) {
    if (!question.request.selection.transports.contains(family.transport)) continue;
    Reading reading = read_family(family, question);
    ++wanted;
    if (reading.unreadable) ++unreadable;
    if (snapshot.sockets.empty()) {
      snapshot.sockets = std::move(reading.sockets);
    } else {
      snapshot.sockets.insert(snapshot.sockets.end(), reading.sockets.begin(), reading.sockets.end());
    }
    snapshot.time_wait_left_out += reading.time_wait_left_out;
    for (auto& gap : reading.gaps) snapshot.gaps.push_back(std::move(gap));
  }
  if (wanted > 0 && unreadable == wanted) {
    throw std::runtime_error("no socket table can be read (" + snapshot.gaps.front().why + "); " +
                             snapshot.gaps.front().remedy);
  }
}

/// Targets name interfaces; rows have their numbers.
Request with_interfaces(Request request) {
  for (auto& target : request.selection.targets) {
    if (target.interface.empty()) continue;
    target.interface_index = sys::interface_index(target.interface);
    if (target.interface_index == 0) target.interface_index = to_number<std::uint32_t>(target.interface).value_or(0);
    if (target.interface_index == 0) throw std::runtime_error("there is no interface '" + target.interface + "'");
  }
  return request;
}

}  // namespace

Snapshot take_snapshot(const Request& request, const Doors& doors, const Clock& clock) {
  Snapshot snapshot;
  snapshot.time = clock.now;
  const Request resolved = with_interfaces(request);
  const Question question{doors, resolved, snapshot.strings};
  read_sockets(question, snapshot);
  if (request.needs.contains(Need::owners)) attribute(question, clock.boot, snapshot);
  name_things(question, snapshot);
  return snapshot;
}

}  // namespace collect

portscope::Snapshot portscope::take_snapshot(const Request& request) {
  const auto diag = sys::open_diag();
  const sys::Proc proc;
  const auto clock = sys::read_clock();
  return collect::take_snapshot(request, {*diag, proc}, {portscope::Time(clock.now), portscope::Time(clock.boot)});
}

// SPDX-License-Identifier: MIT
#include "collect/take_snapshot.hpp"

#include <stdexcept>

#include "collect/attribute.hpp"
#include "collect/names.hpp"
#include "collect/roads.hpp"

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

}  // namespace

Snapshot take_snapshot(const Request& request, const Doors& doors, portscope::Time now) {
  Snapshot snapshot;
  snapshot.time = now;
  const Question question{doors, request, snapshot.strings};
  read_sockets(question, snapshot);
  if (request.needs.contains(Need::owners)) attribute(question, snapshot);
  name_things(question, snapshot);
  return snapshot;
}

}  // namespace collect

portscope::Snapshot portscope::take_snapshot(const Request& request) {
  const auto diag = sys::open_diag();
  const sys::Proc proc;
  const auto now = std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now());
  return collect::take_snapshot(request, {*diag, proc}, now);
}

// SPDX-License-Identifier: MIT
#include "act/wait.hpp"

#include <linux/inet_diag.h>

#include <algorithm>
#include <set>

#include "collect/kept_attributes.hpp"
#include "portscope/port_owners.hpp"
#include "sys/process.hpp"

namespace act {

using portscope::Awaited;
using portscope::Snapshot;
using portscope::Transport;
using portscope::WaitOrder;
using std::chrono::milliseconds;

namespace {

constexpr milliseconds first_pause(10);
constexpr milliseconds longest_pause(200);
constexpr milliseconds for_safety(1000);  // where the kernel announces it

/// Waits for what the kernel announces of the sockets in the way, or for time to pass.
class Waiting {
 public:
  Waiting(const Watch& watch, const WaitOrder& order) : watch_(watch), order_(order) {
    if (order.timeout) end_ = watch.now() + *order.timeout;
    if (order.awaited != Awaited::free) return;
    // Before the first look: what ends after it is told of.
    auto events = watch.diag.watch_destroyed();
    if (events) events_ = std::move(*events);
  }

  Snapshot run();

 private:
  [[nodiscard]] bool is_over(const Snapshot& snapshot) const {
    return has_happened(snapshot, order_.target, order_.awaited);
  }
  [[nodiscard]] milliseconds time_left() const;
  bool expects(const Snapshot& snapshot);
  void wait_for_end();
  bool one_has_ended();

  const Watch& watch_;
  const WaitOrder& order_;
  std::optional<std::chrono::steady_clock::time_point> end_;
  std::unique_ptr<sys::DiagEvents> events_;
  std::set<std::uint64_t> in_the_way_;  // cookies
  milliseconds pause_ = first_pause;
};

milliseconds Waiting::time_left() const {
  return end_ ? std::chrono::ceil<milliseconds>(*end_ - watch_.now()) : milliseconds::max();
}

/// Whether the end of every socket in the way is announced: those of MPTCP, SCTP and Unix are not
/// (net/core/sock_diag.c, sock_diag_destroy_group).
bool Waiting::expects(const Snapshot& snapshot) {
  constexpr portscope::EnumSet<Transport> announced{Transport::tcp, Transport::udp};
  in_the_way_.clear();
  if (events_ == nullptr) return false;
  const auto positions = decisive(snapshot, order_.target, order_.awaited);
  return std::all_of(positions.begin(), positions.end(), [&](std::uint32_t position) {
    const portscope::Socket& socket = snapshot.sockets[position];
    in_the_way_.insert(socket.cookie);
    return announced.contains(socket.transport) && socket.cookie != 0;
  });
}

bool Waiting::one_has_ended() {
  bool ours = false;
  const int error = events_->receive([&](sys::Bytes body) {
    if (body.size() < sizeof(inet_diag_msg)) return;
    const auto message = sys::copy_from<inet_diag_msg>(body);
    ours = ours || in_the_way_.contains(collect::cookie_of(message.id.idiag_cookie));
  });
  return ours || error != 0;  // what was lost may have been ours
}

void Waiting::wait_for_end() {
  const auto look_again = watch_.now() + for_safety;
  const int descriptor = events_->descriptor();
  while (true) {
    const auto pause = std::min(std::chrono::ceil<milliseconds>(look_again - watch_.now()), time_left());
    if (pause <= milliseconds(0)) return;
    if (!sys::wait_readable({&descriptor, 1}, pause).empty() && one_has_ended()) return;
  }
}

/// The same without what is only to be shown, and without connections, of which there may be many.
portscope::Request cheap_look(const WaitOrder& order) {
  portscope::Request cheap = order.look;
  cheap.needs = {};
  if (order.target.ports) cheap.selection.states = portscope::port_states;
  if (order.awaited == Awaited::listener) cheap.selection.states.erase(portscope::State::bound);
  return cheap;
}

Snapshot Waiting::run() {
  const portscope::Request cheap = cheap_look(order_);
  while (true) {
    const milliseconds left = time_left();
    const Snapshot now = watch_.look(cheap);
    if (is_over(now) || left <= milliseconds(0)) {
      Snapshot last = watch_.look(order_.look);
      if (is_over(last) || left <= milliseconds(0)) return last;
    }
    if (expects(now)) {
      wait_for_end();
    } else {
      sys::wait_readable({}, std::min(pause_, left));
      pause_ = std::min(pause_ * 2, longest_pause);
    }
  }
}

}  // namespace

Snapshot wait_for(const Watch& watch, const WaitOrder& order) { return Waiting(watch, order).run(); }

}  // namespace act

portscope::Snapshot portscope::wait_for(const WaitOrder& order) {
  const auto diag = sys::open_diag();
  return act::wait_for({*diag, take_snapshot, std::chrono::steady_clock::now}, order);
}

// SPDX-License-Identifier: MIT
#include "act/end_holders.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "act/still_holds.hpp"
#include "collect/errors.hpp"
#include "sys/machine.hpp"

namespace act {

using portscope::Ended;
using portscope::EndOrder;
using portscope::EndReport;
using portscope::Fate;
using portscope::PortOwner;
using portscope::SentSignal;
using portscope::Snapshot;
using std::chrono::milliseconds;

namespace {

/// A holder, and the process behind it while it lives.
struct Addressee {
  const PortOwner* holder = nullptr;
  std::unique_ptr<sys::ProcessHandle> handle;
  Ended result;

  [[nodiscard]] bool lives() const { return handle != nullptr; }
  /// It was sent something, and may do it yet.
  [[nodiscard]] bool is_awaited() const { return lives() && result.sent != SentSignal::none; }
};

class Ending {
 public:
  Ending(const Stage& stage, const Snapshot& before, const EndOrder& order)
      : stage_(stage), before_(before), order_(order) {}

  EndReport run(std::span<const PortOwner> holders);

 private:
  void open(Addressee& addressee);
  void send(Addressee& addressee, SentSignal signal);
  void wait(milliseconds longest);
  void reap(std::span<const int> readable);
  [[nodiscard]] bool any_socket_is_left();
  [[nodiscard]] Snapshot settled();
  void judge(const Snapshot& after);

  const Stage& stage_;
  const Snapshot& before_;
  const EndOrder& order_;
  std::vector<Addressee> addressees_;
};

void Ending::open(Addressee& addressee) {
  auto handle = stage_.processes.open(before_.processes[addressee.holder->process].pid);
  if (handle) {
    addressee.handle = std::move(*handle);
  } else if (handle.error() == ESRCH) {
    addressee.result.fate = Fate::gone;
  } else {
    addressee.result.fate = Fate::denied;
    addressee.result.why = collect::errno_name(handle.error());
  }
}

/// Only whom the last look finds with the very socket.
void Ending::send(Addressee& addressee, SentSignal signal) {
  Ended& result = addressee.result;
  switch (still_holds(stage_, *addressee.handle, before_, *addressee.holder)) {
    case Proof::ended:
      if (signal == SentSignal::terminate) result.fate = Fate::gone;
      addressee.handle.reset();
      return;
    case Proof::other:
      if (signal == SentSignal::terminate) result.fate = Fate::changed;
      return;
    case Proof::same:
      break;
  }
  const int error = addressee.handle->send(signal == SentSignal::kill ? SIGKILL : SIGTERM);
  if (error == 0) {
    result.sent = signal;
    return;
  }
  if (signal == SentSignal::kill) return;  // it ended by itself meanwhile
  result.fate = error == ESRCH ? Fate::gone : Fate::denied;
  if (error != ESRCH) result.why = collect::errno_name(error);
  addressee.handle.reset();
}

/// The sockets of the addressees, as far as the kernel still lists them. Costs little: nobody's descriptors are walked,
/// unless no table has such sockets.
bool Ending::any_socket_is_left() {
  portscope::Request look = order_.look;
  look.needs = order_.look.needs & portscope::EnumSet<portscope::Need>{portscope::Need::unlisted};
  look.selection.states = portscope::port_states;
  const Snapshot now = stage_.look(look);
  return std::any_of(now.sockets.begin(), now.sockets.end(), [&](const portscope::Socket& socket) {
    return holds_port(socket) && std::any_of(addressees_.begin(), addressees_.end(), [&](const Addressee& addressee) {
             const auto& descriptors = addressee.holder->descriptors;
             return addressee.is_awaited() &&
                    std::any_of(descriptors.begin(), descriptors.end(),
                                [&](const portscope::Holder& held) { return held.inode == socket.inode; });
           });
  });
}

void Ending::reap(std::span<const int> readable) {
  for (Addressee& addressee : addressees_) {
    if (!addressee.lives()) continue;
    if (std::find(readable.begin(), readable.end(), addressee.handle->descriptor()) == readable.end()) continue;
    addressee.result.fate = addressee.is_awaited() ? Fate::ended : Fate::gone;
    addressee.handle.reset();
  }
}

/// A process that ends is announced; one that only closes its socket is not, so that is looked at now and then.
void Ending::wait(milliseconds longest) {
  constexpr milliseconds first_pause(10);
  constexpr milliseconds longest_pause(200);
  const auto end = stage_.now() + longest;
  milliseconds pause = first_pause;
  while (true) {
    std::vector<int> alive;
    for (const Addressee& addressee : addressees_) {
      if (addressee.is_awaited()) alive.push_back(addressee.handle->descriptor());
    }
    const auto left = std::chrono::ceil<milliseconds>(end - stage_.now());
    if (alive.empty()) return;
    const auto readable = sys::wait_readable(alive, std::min(pause, left));
    reap(readable);
    if (readable.empty() && (left <= milliseconds(0) || !any_socket_is_left())) return;
    if (readable.empty()) pause = std::min(pause * 2, longest_pause);
  }
}

/// What is there now. A process that is about to end has closed its descriptors a moment before its sockets are gone.
Snapshot Ending::settled() {
  constexpr milliseconds a_moment(20);
  constexpr int most_looks = 50;
  for (int looks = 1;; ++looks) {
    Snapshot after = stage_.look(order_.look);
    const bool settles = std::any_of(after.sockets.begin(), after.sockets.end(), [](const portscope::Socket& socket) {
      return holds_port(socket) && socket.owner_status == portscope::OwnerStatus::gone;
    });
    if (!settles || looks == most_looks) return after;
    sys::wait_readable({}, a_moment);
  }
}

void Ending::judge(const Snapshot& after) {
  std::vector<int> living;
  for (const Addressee& addressee : addressees_) {
    if (addressee.lives()) living.push_back(addressee.handle->descriptor());
  }
  reap(sys::wait_readable(living, milliseconds(0)));
  for (Addressee& addressee : addressees_) {
    if (!addressee.is_awaited()) continue;
    const std::int32_t pid = before_.processes[addressee.holder->process].pid;
    const auto is_his = [&](const portscope::Holder& held) { return after.processes[held.process].pid == pid; };
    const auto& descriptors = addressee.holder->descriptors;
    const bool holds = std::any_of(descriptors.begin(), descriptors.end(), [&](const portscope::Holder& held) {
      const auto now = after.holders_of(held.inode);
      return std::any_of(now.begin(), now.end(), is_his);
    });
    addressee.result.fate = holds ? Fate::holds : Fate::let_go;
  }
}

EndReport Ending::run(std::span<const PortOwner> holders) {
  addressees_.reserve(holders.size());
  for (const PortOwner& holder : holders) {
    if (!holder.refusal) addressees_.push_back({&holder, nullptr, {holder.process}});
  }
  for (Addressee& addressee : addressees_) open(addressee);
  for (Addressee& addressee : addressees_) {
    if (addressee.lives()) send(addressee, SentSignal::terminate);
  }
  wait(order_.grace);
  if (order_.force) {
    bool any = false;
    for (Addressee& addressee : addressees_) {
      if (!addressee.is_awaited()) continue;
      send(addressee, SentSignal::kill);
      any = any || addressee.result.sent == SentSignal::kill;
    }
    constexpr milliseconds for_the_kernel(5000);
    if (any) wait(for_the_kernel);
  }
  EndReport report;
  report.after = settled();
  judge(report.after);
  report.ended.reserve(addressees_.size());
  for (Addressee& addressee : addressees_) report.ended.push_back(std::move(addressee.result));
  return report;
}

}  // namespace

EndReport end_holders(const Stage& stage, const Snapshot& before, std::span<const PortOwner> holders,
                      const EndOrder& order) {
  return Ending(stage, before, order).run(holders);
}

}  // namespace act

portscope::EndReport portscope::end_holders(const Snapshot& before, std::span<const PortOwner> holders,
                                            const EndOrder& order) {
  const auto processes = sys::open_processes();
  const sys::Proc proc;
  const act::Stage stage{*processes, proc, Time(sys::read_clock().boot), take_snapshot, std::chrono::steady_clock::now};
  return act::end_holders(stage, before, holders, order);
}

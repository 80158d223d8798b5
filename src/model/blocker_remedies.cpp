// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "model/bind_answer.hpp"
#include "model/refusals.hpp"
#include "model/shell_word.hpp"
#include "portscope/cgroup.hpp"
#include "portscope/detail_types.hpp"

namespace portscope {

namespace {

/// The unit that is nearest to the process: in a user's own tree the last one.
std::string_view innermost_service(std::string_view path) {
  const std::size_t end = path.rfind(".service");
  if (end == std::string_view::npos) return {};
  const std::size_t begin = path.rfind('/', end);
  std::string_view unit = path.substr(begin == std::string_view::npos ? 0 : begin + 1);
  unit = unit.substr(0, unit.find('/'));
  return unit.ends_with(".service") ? unit : std::string_view{};
}

/// Of `user@1000.service` the user.
std::string_view user_of_manager(std::string_view unit) {
  constexpr std::string_view head = "user@";
  constexpr std::string_view tail = ".service";
  if (!unit.starts_with(head) || !unit.ends_with(tail)) return {};
  return unit.substr(head.size(), unit.size() - head.size() - tail.size());
}

/// The first characters name a container well enough, as its programs show them.
std::string short_id(std::string_view container) {
  constexpr std::size_t shown = 12;
  return shell_word(container.substr(0, shown));
}

class AgainstBlockers {
 public:
  AgainstBlockers(const BindView& view, const BindAnswer& answer) : view_(view), answer_(answer) {}

  std::vector<BindRemedy> take();

 private:
  void add(std::string text, std::string command = {}) { add_remedy(remedies_, {std::move(text), std::move(command)}); }
  void add_of_blocker(const Blocker& blocker);
  void add_of_process(const Socket& socket, const Holder& holder, bool by_systemd);
  bool add_of_proxy(const Holder& holder);
  bool add_of_unit(const Process& process, bool by_systemd);
  void add_of_container(std::string_view path, std::string_view container);
  void add_of_unheld(const Socket& socket);
  void add_of_hidden();
  void add_wait(const Socket& socket);
  [[nodiscard]] std::string_view text(StringId id) const { return view_.snapshot.text(id); }

  const BindView& view_;
  const BindAnswer& answer_;
  std::vector<BindRemedy> remedies_;
  std::set<std::int32_t> told_;  ///< processes
  std::uint32_t longest_wait_ms_ = 0;
};

void AgainstBlockers::add_of_container(std::string_view path, std::string_view container) {
  const bool is_podman = path.find("libpod") != std::string_view::npos;
  const bool is_docker = path.find("docker") != std::string_view::npos;
  if (is_podman) return add("stop the container", "podman stop " + short_id(container));
  if (is_docker) return add("stop the container", "docker stop " + short_id(container));
  if (path.find("lxc.payload") != std::string_view::npos)
    return add("stop the container", "lxc-stop -n " + shell_word(container));
  add("stop the container", "crictl stop " + short_id(container));
}

/// A service is stopped by whoever started it; ended by hand, it would be started again.
bool AgainstBlockers::add_of_unit(const Process& process, bool by_systemd) {
  const std::string_view path = text(process.cgroup);
  const std::string_view unit = unit_of(path);
  if (const std::string_view user = user_of_manager(unit); !user.empty()) {
    const std::string_view inner = innermost_service(path);
    if (inner.empty() || inner == unit) return false;
    add("stop the service of that user",
        fmt::format("systemctl --user --machine={}@ stop {}", shell_word(user), shell_word(inner)));
    return true;
  }
  if (!unit.ends_with(".service")) return false;
  if (!by_systemd) {
    add("stop the service", "systemctl stop " + shell_word(unit));
    return true;
  }
  const std::string socket = std::string(unit.substr(0, unit.rfind('.'))) + ".socket";
  add("stop the socket unit too, or systemd starts the service again",
      fmt::format("systemctl stop {} {}", shell_word(socket), shell_word(unit)));
  return true;
}

/// A program that has the port for somebody else: to end it would leave the other behind. `kill` refuses it, too.
bool AgainstBlockers::add_of_proxy(const Holder& holder) {
  const auto refusal = refusal_of(view_.snapshot, {holder.process, {holder}}, {});
  if (!refusal || refusal->rule != Refusal::Rule::proxy) return false;
  add(fmt::format("{} {}: stop that", text(view_.snapshot.processes[holder.process].name), refusal->why),
      refusal->command);
  return true;
}

/// `kill` looks once more before it signals, and takes nobody for a holder who only has a connection.
std::string ending_command(const Snapshot& snapshot, const Socket& socket, const Process& process) {
  if (!holds_port(socket)) return fmt::format("kill {}", process.pid);
  const std::string place = fmt::format("{}/{}", place_text(snapshot, socket), name(socket.transport));
  return "portscope kill " + shell_word(place);
}

void AgainstBlockers::add_of_process(const Socket& socket, const Holder& holder, bool by_systemd) {
  const Process& process = view_.snapshot.processes[holder.process];
  if (!told_.insert(process.pid).second) return;
  const std::string_view path = text(process.cgroup);
  if (process.pid == 1) {
    if (told_.size() == 1)
      add("systemd holds the port for a socket unit: find it and stop it", "systemctl list-sockets --all");
    return;
  }
  if (add_of_proxy(holder)) return;
  if (const std::string_view container = container_of(path); !container.empty())
    return add_of_container(path, container);
  if (add_of_unit(process, by_systemd)) return;
  add(fmt::format("end {}", text(process.name)), ending_command(view_.snapshot, socket, process));
}

void AgainstBlockers::add_wait(const Socket& socket) {
  const auto timer = view_.snapshot.details.value<Timer>(socket.details, DetailKind::timer);
  constexpr std::uint8_t time_wait = 3;  // also of the fin_wait_2 that a closed socket left behind
  if (timer && timer->kind == time_wait) longest_wait_ms_ = std::max(longest_wait_ms_, timer->expires_ms);
}

/// What is missing the look at the owners has found out: root lacks nothing, and still is not shown all.
void AgainstBlockers::add_of_hidden() {
  const auto& gaps = view_.snapshot.gaps;
  const auto found =
      std::find_if(gaps.begin(), gaps.end(), [](const Gap& gap) { return gap.what == Gap::What::owners; });
  add("learn who holds it: " + (found != gaps.end() ? found->remedy : std::string("see RIGHTS in portscope(8)")));
}

void AgainstBlockers::add_of_unheld(const Socket& socket) {
  switch (socket.owner_status) {
    case OwnerStatus::hidden:
      return add_of_hidden();
    case OwnerStatus::elsewhere:
      return add("learn who holds it: run this outside of this PID namespace");
    case OwnerStatus::kernel:
      return add("the kernel itself has the port, for a tunnel, a file server or the like: take that down");
    case OwnerStatus::none:
      return add_wait(socket);
    case OwnerStatus::unasked:
    case OwnerStatus::known:
    case OwnerStatus::gone:
      return;
  }
}

void AgainstBlockers::add_of_blocker(const Blocker& blocker) {
  const Socket& socket = *view_.holders[blocker.holder].socket;
  const auto holders = view_.snapshot.holders_of(socket);
  if (holders.empty()) return add_of_unheld(socket);
  const auto& processes = view_.snapshot.processes;
  const bool by_systemd = std::any_of(holders.begin(), holders.end(),
                                      [&](const Holder& holder) { return processes[holder.process].pid == 1; });
  constexpr std::size_t most_processes = 8;
  const auto is_holder = [&](std::int32_t pid) {
    return std::any_of(holders.begin(), holders.end(),
                       [&](const Holder& holder) { return processes[holder.process].pid == pid; });
  };
  for (std::size_t i = holders.size(); i-- > 0;) {  // systemd itself last
    const Process& process = processes[holders[i].process];
    // A worker would be started again by the process that made it.
    const bool is_worker = process.ppid > 1 && is_holder(process.ppid);
    if (!is_worker && told_.size() < most_processes) add_of_process(socket, holders[i], by_systemd);
  }
}

std::vector<BindRemedy> AgainstBlockers::take() {
  for (const Blocker& blocker : answer_.blockers) add_of_blocker(blocker);
  if (longest_wait_ms_ > 0) {
    constexpr std::uint32_t second = 1000;
    add(fmt::format("wait {} s: then it is over", (longest_wait_ms_ + second - 1) / second));
  }
  return std::move(remedies_);
}

}  // namespace

std::vector<BindRemedy> remedies_against_blockers(const BindView& view, const BindAnswer& answer) {
  return AgainstBlockers(view, answer).take();
}

}  // namespace portscope

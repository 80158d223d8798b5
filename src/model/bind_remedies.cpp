// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>

#include "model/bind_answer.hpp"
#include "model/bind_rules.hpp"
#include "model/shell_word.hpp"
#include "portscope/cgroup.hpp"
#include "portscope/detail_types.hpp"

namespace portscope {

Truth conflict_with(const BindView& view, void (*change)(BindAttempt& attempt)) {
  Truth worst = Truth::no;
  for (BindAttempt attempt : view.attempts) {
    change(attempt);
    worst = std::max(worst, judge(attempt, view.holders, view.snapshot.settings).conflict);
  }
  return worst;
}

namespace {

/// Programs that hold a port for somebody else: to end them leaves the other behind.
constexpr auto proxies =
    std::to_array<std::string_view>({"docker-proxy", "rootlessport", "slirp4netns", "pasta", "conmon"});

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

class Remedies {
 public:
  Remedies(const BindView& view, const BindAnswer& answer) : view_(view), answer_(answer) {}

  std::vector<BindRemedy> take();

 private:
  void add(std::string text, std::string command = {});
  void add_of_blocker(const Blocker& blocker);
  void add_of_process(const Process& process, bool by_systemd);
  bool add_of_unit(const Process& process, bool by_systemd);
  void add_of_container(std::string_view path, std::string_view container);
  void add_of_unheld(const Socket& socket);
  void add_wait(const Socket& socket);
  void add_flags();
  void add_reservation();
  void add_of_refusal();
  [[nodiscard]] std::string_view text(StringId id) const { return view_.snapshot.text(id); }
  [[nodiscard]] std::uint16_t port() const { return view_.attempts.front().port; }

  const BindView& view_;
  const BindAnswer& answer_;
  std::vector<BindRemedy> remedies_;
  std::set<std::int32_t> told_;  ///< processes
  std::uint32_t longest_wait_ms_ = 0;
};

void Remedies::add(std::string text, std::string command) {
  const bool is_told = std::any_of(remedies_.begin(), remedies_.end(), [&](const BindRemedy& remedy) {
    return remedy.command == command && (!command.empty() || remedy.text == text);
  });
  if (!is_told) remedies_.push_back({std::move(text), std::move(command)});
}

void Remedies::add_of_container(std::string_view path, std::string_view container) {
  const bool is_podman = path.find("libpod") != std::string_view::npos;
  const bool is_docker = path.find("docker") != std::string_view::npos;
  if (is_podman) return add("stop the container", "podman stop " + short_id(container));
  if (is_docker) return add("stop the container", "docker stop " + short_id(container));
  if (path.find("lxc.payload") != std::string_view::npos)
    return add("stop the container", "lxc-stop -n " + shell_word(container));
  add("stop the container", "crictl stop " + short_id(container));
}

/// A service is stopped by whoever started it; ended by hand, it would be started again.
bool Remedies::add_of_unit(const Process& process, bool by_systemd) {
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

void Remedies::add_of_process(const Process& process, bool by_systemd) {
  if (!told_.insert(process.pid).second) return;
  const std::string_view name = text(process.name);
  const std::string_view path = text(process.cgroup);
  if (process.pid == 1) {
    if (told_.size() == 1)
      add("systemd holds the port for a socket unit: find it and stop it", "systemctl list-sockets --all");
    return;
  }
  if (std::find(proxies.begin(), proxies.end(), name) != proxies.end()) {
    const std::string program = name == "docker-proxy" ? "docker" : "podman";
    add(fmt::format("{} holds the port for a container: find that and stop it", name),
        fmt::format("{} ps --filter publish={}", program, port()));
    return;
  }
  if (const std::string_view container = container_of(path); !container.empty())
    return add_of_container(path, container);
  if (add_of_unit(process, by_systemd)) return;
  add(fmt::format("end {}", name), fmt::format("kill {}", process.pid));
}

void Remedies::add_wait(const Socket& socket) {
  const auto timer = view_.snapshot.details.value<Timer>(socket.details, DetailKind::timer);
  constexpr std::uint8_t time_wait = 3;  // also of the fin_wait_2 that a closed socket left behind
  if (timer && timer->kind == time_wait) longest_wait_ms_ = std::max(longest_wait_ms_, timer->expires_ms);
}

void Remedies::add_of_unheld(const Socket& socket) {
  switch (socket.owner_status) {
    case OwnerStatus::hidden:
      return add("learn who holds it: run this as root");
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

void Remedies::add_of_blocker(const Blocker& blocker) {
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
    if (!is_worker && told_.size() < most_processes) add_of_process(process, by_systemd);
  }
}

/// Whether another flag would do. Of UDP, SO_REUSEADDR would take the datagrams of who has the port.
void Remedies::add_flags() {
  if (answer_.error != EADDRINUSE && answer_.verdict != BindVerdict::unknown) return;
  const BindAttempt& attempt = view_.attempts.front();
  const bool may_reuse = attempt.transport == Transport::tcp && !attempt.reuse_address;
  const Truth with_address = conflict_with(view_, [](BindAttempt& changed) { changed.reuse_address = true; });
  if (may_reuse && with_address == Truth::no) add("let the new program set SO_REUSEADDR before bind()");
  if (may_reuse && with_address == Truth::maybe) {
    add("let the new program set SO_REUSEADDR before bind(): that helps if the old one had set it too");
  }
  const Truth with_port = conflict_with(view_, [](BindAttempt& changed) { changed.reuse_port = true; });
  if (!attempt.reuse_port && with_port == Truth::no) {
    add("let the new program set SO_REUSEPORT before bind(), and share the port with the old one");
  }
}

void Remedies::add_reservation() {
  const NetSettings& settings = view_.snapshot.settings;
  const auto is_client = [](const Blocker& blocker) {
    return blocker.rule == BindRule::ephemeral_client || blocker.rule == BindRule::ipv6_connection;
  };
  const bool by_client = std::any_of(answer_.blockers.begin(), answer_.blockers.end(), is_client);
  if (!by_client || !settings.local_port_range || !settings.local_port_range->contains(port())) return;
  std::string list;
  for (const PortRange& range : settings.reserved_ports.value_or(std::vector<PortRange>{})) {
    list +=
        range.first == range.last ? fmt::format("{},", range.first) : fmt::format("{}-{},", range.first, range.last);
  }
  add("keep the port from clients for the time to come",
      fmt::format("sysctl -w net.ipv4.ip_local_reserved_ports={}{}", list, port()));
}

void Remedies::add_of_refusal() {
  const auto has_note = [&](BindRule rule) {
    return std::any_of(answer_.notes.begin(), answer_.notes.end(),
                       [&](const BindNote& note) { return note.rule == rule; });
  };
  if (has_note(BindRule::privileged_port)) {
    add("give the program the right", "setcap cap_net_bind_service=+ep PROGRAM");
    add("or let everybody have ports from here on",
        fmt::format("sysctl -w net.ipv4.ip_unprivileged_port_start={}", port()));
  }
  if (has_note(BindRule::address_not_local)) add("see which addresses there are", "ip -brief address");
  if (has_note(BindRule::scope_missing)) {
    add(fmt::format("name the interface: [{}%INTERFACE]:{}", view_.attempts.front().address.to_string(), port()));
  }
}

std::vector<BindRemedy> Remedies::take() {
  add_of_refusal();
  for (const Blocker& blocker : answer_.blockers) add_of_blocker(blocker);
  if (longest_wait_ms_ > 0) {
    constexpr std::uint32_t second = 1000;
    add(fmt::format("wait {} s: then it is over", (longest_wait_ms_ + second - 1) / second));
  }
  if (!answer_.blockers.empty()) add_flags();
  add_reservation();
  if (answer_.verdict != BindVerdict::free && view_.next_free) {
    add(fmt::format("take the next free port: {}", *view_.next_free));
  }
  return std::move(remedies_);
}

}  // namespace

std::vector<BindRemedy> remedies_for(const BindView& view, const BindAnswer& answer) {
  return Remedies(view, answer).take();
}

}  // namespace portscope

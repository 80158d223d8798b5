// SPDX-License-Identifier: MIT
#include "model/refusals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "portscope/cgroup.hpp"

namespace portscope {

namespace {

/// What a command may be made for.
struct Case {
  const Snapshot& snapshot;
  const PortOwner& holder;
  const Process& process;
  std::uint32_t port = 0;
};

/// The names go into a command that is copied into a shell.
bool is_harmless(std::string_view word) {
  return !word.empty() && word.find_first_not_of(
                              "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                              "_.@:-") == std::string_view::npos;
}

std::uint32_t port_held(const Snapshot& snapshot, const PortOwner& holder) {
  for (const Socket& socket : snapshot.sockets) {
    if (holds_port(socket) && socket.inode == holder.descriptors.front().inode)
      return port_of(socket.local).value_or(0);
  }
  return 0;
}

std::string_view base_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string_view first_argument(std::string_view command_line) {
  return command_line.substr(0, command_line.find('\0'));
}

/// conmon(8) is told which container it watches: `-c ID`.
std::string watched_container(const Case& about) {
  constexpr std::string_view option("\0-c\0", 4);
  const std::string_view arguments = about.snapshot.text(about.process.command_line);
  const std::size_t found = arguments.find(option);
  if (found == std::string_view::npos) return "CONTAINER";
  const std::string_view id = first_argument(arguments.substr(found + option.size()));
  constexpr std::size_t short_id = 12;
  return is_harmless(id) ? std::string(id.substr(0, short_id)) : "CONTAINER";
}

std::string stop_docker(const Case& about) {
  return fmt::format("docker stop $(docker ps -q --filter publish={})", about.port);
}
std::string stop_nerdctl(const Case& about) {
  return fmt::format("nerdctl ps | grep {}, then nerdctl stop CONTAINER", about.port);
}
std::string stop_podman(const Case& about) {
  return fmt::format("podman port --all | grep {}, then podman stop CONTAINER", about.port);
}
std::string stop_conmon(const Case& about) { return "podman stop " + watched_container(about); }
std::string delete_service(const Case& about) {
  return fmt::format("kubectl get services -A | grep {}, then kubectl delete service NAME", about.port);
}

/// Who serves a port for somebody else: to end it would cut off all the others that it serves, and the port of the one
/// that is meant may come back. The name is that of the process, its executable or its first argument.
struct Proxy {
  std::string_view name;  ///< with `*` at the end: what begins so
  std::string_view why;
  std::string (*command)(const Case& about);
};

constexpr auto known_proxies = std::to_array<Proxy>({
    {"docker-proxy", "passes the port on to a Docker container", stop_docker},
    {"dockerd", "runs every Docker container of this machine", stop_docker},
    {"rootlesskit*", "passes the port on to a container", stop_docker},
    {"com.docker.*", "is Docker Desktop", stop_docker},
    {"vpnkit*", "passes the port on to a container", stop_docker},
    {"containerd*", "runs containers", stop_nerdctl},
    {"rootlessport*", "passes the port on to a Podman container", stop_podman},
    {"containers-rootlessport*", "passes the port on to a Podman container", stop_podman},
    {"slirp4netns", "is the network of a container", stop_podman},
    {"pasta*", "is the network of a container", stop_podman},
    {"passt*", "is the network of a virtual machine or a container", stop_podman},
    {"conmon", "keeps the port for a Podman container", stop_conmon},
    {"kube-proxy", "passes the port on to a Kubernetes service", delete_service},
    {"kubelet", "runs the pods of this machine", delete_service},
});

bool is_named(std::string_view name, std::string_view pattern) {
  return pattern.ends_with('*') ? name.starts_with(pattern.substr(0, pattern.size() - 1)) : name == pattern;
}

const Proxy* proxy_of(const Case& about) {
  const std::array names{about.snapshot.text(about.process.name), base_name(about.snapshot.text(about.process.exe)),
                         base_name(first_argument(about.snapshot.text(about.process.command_line)))};
  const auto* const found = std::find_if(known_proxies.begin(), known_proxies.end(), [&](const Proxy& proxy) {
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) { return is_named(name, proxy.name); });
  });
  return found != known_proxies.end() ? found : nullptr;
}

/// systemd keeps the socket of a service that is started when somebody calls; when it runs, both hold it.
std::string stop_socket_unit(const Case& about, std::string_view systemctl) {
  constexpr std::string_view service = ".service";
  for (const Holder& other : about.snapshot.holders_of(about.holder.descriptors.front().inode)) {
    const Process& process = about.snapshot.processes[other.process];
    std::string_view unit = unit_of(about.snapshot.text(process.cgroup));
    if (process.pid == about.process.pid || !unit.ends_with(service) || !is_harmless(unit)) continue;
    unit.remove_suffix(service.size());
    return fmt::format("{} stop {}.socket {}.service", systemctl, unit, unit);
  }
  return fmt::format("{0} list-sockets | grep {1}, then {0} stop UNIT.socket", systemctl, about.port);
}

Refusal refusal_of_init(const Case& about) {
  const std::string_view name = about.snapshot.text(about.process.name);
  if (name == "systemd" || name == "init") {
    return {Refusal::Rule::init, "is pid 1, which keeps the socket for a service",
            stop_socket_unit(about, "systemctl")};
  }
  return {Refusal::Rule::init, "is pid 1: everything here ends with it", "stop the container from outside"};
}

}  // namespace

std::optional<Refusal> refusal_of(const Snapshot& snapshot, const PortOwner& holder,
                                  std::span<const std::int32_t> kin) {
  const Case about{snapshot, holder, snapshot.processes[holder.process], port_held(snapshot, holder)};
  const std::int32_t pid = about.process.pid;
  if (pid == 1) return refusal_of_init(about);
  if (!kin.empty() && pid == kin.front()) return Refusal{Refusal::Rule::caller, "is this program", "close it"};
  if (const Proxy* proxy = proxy_of(about)) {
    return Refusal{Refusal::Rule::proxy, std::string(proxy->why), proxy->command(about)};
  }
  if (snapshot.text(about.process.name) == "systemd") {
    return Refusal{Refusal::Rule::activator, "keeps the socket for a service of its user",
                   stop_socket_unit(about, "systemctl --user")};
  }
  if (std::find(kin.begin(), kin.end(), pid) != kin.end()) {
    return Refusal{Refusal::Rule::ancestor, "is one of those that started this program", fmt::format("kill {}", pid)};
  }
  return std::nullopt;
}

}  // namespace portscope

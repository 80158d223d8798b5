// SPDX-License-Identifier: MIT
#include "portscope/cgroup.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace portscope {

namespace {

/// Calls `visit` with each component of `path` until it returns a non-empty answer.
template <class Visit>
std::string_view first_answer(std::string_view path, Visit visit) {
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    if (const std::string_view answer = visit(path.substr(0, slash)); !answer.empty()) return answer;
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return {};
}

/// systemd.unit(5) suffixes of the units that can hold processes or sockets.
constexpr auto unit_suffixes = std::to_array<std::string_view>({".service", ".scope", ".socket", ".mount", ".swap"});

bool is_container_id(std::string_view text) {
  constexpr std::size_t sha256_digits = 64;
  return text.size() == sha256_digits && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string_view unit_of(std::string_view cgroup_path) {
  return first_answer(cgroup_path, [](std::string_view component) {
    const bool is_unit = std::any_of(unit_suffixes.begin(), unit_suffixes.end(), [&](std::string_view suffix) {
      return component.size() > suffix.size() && component.ends_with(suffix);
    });
    return is_unit ? component : std::string_view{};
  });
}

std::string_view container_of(std::string_view cgroup_path) {
  return first_answer(cgroup_path, [](std::string_view component) {
    // docker-ID.scope, libpod-ID.scope, cri-containerd-ID.scope, crio-ID.scope, or a bare ID.
    // libpod-conmon-ID.scope is Podman's monitor, which stands outside.
    if (component.find("conmon") != std::string_view::npos) return std::string_view{};
    std::string_view id = component;
    if (id.ends_with(".scope")) id.remove_suffix(std::string_view(".scope").size());
    id.remove_prefix(id.rfind('-') == std::string_view::npos ? 0 : id.rfind('-') + 1);
    if (is_container_id(id)) return id;
    constexpr std::string_view lxc = "lxc.payload.";
    return component.starts_with(lxc) ? component.substr(lxc.size()) : std::string_view{};
  });
}

std::string pod_of(std::string_view cgroup_path) {
  if (cgroup_path.find("kubepods") == std::string_view::npos) return {};
  std::string uid(first_answer(cgroup_path, [](std::string_view component) {
    // The systemd driver cannot have a dash in a slice's last part, and writes _ instead.
    if (component.ends_with(".slice")) component.remove_suffix(std::string_view(".slice").size());
    component.remove_prefix(component.rfind('-') == std::string_view::npos || !component.starts_with("kubepods")
                                ? 0
                                : component.rfind('-') + 1);
    constexpr std::string_view head = "pod";
    constexpr std::size_t uid_digits = 32;
    const bool is_pod = component.starts_with(head) && component.size() >= head.size() + uid_digits;
    return is_pod ? component.substr(head.size()) : std::string_view{};
  }));
  std::replace(uid.begin(), uid.end(), '_', '-');
  return uid;
}

}  // namespace portscope

// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace portscope {

/// The systemd unit that a cgroup path belongs to: its first component that is a unit and not a
/// slice (`/system.slice/nginx.service` -> `nginx.service`). Later components are under the
/// unit's own control and prove nothing. Empty when there is none.
std::string_view unit_of(std::string_view cgroup_path);

/// The container that a cgroup path belongs to: the id in the paths that Docker, Podman,
/// containerd and CRI-O make (64 hex digits), or the name in LXC's. Empty when there is none.
std::string_view container_of(std::string_view cgroup_path);

/// The Kubernetes pod that a cgroup path belongs to: its uid, which the kubelet writes into the
/// path (`kubepods-burstable-podUID.slice`, or `kubepods/burstable/podUID`). Empty when there is none.
std::string pod_of(std::string_view cgroup_path);

}  // namespace portscope

// SPDX-License-Identifier: MIT
#include "collect/visibility.hpp"

#include <linux/capability.h>

#include <cerrno>
#include <string_view>

#include "collect/errors.hpp"
#include "collect/fields.hpp"
#include "sys/machine.hpp"

namespace collect {

using portscope::OwnerStatus;

namespace {

/// The hidepid option of the /proc that is mounted (proc(5)): processes of others are not even
/// listed then.
bool hides_processes(const sys::Proc& proc) {
  const auto mounts = proc.read("self/mountinfo");
  if (!mounts) return false;
  bool hides = false;
  std::string_view rest = *mounts;
  while (!rest.empty()) {
    std::string_view line = take_line(rest);
    if (line.find(" /proc ") == std::string_view::npos || line.find(" - proc ") == std::string_view::npos) continue;
    const std::size_t option = line.find("hidepid=");  // the last mount on /proc is the one we see
    hides =
        option != std::string_view::npos && line.substr(option + 8, 1) != "0" && line.substr(option + 8, 3) != "off";
  }
  return hides;
}

/// Capabilities in a user namespace of one's own open nothing that the outer ones closed.
bool is_first_user_namespace(const sys::Proc& proc) {
  const auto map = proc.read("self/uid_map");
  if (!map) return false;
  std::string_view line = *map;
  return take_word(line) == "0" && take_word(line) == "0" && take_word(line) == "4294967295\n";
}

bool has_right(const sys::Proc& proc, int capability) {
  return sys::has_capability(capability) && is_first_user_namespace(proc);
}

/// Both are needed: one opens the directory of descriptors, the other reads the links in it.
std::string missing_right(const sys::Proc& proc) {
  const bool may_list = has_right(proc, CAP_DAC_READ_SEARCH) || has_right(proc, CAP_DAC_OVERRIDE);
  const bool may_read = has_right(proc, CAP_SYS_PTRACE);
  if (may_list && may_read) return "the processes are protected even from root, see RIGHTS in portscope(8)";
  if (may_list) return "CAP_SYS_PTRACE is missing: run as root, or see RIGHTS in portscope(8)";
  if (may_read) return "CAP_DAC_READ_SEARCH is missing: run as root, or see RIGHTS in portscope(8)";
  return "run as root, or see RIGHTS in portscope(8)";
}

Visibility hidden(int error, std::string remedy) { return {OwnerStatus::hidden, errno_name(error), std::move(remedy)}; }

}  // namespace

Visibility judge_visibility(const sys::Proc& proc, const WalkLimits& limits) {
  if (limits.error != 0) return hidden(limits.error, remedy(limits.error, "mount a readable /proc"));
  if (limits.unreadable > 0) return hidden(limits.why, missing_right(proc));
  if (hides_processes(proc) && !has_right(proc, CAP_SYS_PTRACE)) {
    return hidden(EACCES, "/proc is mounted with hidepid: run as root, or see RIGHTS in portscope(8)");
  }
  constexpr std::uint64_t first_pid_namespace = 0xEFFFFFFC;  // PROC_PID_INIT_INO, include/linux/proc_ns.h
  const std::uint64_t pid_namespace = proc.namespace_id("self/ns/pid");
  if (pid_namespace == 0) return hidden(ESRCH, "/proc is that of another PID namespace: mount one of your own");
  if (pid_namespace != first_pid_namespace) {
    return {OwnerStatus::elsewhere, errno_name(ESRCH), "they are held outside this PID namespace, or by the kernel"};
  }
  return {OwnerStatus::kernel, {}, {}};
}

}  // namespace collect

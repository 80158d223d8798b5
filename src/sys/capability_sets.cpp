// SPDX-License-Identifier: MIT
#include "sys/capability_sets.hpp"

#include <sys/syscall.h>
#include <unistd.h>

namespace sys {

std::optional<CapabilitySets> capability_sets() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  CapabilitySets sets{};
  return ::syscall(SYS_capget, &header, sets.data()) == 0 ? std::make_optional(sets) : std::nullopt;
}

bool set_capabilities(const CapabilitySets& sets) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  return ::syscall(SYS_capset, &header, sets.data()) == 0;
}

}  // namespace sys

// SPDX-License-Identifier: MIT
#pragma once

#include "portscope/kernel_filter.hpp"

namespace portscope {

/// What the kernel can say of one condition: `weaker` holds wherever the condition does, and they
/// are the same when `exact`.
struct Lowered {
  KernelFilter weaker;
  bool exact = false;
};

/// For sockets of `transport`; what the kernel knows nothing about becomes `always`.
Lowered lower(const Condition& condition, Transport transport);

// One for each row of the table of fields that the kernel knows something about.
Lowered lower_ports(const Condition& condition, Transport transport);
Lowered lower_local_end(const Condition& condition, Transport transport);
Lowered lower_peer_end(const Condition& condition, Transport transport);
Lowered lower_target(const Condition& condition, Transport transport);
Lowered lower_interface(const Condition& condition, Transport transport);
Lowered lower_cgroup(const Condition& condition, Transport transport);
Lowered lower_mark(const Condition& condition, Transport transport);
Lowered lower_transport(const Condition& condition, Transport transport);

}  // namespace portscope

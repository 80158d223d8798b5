// SPDX-License-Identifier: MIT
#pragma once

#include "collect/family.hpp"
#include "collect/take_snapshot.hpp"
#include "portscope/bind.hpp"
#include "sys/bind_probe.hpp"

namespace collect {

/// portscope::look_at_port with the doors and the clock passed in.
portscope::BindView look_at_port(const portscope::BindRequest& request, const Doors& doors, const sys::BindDoor& door,
                                 const Clock& clock);

}  // namespace collect

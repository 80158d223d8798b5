// SPDX-License-Identifier: MIT
#pragma once

#include "collect/family.hpp"
#include "collect/nat_redirects.hpp"
#include "collect/take_snapshot.hpp"
#include "portscope/bind.hpp"
#include "sys/bind_probe.hpp"

namespace collect {

/// What is asked besides the tables of sockets.
struct BindDoors {
  const sys::BindDoor& bind;
  const RuleDoors* rules = nullptr;  ///< null: nobody can be asked for those of NAT
};

/// portscope::look_at_port with the doors and the clock passed in.
portscope::BindView look_at_port(const portscope::BindRequest& request, const Doors& doors, const BindDoors& bind_doors,
                                 const Clock& clock);

}  // namespace collect

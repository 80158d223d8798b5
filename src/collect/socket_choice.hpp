// SPDX-License-Identifier: MIT
#pragma once

#include "portscope/take_snapshot.hpp"
#include "sys/socket_files.hpp"

namespace collect {

/// Of whose holders an iterator has to tell, so that who asks for one port or for listeners does not wait for a
/// record of every connection. What the request asks for is never left out; `request` is resolved.
socket_choice choice_for(const portscope::Request& request);

}  // namespace collect

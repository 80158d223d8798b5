// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#include "collect/family.hpp"

namespace collect {

/// The bits of idiag_ext that ask for what the question needs.
std::uint8_t wanted_extensions(portscope::Transport transport, const Question& question);

/// Reads the attributes of an inet_diag_msg that belong to the row itself.
void read_row_attributes(sys::Bytes attributes, portscope::Socket& socket);

/// Reads the attributes that are details and were asked for into the question's store.
void read_details(sys::Bytes attributes, const Question& question, portscope::Socket& socket);

}  // namespace collect

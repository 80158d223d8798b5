// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "render/cell.hpp"

namespace render {

/// Appends what the socket itself said of its options (--options) to `object`; what stands there
/// already stays as it is.
void append_set_options(Object& object, const portscope::Snapshot& snapshot, const portscope::Socket& socket);

/// The same as a line for people: what is on, and what is set to something, but for what `told` has
/// already. Empty when nobody asked.
std::string set_options_line(const Object& told, const portscope::Snapshot& snapshot, const portscope::Socket& socket);

}  // namespace render

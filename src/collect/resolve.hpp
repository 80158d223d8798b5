// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "portscope/selection.hpp"
#include "sys/proc.hpp"

namespace collect {

/// The index of an interface, the id of a user, by name or number. Throws QueryError, which marks the name in what was
/// typed, when there is none.
std::uint32_t interface_of(const std::string& name, const std::string& typed);
std::uint32_t user_of(const std::string& name, const std::string& typed);

/// See portscope::resolve.
portscope::Selection resolve(portscope::Selection selection, const sys::Proc& proc);

}  // namespace collect

// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace render {

/// The name of a process. One that could be mistaken for our own words or punctuation is quoted: `a(1),b` is one
/// process.
void append_name(std::string& out, std::string_view name);

}  // namespace render

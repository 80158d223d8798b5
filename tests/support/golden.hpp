// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace golden {

/// A file below tests/. Throws when there is none.
std::string read_file(const std::string& name);

/// Compares `text` with tests/golden/`name`. With UPDATE_GOLDEN=1 in the environment it writes
/// the file instead, and the change is reviewed like any other.
testing::AssertionResult matches(std::string_view text, const std::string& name);

}  // namespace golden

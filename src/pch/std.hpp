// SPDX-License-Identifier: MIT
// Read once a build instead of once a file: what nearly every file includes. Only to save time: each file still
// includes what it uses, and a build without it (Meson option b_pch=false) is one of tests/run's.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "collect/family.hpp"

namespace collect {

/// A line of a table in /proc: the socket, and numbers that become details of it.
struct Row {
  struct Number {
    portscope::DetailKind kind{};
    std::uint32_t value = 0;
  };

  portscope::Socket socket;
  std::vector<Number> details{};
};

/// Reads the family's first file, of which every line after the headings is one socket; a line
/// that `parse` does not understand makes the pass fail with EPROTO.
Pass scan_table(const Family& family, const Question& question,
                const std::function<std::optional<Row>(std::string_view line)>& parse);

}  // namespace collect

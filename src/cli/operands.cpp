// SPDX-License-Identifier: MIT
#include "cli/operands.hpp"

#include <algorithm>

#include "cli/commands.hpp"
#include "cli/usage_error.hpp"
#include "model/nearest.hpp"
#include "portscope/query.hpp"

namespace cli {

namespace {

/// A first word that is nothing may be a command misspelled.
std::string nearest_command(std::span<const std::string> operands, const portscope::QueryError& error) {
  const bool is_first = error.begin() == 0 && error.length() == operands.front().size();
  std::string what = error.what();
  if (!is_first || what.find(';') != std::string::npos || what.find("filter word") == std::string::npos) {
    return what;
  }
  std::vector<std::string_view> names;
  for (const Command& command : commands()) names.push_back(command.name);
  if (std::find(names.begin(), names.end(), operands.front()) != names.end()) return what;  // there is one already
  return what + portscope::did_you_mean(operands.front(), names);
}

}  // namespace

std::string in_one_text(std::span<const std::string> operands) {
  std::string text;
  for (const std::string& operand : operands) text.append(text.empty() ? "" : " ").append(operand);
  return text;
}

portscope::Expression parse_operands(std::span<const std::string> operands) {
  try {
    return portscope::parse_query(operands);
  } catch (const portscope::QueryError& error) {
    throw UsageError(nearest_command(operands, error), {error.text(), error.begin(), error.length()});
  }
}

}  // namespace cli

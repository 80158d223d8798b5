// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "portscope/expression.hpp"

namespace portscope {

/// The words that the values of a field are.
struct Vocabulary {
  std::string_view article_and_kind;  ///< `a state`
  std::string_view kind;              ///< `state`
  std::optional<Numbers> (*read)(std::string_view word);
  std::vector<std::string_view> (*words)();
};

/// Of a field with Syntax::word.
Vocabulary vocabulary_of(FieldId field);

}  // namespace portscope

// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace cli {

/// Whether a word alone means something in a filter: a keyword, a field, a protocol, a state, an operator. Such a word
/// behind `-u` or `-i` is a filter, not the user or the interface that lsof and netstat would take it for.
bool is_filter_word(std::string_view word);

/// Whether it compares: `=`, `gt`, `in`.
bool is_comparison(std::string_view word);

}  // namespace cli

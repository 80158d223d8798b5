// SPDX-License-Identifier: MIT
// Filters as a test would write them.
#pragma once

#include <string>
#include <vector>

#include "portscope/query.hpp"

namespace fake {

/// The error that a filter makes; an empty message when it makes none.
template <class Words>
portscope::QueryError query_error(const Words& words) {
  try {
    portscope::parse_query(words);
  } catch (const portscope::QueryError& error) {
    return error;
  }
  return {"", "", 0, 0};
}
inline portscope::QueryError query_error(const char* text) { return query_error(std::string(text)); }

/// The part of the filter that an error marks.
inline std::string marked(const portscope::QueryError& error) {
  return error.text().substr(error.begin(), error.length());
}

}  // namespace fake

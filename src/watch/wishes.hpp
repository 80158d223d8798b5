// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "portscope/take_snapshot.hpp"
#include "render/view.hpp"

namespace watch {

/// What the keys can change about the question.
struct Wishes {
  portscope::EnumSet<portscope::Transport> transports;  ///< none: the usual ones
  bool listening = false;
  bool established = false;
  bool all = false;
  bool rates = true;
  std::string filter;

  bool operator==(const Wishes&) const = default;
};

/// The question that the wishes make.
struct Question {
  portscope::Request request;
  std::vector<const render::Column*> columns;
  bool columns_chosen = false;  ///< by the user: then none is left out for being empty
};

/// Why they make none, and where in the filter the fault is.
struct Fault {
  std::string message;
  std::size_t begin = 0;
  std::size_t length = 0;
};

using Ask = std::function<std::variant<Question, Fault>(const Wishes&)>;

}  // namespace watch

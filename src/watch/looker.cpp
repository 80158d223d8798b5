// SPDX-License-Identifier: MIT
#include "watch/looker.hpp"

#include <exception>

namespace watch {

Look Looker::look(const portscope::Request& request, std::uint64_t question) {
  const auto begin = std::chrono::steady_clock::now();
  Look look;
  look.question = question;
  try {
    look.snapshot = observer_.look(request);
    look.road = observer_.road();
  } catch (const std::exception& error) {
    look.trouble = error.what();  // nobody catches what leaves a thread
  }
  look.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
  return look;
}

}  // namespace watch

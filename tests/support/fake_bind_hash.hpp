// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "sys/bind_hash.hpp"

namespace fake {

/// Gives one answer after the other; the last one again and again.
class BindHash final : public sys::BindHash {
 public:
  void script(std::vector<sys::Result<bool>> answers) { answers_ = std::move(answers); }

  sys::Result<bool> has_inactive(std::uint16_t port) override {
    asked.push_back(port);
    return answers_.at(std::min(asked.size(), answers_.size()) - 1);
  }

  std::vector<std::uint16_t> asked;

 private:
  std::vector<sys::Result<bool>> answers_ = {false};
};

}  // namespace fake

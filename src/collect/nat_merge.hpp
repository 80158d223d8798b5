// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "portscope/bind.hpp"

namespace collect {

/// By which rules something goes where, whoever called whom. A cluster has thousands.
using NatPlace = std::tuple<std::optional<portscope::Address>, std::uint16_t, std::string, std::string,
                            portscope::NatRedirect::Keeper>;

/// What becomes of calls of one kind, over all whom they may be for.
class MergedDestinations {
 public:
  /// What one walk found. `is_own`: what is certain must be certain for this address, too.
  void add(std::vector<portscope::NatRedirect> found, bool is_own);

  /// Each of them once: `yes` where it is certain for every own address, `maybe` where for some.
  [[nodiscard]] std::vector<portscope::NatRedirect> take() &&;

 private:
  struct Seen {
    portscope::NatRedirect redirect;
    std::size_t certain = 0;  ///< for how many own addresses
  };
  std::map<NatPlace, std::size_t> known_;
  std::vector<Seen> all_;
  std::size_t own_ = 0;
};

/// Ways that differ only in who comes by them are told as one.
class MergedWays {
 public:
  void add(portscope::NatRedirect redirect);

  /// The certain ones first.
  [[nodiscard]] std::vector<portscope::NatRedirect> take() &&;

 private:
  std::map<std::pair<NatPlace, portscope::Truth>, std::vector<std::size_t>> known_;
  std::vector<portscope::NatRedirect> all_;
};

}  // namespace collect

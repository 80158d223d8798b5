// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "collect/family.hpp"

namespace collect {

/// Tells which of the protocols that few machines use need not be asked for, because the kernel counts no socket of
/// them in this network namespace (/proc/net/protocols, which is read once, when it is needed). To ask would cost a
/// walk over all of their table, or load a diag module for nothing.
class RareFamilies {
 public:
  explicit RareFamilies(const sys::Proc& proc) : proc_(proc) {}

  /// False also where that cannot be told.
  bool has_none_of(const Family& family);

 private:
  const sys::Proc& proc_;
  std::optional<sys::Result<std::string>> counts_;
};

}  // namespace collect

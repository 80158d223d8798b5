// SPDX-License-Identifier: MIT
#pragma once

#include "collect/family.hpp"

namespace collect {

/// A connection, and the interface that its socket is bound to; 0: to none.
struct Ends {
  portscope::FiveTuple tuple;
  std::uint32_t interface = 0;
};

/// Finds one TCP connection by the kernel's own lookup, which takes microseconds however many there
/// are. Pass::error says that the kernel would not; that there is none is an empty pass.
Pass look_up(const Family& family, const Question& question, const portscope::FiveTuple& tuple);
/// The same of one that was seen before.
Pass look_up(const Family& family, const Question& question, const Ends& ends);

}  // namespace collect

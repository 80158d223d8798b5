// SPDX-License-Identifier: MIT
#include "collect/rare_families.hpp"

#include "collect/counters.hpp"

namespace collect {

bool RareFamilies::has_none_of(const Family& family) {
  if (!family.is_rare) return false;
  if (!counts_) counts_ = proc_.read("thread-self/net/protocols");
  return *counts_ && count_in(**counts_, family.counters) == 0;
}

}  // namespace collect

// SPDX-License-Identifier: MIT
#include "act/kin.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "collect/fields.hpp"
#include "collect/process_facts.hpp"
#include "portscope/port_owners.hpp"

namespace act {

std::vector<std::int32_t> own_kin(const sys::Proc& proc) {
  std::vector<std::int32_t> kin;
  std::array<char, 16> buffer{};
  if (!proc.root()) return kin;
  const auto self = proc.root()->link("self", buffer);
  std::int32_t pid = self ? collect::to_number<std::int32_t>(*self).value_or(0) : 0;
  portscope::StringPool strings;
  // A parent that ends while we look leaves its children to another one; the line is never a ring.
  while (pid > 0 && std::find(kin.begin(), kin.end(), pid) == kin.end()) {
    kin.push_back(pid);
    const auto directory = proc.root()->directory(std::to_string(pid).c_str());
    if (!directory) break;
    const auto process = collect::read_process(*directory, pid, {}, strings);
    pid = process ? process->ppid : 0;
  }
  return kin;
}

}  // namespace act

std::vector<std::int32_t> portscope::own_kin() { return act::own_kin(sys::Proc()); }

// SPDX-License-Identifier: MIT
#include "collect/owners.hpp"

#include <algorithm>
#include <numeric>

#include "collect/digit_sort.hpp"

namespace collect {

using portscope::Holder;
using portscope::Process;

namespace {

/// A thread's own table starts as a copy of the shared one, or is not known to be another (kcmp
/// refused): what the process holds anyway is told once, without the thread.
bool is_the_same(const Holder& a, const Holder& b) {
  return a.inode == b.inode && a.process == b.process && a.fd == b.fd;
}

}  // namespace

void Owners::clear() {
  snapshot_.holders.clear();
  snapshot_.processes.clear();
  settled_ = 0;
}

std::uint32_t Owners::place(const Process& process) {
  auto& processes = snapshot_.processes;
  const auto earlier = processes.begin() + static_cast<std::ptrdiff_t>(settled_);
  const auto place = std::find_if(processes.begin(), earlier, [&](const Process& known) {
    return known.pid == process.pid && known.start_time == process.start_time;
  });
  if (place != earlier) return static_cast<std::uint32_t>(place - processes.begin());
  processes.push_back(process);
  return static_cast<std::uint32_t>(processes.size() - 1);
}

void Owners::settle() {
  auto& processes = snapshot_.processes;
  std::vector<std::uint32_t> order(processes.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(),
            [&](std::uint32_t a, std::uint32_t b) { return processes[a].pid < processes[b].pid; });
  std::vector<Process> sorted;
  sorted.reserve(order.size());
  std::vector<std::uint32_t> new_position(order.size());
  for (const std::uint32_t old : order) {
    new_position[old] = static_cast<std::uint32_t>(sorted.size());
    sorted.push_back(processes[old]);
  }
  processes = std::move(sorted);
  settled_ = processes.size();
  auto& holders = snapshot_.holders;
  for (Holder& holder : holders) holder.process = new_position[holder.process];
  sort_by_inode(holders);
  for (auto run = holders.begin(); run != holders.end();) {
    const auto end = std::find_if(run, holders.end(), [&](const Holder& next) { return next.inode != run->inode; });
    if (end - run > 1) std::sort(run, end);
    run = end;
  }
  holders.erase(std::unique(holders.begin(), holders.end(), is_the_same), holders.end());
}

}  // namespace collect

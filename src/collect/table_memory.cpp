// SPDX-License-Identifier: MIT
#include "collect/table_memory.hpp"

#include <algorithm>

namespace collect {

using portscope::Socket;

namespace {

/// Looking up so many takes as long as reading a table of some ten thousand.
constexpr std::size_t most_lookups = 2000;

/// Whether it is there, and adds it then. A request or time_wait that ends is no loss, whatever it was.
bool add_if_there(const Family& family, const Question& question, std::uint64_t cookie, const Ends& ends, Pass& pass) {
  Pass found = look_up(family, question, ends);
  if (found.error != 0) return false;
  for (Socket& socket : found.rows) {
    if (socket.cookie == cookie) pass.rows.push_back(socket);
  }
  return true;
}

}  // namespace

/// The kernel lists what stays in the same order, so most are found at the next place.
std::vector<TableMemory::Row> TableMemory::missing_in(const Pass& pass) const {
  constexpr std::ptrdiff_t look_ahead = 8;
  std::vector<Row> missing;
  std::vector<std::uint64_t> elsewhere;
  auto next = rows_.begin();
  for (const Socket& socket : pass.rows) {
    const auto end = next + std::min(look_ahead, rows_.end() - next);
    const auto found = std::find_if(next, end, [&](const Row& row) { return row.cookie == socket.cookie; });
    if (found == end) {
      elsewhere.push_back(socket.cookie);
      continue;
    }
    missing.insert(missing.end(), next, found);
    next = found + 1;
  }
  missing.insert(missing.end(), next, rows_.end());
  std::sort(elsewhere.begin(), elsewhere.end());
  std::erase_if(missing,
                [&](const Row& row) { return std::binary_search(elsewhere.begin(), elsewhere.end(), row.cookie); });
  return missing;
}

bool TableMemory::complete(const Family& family, const Question& question, Pass& pass) {
  if (!filled_ || selection_ != question.request.selection) return false;
  const auto missing = missing_in(pass);
  return missing.size() <= most_lookups && std::all_of(missing.begin(), missing.end(), [&](const Row& row) {
           return row.ends.tuple.peer != portscope::Endpoint{} &&
                  add_if_there(family, question, row.cookie, row.ends, pass);
         });
}

void TableMemory::note(const portscope::Selection& selection, const std::vector<Socket>& sockets) {
  selection_ = selection;
  rows_.clear();
  for (const Socket& socket : sockets) {
    if (socket.cookie == 0) continue;
    const auto tuple = five_tuple(socket);
    rows_.push_back({socket.cookie, {tuple ? *tuple : portscope::FiveTuple{}, socket.interface}});
  }
  filled_ = true;
}

}  // namespace collect

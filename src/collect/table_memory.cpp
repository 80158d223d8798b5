// SPDX-License-Identifier: MIT
#include "collect/table_memory.hpp"

#include <algorithm>

#include "collect/inet_lookup.hpp"

namespace collect {

using portscope::Socket;

namespace {

/// Looking up so many takes as long as reading a table of some ten thousand.
constexpr std::size_t most_lookups = 2000;

/// Whether it is there, and adds it then. A request or time_wait that ends is no loss, whatever it was.
bool add_if_there(const Family& family, const Question& question, std::uint64_t cookie,
                  const portscope::FiveTuple& tuple, Pass& pass) {
  Pass found = look_up(family, question, tuple);
  if (found.error != 0) return false;
  for (Socket& socket : found.rows) {
    if (socket.cookie == cookie) pass.rows.push_back(socket);
  }
  return true;
}

}  // namespace

std::vector<TableMemory::Row> TableMemory::missing_in(const Pass& pass) const {
  std::vector<std::uint64_t> shown;
  shown.reserve(pass.rows.size());
  for (const Socket& socket : pass.rows) shown.push_back(socket.cookie);
  std::sort(shown.begin(), shown.end());
  std::vector<Row> missing;
  auto next = shown.begin();
  for (const Row& row : rows_) {
    while (next != shown.end() && *next < row.cookie) ++next;
    if (next == shown.end() || *next != row.cookie) missing.push_back(row);
  }
  return missing;
}

bool TableMemory::complete(const Family& family, const Question& question, Pass& pass) {
  const bool same = filled_ && selection_ == question.request.selection;
  const auto missing = same ? missing_in(pass) : std::vector<Row>();
  bool complete = same && missing.size() <= most_lookups;
  for (const Row& row : missing) {
    complete = complete && row.tuple.peer != portscope::Endpoint{} &&
               add_if_there(family, question, row.cookie, row.tuple, pass);
  }
  selection_ = question.request.selection;
  rows_.clear();
  for (const Socket& socket : pass.rows) {
    if (socket.cookie == 0) continue;
    const auto tuple = five_tuple(socket);
    rows_.push_back({socket.cookie, tuple ? *tuple : portscope::FiveTuple{}});
  }
  std::sort(rows_.begin(), rows_.end(), [](const Row& a, const Row& b) { return a.cookie < b.cookie; });
  filled_ = true;
  return complete;
}

}  // namespace collect

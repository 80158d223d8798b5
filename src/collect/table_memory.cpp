// SPDX-License-Identifier: MIT
#include "collect/table_memory.hpp"

#include <algorithm>
#include <iterator>

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
  std::copy_if(rows_.begin(), rows_.end(), std::back_inserter(missing),
               [&](const Row& row) { return !std::binary_search(shown.begin(), shown.end(), row.cookie); });
  return missing;
}

bool TableMemory::complete(const Family& family, const Question& question, Pass& pass) {
  if (!filled_ || selection_ != question.request.selection) return false;
  const auto missing = missing_in(pass);
  return missing.size() <= most_lookups && std::all_of(missing.begin(), missing.end(), [&](const Row& row) {
           return row.tuple.peer != portscope::Endpoint{} &&
                  add_if_there(family, question, row.cookie, row.tuple, pass);
         });
}

void TableMemory::note(const portscope::Selection& selection, const std::vector<Socket>& sockets) {
  selection_ = selection;
  rows_.clear();
  for (const Socket& socket : sockets) {
    if (socket.cookie == 0) continue;
    const auto tuple = five_tuple(socket);
    rows_.push_back({socket.cookie, tuple ? *tuple : portscope::FiveTuple{}});
  }
  filled_ = true;
}

}  // namespace collect

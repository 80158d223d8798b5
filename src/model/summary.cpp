// SPDX-License-Identifier: MIT
#include "portscope/summary.hpp"

#include <map>
#include <utility>

namespace portscope {

std::vector<SummaryRow> summarize(const Snapshot& snapshot) {
  std::map<std::pair<Transport, State>, SummaryRow> rows;
  for (const Socket& socket : snapshot.sockets) {
    SummaryRow& row = rows[{socket.transport, socket.state}];
    row.transport = socket.transport;
    row.state = socket.state;
    ++row.total;
    if (socket.family == Family::ipv4) ++row.ipv4;
    if (socket.family == Family::ipv6) ++row.ipv6;
  }
  std::vector<SummaryRow> result;
  result.reserve(rows.size());
  for (const auto& [key, row] : rows) result.push_back(row);
  return result;
}

}  // namespace portscope

// SPDX-License-Identifier: MIT
// Replies of the kernel, byte by byte; for structs that netlink_rows.hpp does not know.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "support/netlink_rows.hpp"

namespace fake {

/// The fixed part of a message.
template <class Struct>
Row row_of(const Struct& message) {
  const auto bytes = std::as_bytes(std::span(&message, 1));
  return {bytes.begin(), bytes.end()};
}

/// Attributes one after the other: the payload of the attribute that they are nested in.
inline std::string nested(std::initializer_list<std::pair<std::uint16_t, std::string>> attributes) {
  Row all;
  for (const auto& [type, payload] : attributes) all = with(all, type, payload);
  return {reinterpret_cast<const char*>(all.data()), all.size()};
}

/// Every beginning of `row`, from nothing to the whole. Behind each lies nothing, so that the
/// sanitizers see who reads on.
inline std::vector<Row> beginnings_of(const Row& row) {
  std::vector<Row> beginnings;
  for (std::size_t size = 0; size <= row.size(); ++size) {
    beginnings.emplace_back(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(size));
  }
  return beginnings;
}

}  // namespace fake

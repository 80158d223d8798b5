// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "sys/diag.hpp"

namespace collect {

/// The attributes of one level of a netfilter message, which must outlive it. Its numbers are in network order, but for
/// what registers hold.
class Attributes {
 public:
  explicit Attributes(sys::Bytes all) : all_(all) {}

  /// The payload of the first one of that type; empty when there is none.
  [[nodiscard]] sys::Bytes bytes(std::uint16_t type) const { return sys::find_attribute(all_, type); }
  [[nodiscard]] Attributes within(std::uint16_t type) const { return Attributes(bytes(type)); }
  [[nodiscard]] std::uint32_t number(std::uint16_t type) const;  ///< 0 when there is none
  [[nodiscard]] std::string text(std::uint16_t type) const;
  void each(const std::function<void(sys::Bytes)>& visit) const;  ///< payloads, of whatever type

 private:
  sys::Bytes all_;
};

}  // namespace collect

// SPDX-License-Identifier: MIT
#include "collect/nft_attributes.hpp"

#include <netinet/in.h>

#include <string_view>

namespace collect {

sys::Bytes Attributes::bytes(unsigned type) const {
  sys::Bytes rest = all_;
  while (const auto attribute = sys::next_attribute(rest)) {
    if (attribute->type == type) return attribute->payload;
  }
  return {};
}

std::uint32_t Attributes::number(unsigned type) const { return ntohl(sys::copy_from<std::uint32_t>(bytes(type))); }

std::string Attributes::text(unsigned type) const {
  const sys::Bytes payload = bytes(type);
  const std::string_view all(reinterpret_cast<const char*>(payload.data()), payload.size());
  return std::string(all.substr(0, all.find('\0')));
}

void Attributes::each(const std::function<void(sys::Bytes)>& visit) const {
  sys::Bytes rest = all_;
  while (const auto attribute = sys::next_attribute(rest)) visit(attribute->payload);
}

}  // namespace collect

// SPDX-License-Identifier: MIT
#include "collect/nft_attributes.hpp"

#include <netinet/in.h>

#include <string_view>

namespace collect {

std::uint32_t Attributes::number(std::uint16_t type) const { return ntohl(sys::copy_from<std::uint32_t>(bytes(type))); }

std::string Attributes::text(std::uint16_t type) const {
  const sys::Bytes payload = bytes(type);
  const std::string_view all(reinterpret_cast<const char*>(payload.data()), payload.size());
  return std::string(all.substr(0, all.find('\0')));
}

void Attributes::each(const std::function<void(sys::Bytes)>& visit) const {
  sys::Bytes rest = all_;
  while (const auto attribute = sys::next_attribute(rest)) visit(attribute->payload);
}

}  // namespace collect

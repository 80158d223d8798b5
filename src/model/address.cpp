// SPDX-License-Identifier: MIT
#include "portscope/address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <cstring>

#include "portscope/endpoint.hpp"

namespace portscope {

namespace {

std::size_t mix(std::size_t seed, std::uint64_t value) {
  // The finalizer of splitmix64: neighbouring addresses and ports must not share buckets.
  // The seed is multiplied, so that the order of what is mixed matters: both ends of a loopback
  // connection must not collide.
  std::uint64_t x = seed * 0x9e3779b97f4a7c15U + value + 1;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31U);
}

}  // namespace

std::optional<Address> Address::parse(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> zero_ended{};
  if (text.size() >= zero_ended.size() || text.find('\0') != std::string_view::npos) return std::nullopt;
  std::copy(text.begin(), text.end(), zero_ended.begin());
  std::array<std::uint8_t, 4> four{};
  if (inet_pton(AF_INET, zero_ended.data(), four.data()) == 1) return ipv4(four);
  Bytes sixteen{};
  if (inet_pton(AF_INET6, zero_ended.data(), sixteen.data()) == 1) return ipv6(sixteen);
  return std::nullopt;
}

bool Address::is_loopback() const {
  if (is_ipv4()) return bytes_[12] == 127;
  return std::all_of(bytes_.begin(), bytes_.end() - 1, [](std::uint8_t byte) { return byte == 0; }) && bytes_[15] == 1;
}

std::string Address::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool four = is_ipv4();
  inet_ntop(four ? AF_INET : AF_INET6, bytes_.data() + (four ? 12 : 0), text.data(), text.size());
  return text.data();
}

bool Prefix::contains(const Address& other) const {
  if (address.is_ipv4() != other.is_ipv4()) return false;  // ::/0 is all of IPv6, and none of IPv4
  const std::size_t whole = std::min<std::size_t>(bits / 8U, address.bytes().size());
  const auto& mine = address.bytes();
  const auto& theirs = other.bytes();
  if (!std::equal(mine.begin(), mine.begin() + static_cast<std::ptrdiff_t>(whole), theirs.begin())) return false;
  const unsigned rest = whole < mine.size() ? bits % 8U : 0;
  return rest == 0 || ((mine.at(whole) ^ theirs.at(whole)) >> (8U - rest)) == 0;
}

}  // namespace portscope

std::size_t std::hash<portscope::Address>::operator()(const portscope::Address& address) const noexcept {
  std::array<std::uint64_t, 2> halves{};
  std::memcpy(halves.data(), address.bytes().data(), sizeof halves);
  return portscope::mix(portscope::mix(0, halves[0]), halves[1]);
}

std::size_t std::hash<portscope::Endpoint>::operator()(const portscope::Endpoint& endpoint) const noexcept {
  return portscope::mix(std::hash<portscope::Address>{}(endpoint.address), endpoint.port);
}

std::size_t std::hash<portscope::FiveTuple>::operator()(const portscope::FiveTuple& tuple) const noexcept {
  const std::hash<portscope::Endpoint> of_end;
  return portscope::mix(portscope::mix(of_end(tuple.local), of_end(tuple.peer)),
                        static_cast<std::uint64_t>(tuple.transport));
}

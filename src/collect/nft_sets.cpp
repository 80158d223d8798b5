// SPDX-License-Identifier: MIT
#include "collect/nft_sets.hpp"

#include <linux/netfilter/nf_tables.h>

#include <algorithm>

namespace collect {

using portscope::Truth;

namespace {

Truth contains(const NftElement& element, std::span<const MaybeByte> key) {
  return equals(key.first(std::min(key.size(), element.key.size())), element.key);
}

/// Of a concatenation each field has its own range. A field fills whole registers; which of them belong together is not
/// known here, so a field of several can say no and nothing more.
Truth contains_fields(const NftElement& element, std::span<const MaybeByte> key) {
  Truth result = Truth::yes;
  const sys::Bytes from(element.key);
  const sys::Bytes to(element.key_end);
  const std::size_t size = std::min({key.size(), from.size(), to.size()});
  for (std::size_t i = 0; i < size; i += NFT_REG32_SIZE) {
    const std::size_t length = std::min<std::size_t>(NFT_REG32_SIZE, size - i);
    const auto low = order(key.subspan(i, length), from.subspan(i, length));
    const auto high = order(key.subspan(i, length), to.subspan(i, length));
    if (!low || !high) {
      result = Truth::maybe;
    } else if (*low < 0 || *high > 0) {
      return Truth::no;
    }
  }
  return result;
}

/// A set of ranges is a list of places where one begins or ends, in the order of their bytes.
NftFound find_in_ranges(const std::vector<NftElement>& elements, std::span<const MaybeByte> key) {
  const NftElement* nearest = nullptr;
  NftFound unsure{Truth::maybe};
  bool is_sure = true;
  for (const NftElement& element : elements) {
    const auto difference = order(key, element.key);
    is_sure = is_sure && difference.has_value();
    if (!element.ends_interval) unsure.elements.push_back(&element);
    if (!difference || *difference < 0) continue;
    const bool is_nearer = nearest == nullptr || std::lexicographical_compare(nearest->key.begin(), nearest->key.end(),
                                                                              element.key.begin(), element.key.end());
    if (is_nearer) nearest = &element;
  }
  if (!is_sure) return unsure;
  const bool is_in = nearest != nullptr && !nearest->ends_interval;
  return is_in ? NftFound{Truth::yes, {nearest}} : NftFound{};
}

}  // namespace

NftFound find_element(const std::vector<NftElement>& elements, std::span<const MaybeByte> key) {
  const auto ends = [](const NftElement& element) { return element.ends_interval; };
  if (std::any_of(elements.begin(), elements.end(), ends)) return find_in_ranges(elements, key);
  NftFound found;
  const NftElement* rest = nullptr;  // NFT_SET_ELEM_CATCHALL: it has no key
  for (const NftElement& element : elements) {
    if (element.key.empty()) {
      rest = &element;
      continue;
    }
    const Truth is_it = element.key_end.empty() ? contains(element, key) : contains_fields(element, key);
    if (is_it == Truth::yes) return {Truth::yes, {&element}};
    if (is_it == Truth::no) continue;
    found.is_there = Truth::maybe;
    found.elements.push_back(&element);
  }
  if (rest == nullptr) return found;
  found.is_there = Truth::yes;
  found.elements.push_back(rest);
  return found;
}

}  // namespace collect

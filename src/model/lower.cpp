// SPDX-License-Identifier: MIT
#include "model/lower.hpp"

#include <algorithm>

#include "model/filter_fields.hpp"
#include "model/judge.hpp"

namespace portscope {

namespace {

using Kind = KernelFilter::Kind;
using About = KernelTest::About;

KernelFilter everywhere() { return {}; }
KernelFilter nowhere() { return {Kind::never, {}, {}}; }
KernelFilter all_of(std::vector<KernelFilter> parts) { return combined(Kind::all_of, std::move(parts)); }
KernelFilter any_of(std::vector<KernelFilter> parts) { return combined(Kind::any_of, std::move(parts)); }

KernelFilter test(const KernelTest& test) { return {Kind::test, {}, test}; }

KernelFilter port_test(About about, const PortRange& ports) {
  KernelTest one;
  one.about = about;
  one.ports = ports;
  return test(one);
}

/// `::ffff:0:0/80` is all of IPv4 and nothing else (Prefix::contains); to the kernel it would be of IPv6.
KernelFilter prefix_test(About about, const Prefix& prefix) {
  constexpr std::uint8_t mapped_bits = 96;
  KernelTest one;
  one.about = about;
  one.prefix = prefix;
  if (prefix.address.is_ipv4()) one.prefix.bits = std::max(prefix.bits, mapped_bits);
  return test(one);
}

KernelFilter interface_test(std::uint32_t index) {
  KernelTest one;
  one.about = About::interface;
  one.interface = index;
  return test(one);
}

/// Sockets of IPv6 have IPv4 addresses in their mapped form. To the kernel an IPv6 prefix so short
/// that it covers that form contains them; to us it does not.
bool is_exact(const Prefix& prefix) {
  constexpr unsigned mapped_bits = 96;
  if (prefix.bits >= mapped_bits) return true;
  const auto mapped = Address::ipv4({}).bytes();
  for (unsigned bit = 0; bit < prefix.bits; ++bit) {
    const auto differing = prefix.address.bytes().at(bit / 8) ^ mapped.at(bit / 8);
    if ((static_cast<unsigned>(differing) >> (7 - bit % 8) & 1U) != 0) return true;
  }
  return false;
}

std::vector<KernelFilter> port_tests(About about, const Numbers& numbers) {
  std::vector<KernelFilter> parts;
  for (const NumberRange& range : numbers) {
    if (range.first > UINT16_MAX) continue;
    const auto last = static_cast<std::uint32_t>(std::min<std::uint64_t>(range.last, UINT16_MAX));
    parts.push_back(port_test(about, {static_cast<std::uint32_t>(range.first), last}));
  }
  return parts;
}

/// Of `src` and `dst`.
Lowered lower_end(About address, About port, const Target& target) {
  if (target.has_name()) return {nowhere(), true};
  std::vector<KernelFilter> parts;
  if (target.ports) parts.push_back(port_test(port, *target.ports));
  if (target.address) parts.push_back(prefix_test(address, *target.address));
  if (!target.interface.empty()) parts.push_back(interface_test(target.interface_index));
  return {all_of(std::move(parts)), !target.family && (!target.address || is_exact(*target.address))};
}

/// An address with a port asks who is reached there: a wildcard may be. An address alone is that of
/// either end, and to us a missing end has none.
Lowered lower_one(const Target& target, Transport transport) {
  if (target.has_name()) return {nowhere(), true};
  if (target.transport && *target.transport != transport) return {nowhere(), true};
  std::vector<KernelFilter> parts;
  if (!target.interface.empty()) parts.push_back(interface_test(target.interface_index));
  if (target.ports) parts.push_back(port_test(About::local_port, *target.ports));
  if (!target.address) return {all_of(std::move(parts)), true};
  const bool is_network = target.ports && !target.address->is_single_address();
  if (is_network) parts.push_back(prefix_test(About::local_address, *target.address));
  if (!target.ports) {
    parts.push_back(any_of(
        {prefix_test(About::local_address, *target.address), prefix_test(About::peer_address, *target.address)}));
  }
  return {all_of(std::move(parts)), false};
}

template <class Lower>
Lowered lower_each(const Condition& condition, const Lower& lower) {
  Lowered result{nowhere(), true};
  for (const Target& target : std::get<std::vector<Target>>(condition.values)) {
    const Lowered one = lower(target);
    result.weaker = any_of({std::move(result.weaker), one.weaker});
    result.exact = result.exact && one.exact;
  }
  return result;
}

template <class Test>
Lowered lower_ids(const Condition& condition, const Test& test_of) {
  const auto* numbers = std::get_if<Numbers>(&condition.values);
  if (numbers == nullptr) return {};
  std::vector<KernelFilter> parts;
  for (const NumberRange& range : *numbers) {
    if (range.first != range.last) return {};
    parts.push_back(test_of(range.first));
  }
  return {any_of(std::move(parts)), true};
}

}  // namespace

Lowered lower_ports(const Condition& condition, Transport /*transport*/) {
  const auto* numbers = std::get_if<Numbers>(&condition.values);
  if (numbers == nullptr) return {};
  std::vector<KernelFilter> parts;
  if (condition.field != FieldId::dport) parts = port_tests(About::local_port, *numbers);
  if (condition.field != FieldId::sport) {
    const auto peers = port_tests(About::peer_port, *numbers);
    parts.insert(parts.end(), peers.begin(), peers.end());
  }
  return {any_of(std::move(parts)), true};
}

Lowered lower_local_end(const Condition& condition, Transport /*transport*/) {
  return lower_each(condition,
                    [](const Target& target) { return lower_end(About::local_address, About::local_port, target); });
}

Lowered lower_peer_end(const Condition& condition, Transport /*transport*/) {
  return lower_each(condition,
                    [](const Target& target) { return lower_end(About::peer_address, About::peer_port, target); });
}

Lowered lower_target(const Condition& condition, Transport transport) {
  return lower_each(condition, [&](const Target& target) { return lower_one(target, transport); });
}

Lowered lower_interface(const Condition& condition, Transport /*transport*/) {
  return lower_ids(condition, [](std::uint64_t index) { return interface_test(static_cast<std::uint32_t>(index)); });
}

Lowered lower_cgroup(const Condition& condition, Transport /*transport*/) {
  return lower_ids(condition, [](std::uint64_t id) {
    KernelTest one;
    one.about = About::cgroup;
    one.cgroup = id;
    return test(one);
  });
}

Lowered lower_mark(const Condition& condition, Transport /*transport*/) {
  std::vector<KernelFilter> parts;
  for (const MarkTest& mark : std::get<Marks>(condition.values)) {
    KernelTest one;
    one.about = About::mark;
    one.mark = mark;
    parts.push_back(test(one));
  }
  return {any_of(std::move(parts)), true};
}

/// Known before anything is read.
Lowered lower_transport(const Condition& condition, Transport transport) {
  Judge judge(condition);
  judge.number(static_cast<std::uint64_t>(transport));
  return {judge.verdict() == Truth::yes ? everywhere() : nowhere(), true};
}

Lowered lower(const Condition& condition, Transport transport) {
  const FilterField& field = field_of(condition);
  if (!field.transports.contains(transport)) return {nowhere(), true};
  return field.lower != nullptr ? field.lower(condition, transport) : Lowered{};
}

}  // namespace portscope

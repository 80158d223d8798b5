// SPDX-License-Identifier: MIT
#include <algorithm>

#include "portscope/kernel_filter.hpp"

namespace portscope {

namespace {

using Kind = KernelFilter::Kind;
using About = KernelTest::About;

std::optional<std::uint16_t> single(const PortRange& ports) {
  return ports.first == ports.last ? std::optional(static_cast<std::uint16_t>(ports.first)) : std::nullopt;
}

std::optional<Address> single(const Prefix& prefix) {
  return prefix.is_single_address() ? std::optional(prefix.address) : std::nullopt;
}

RequiredEnds ends_of(const KernelTest& test) {
  RequiredEnds ends;
  if (test.about == About::local_port) ends.local_port = single(test.ports);
  if (test.about == About::peer_port) ends.peer_port = single(test.ports);
  if (test.about == About::local_address) ends.local_address = single(test.prefix);
  if (test.about == About::peer_address) ends.peer_address = single(test.prefix);
  return ends;
}

/// Both hold; where they contradict each other nothing matches, and the first is as good.
template <class T>
void take(std::optional<T>& into, const std::optional<T>& from) {
  if (!into) into = from;
}

/// Either holds.
template <class T>
void keep_common(std::optional<T>& into, const std::optional<T>& from) {
  if (into != from) into.reset();
}

bool is_said(const KernelFilter& filter, const RequiredEnds& ends) {
  if (filter.kind != Kind::test) return false;
  const bool local = filter.test.about == About::local_port;
  const bool peer = filter.test.about == About::peer_port;
  const auto port = local || peer ? single(filter.test.ports) : std::nullopt;
  return port && port == (local ? ends.local_port : ends.peer_port);
}

/// What the ports in the request do not say already.
KernelFilter without_ports(KernelFilter filter, const RequiredEnds& ends) {
  if (is_said(filter, ends)) return {};
  if (filter.kind != Kind::all_of) return filter;
  std::erase_if(filter.parts, [&](const KernelFilter& part) { return is_said(part, ends); });
  return combined(Kind::all_of, std::move(filter.parts));
}

/// Whether it holds only of sockets with a peer: without one its address and port are 0.
bool needs_peer(const KernelFilter& filter) {
  const auto all = [&] { return std::all_of(filter.parts.begin(), filter.parts.end(), needs_peer); };
  const auto any = [&] { return std::any_of(filter.parts.begin(), filter.parts.end(), needs_peer); };
  if (filter.kind == Kind::all_of) return any();
  if (filter.kind == Kind::any_of) return all();
  if (filter.kind != Kind::test) return false;
  const KernelTest& test = filter.test;
  if (test.about == About::peer_port) return !test.ports.contains(0);
  return test.about == About::peer_address && !test.prefix.contains(Address{}) &&
         !test.prefix.contains(Address::ipv4({}));
}

std::size_t count_tests(const KernelFilter& filter) {
  std::size_t count = filter.parts.empty() ? 1 : 0;
  for (const KernelFilter& part : filter.parts) count += count_tests(part);
  return count;
}

}  // namespace

std::optional<FiveTuple> RequiredEnds::tuple(Transport transport) const {
  if (!local_port || !peer_port || !local_address || !peer_address) return std::nullopt;
  if (*local_port == 0 || *peer_port == 0) return std::nullopt;  // a listener is no connection
  return FiveTuple{transport, {*local_address, *local_port}, {*peer_address, *peer_port}};
}

RequiredEnds required_ends(const KernelFilter& filter) {
  if (filter.kind == Kind::test) return ends_of(filter.test);
  if (filter.kind != Kind::all_of && filter.kind != Kind::any_of) return {};
  RequiredEnds ends = required_ends(filter.parts.front());
  for (const KernelFilter& part : filter.parts) {
    const RequiredEnds more = required_ends(part);
    const auto merge = [&](auto member) {
      filter.kind == Kind::all_of ? take(ends.*member, more.*member) : keep_common(ends.*member, more.*member);
    };
    merge(&RequiredEnds::local_port);
    merge(&RequiredEnds::peer_port);
    merge(&RequiredEnds::local_address);
    merge(&RequiredEnds::peer_address);
  }
  return ends;
}

KernelPart kernel_part(const Expression& expression, Transport transport) {
  // Before Linux 5.9 MPTCP's number is overlooked beside a program, and TCP would answer for it. Of
  // raw sockets the kernel takes the protocol for a port, and the others are few.
  constexpr EnumSet<Transport> with_program{Transport::tcp, Transport::udp, Transport::udplite};
  constexpr EnumSet<Transport> with_ports = with_program | EnumSet<Transport>{Transport::mptcp};
  KernelPart part;
  if (!with_ports.contains(transport)) return part;
  KernelFilter filter = kernel_filter(expression, transport);
  const RequiredEnds ends = required_ends(filter);
  part.local_port = ends.local_port;
  part.peer_port = ends.peer_port;
  part.has_peer = needs_peer(filter);
  // Two UDP sockets may have the same ends (SO_REUSEADDR); of TCP there is one.
  if (transport == Transport::tcp) part.connection = ends.tuple(transport);
  if (!with_program.contains(transport)) return part;
  // The kernel checks a program in a time that grows with the square of its length: 0.3 ms for this.
  constexpr std::size_t most_tests = 256;
  if (count_tests(filter) <= most_tests) part.program = without_ports(std::move(filter), ends);
  return part;
}

}  // namespace portscope

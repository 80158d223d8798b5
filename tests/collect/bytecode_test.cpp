// SPDX-License-Identifier: MIT
#include "collect/bytecode.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "support/bytecode_machine.hpp"

namespace {

using collect::bytecode;
using fake::DiagEntry;
using fake::kernel_accepts;
using fake::kernel_holds;
using fake::kernel_runs;
using portscope::Address;
using portscope::Family;
using portscope::KernelFilter;
using portscope::KernelTest;
using portscope::PortRange;
using portscope::Prefix;

using Kind = KernelFilter::Kind;
using About = KernelTest::About;

constexpr std::array<const char*, 12> addresses{"0.0.0.0",         "127.0.0.1",   "127.0.0.2", "10.1.2.3",
                                                "255.255.255.255", "192.0.2.1",   "::",        "::1",
                                                "fe80::1",         "2001:db8::1", "::7f00:1",  "ff02::1"};
constexpr std::array<std::uint32_t, 8> ports{0, 1, 22, 80, 8080, 32768, 65534, 65535};

/// Filters and entries of few values, so that they meet.
class Chance {
 public:
  explicit Chance(std::uint32_t seed) : engine_(seed) {}

  std::uint32_t below(std::size_t count) { return static_cast<std::uint32_t>(engine_() % count); }
  Address address() { return Address::parse(addresses.at(below(addresses.size()))).value(); }
  std::uint32_t port() { return below(2) == 0 ? ports.at(below(ports.size())) : below(65536); }

  KernelFilter filter(unsigned depth);
  DiagEntry entry();

 private:
  KernelTest test();

  std::mt19937 engine_;
};

KernelTest Chance::test() {
  KernelTest test;
  test.about = static_cast<About>(below(7));
  const std::uint32_t one = port();
  const std::uint32_t other = below(3) == 0 ? one : port();
  test.ports = PortRange{std::min(one, other), std::max(one, other)};
  test.prefix = Prefix{address(), static_cast<std::uint8_t>(below(2) == 0 ? 128 : below(129))};
  test.interface = below(3);
  test.mark.mask = below(2) == 0 ? UINT32_MAX : below(8);
  test.mark.value = below(8) & test.mark.mask;
  test.cgroup = below(3);
  return test;
}

/// As combined() and negated() leave them: always and never stand alone.
KernelFilter Chance::filter(unsigned depth) {
  if (depth == 0 || below(4) == 0) return {below(3) == 0 ? Kind::not_test : Kind::test, {}, test()};
  std::vector<KernelFilter> parts;
  for (std::uint32_t left = 2 + below(3); left != 0; --left) parts.push_back(filter(depth - 1));
  KernelFilter both = combined(below(2) == 0 ? Kind::all_of : Kind::any_of, std::move(parts));
  return below(4) == 0 ? negated(both) : both;
}

DiagEntry Chance::entry() {
  DiagEntry entry;
  const auto end_of = [&] { return portscope::Endpoint{address(), static_cast<std::uint16_t>(port())}; };
  entry.local = end_of();
  entry.peer = end_of();
  const bool four = entry.local.address.is_ipv4() && entry.peer.address.is_ipv4() && below(3) != 0;
  entry.family = four ? Family::ipv4 : Family::ipv6;
  entry.interface = below(3);
  entry.mark = below(8);
  entry.cgroup = below(3);
  return entry;
}

void expect_same(const KernelFilter& filter, Chance& chance, std::array<int, 2>& verdicts) {
  const auto code = bytecode(filter);
  ASSERT_TRUE(kernel_accepts(code)) << to_text(filter);
  for (int i = 0; i < 50; ++i) {
    const DiagEntry entry = chance.entry();
    const bool holds = kernel_holds(filter, entry);
    ASSERT_EQ(kernel_runs(code, entry), holds)
        << to_text(filter) << " of " << entry.local.address.to_string() << " " << entry.local.port << " and "
        << entry.peer.address.to_string() << " " << entry.peer.port;
    ++verdicts.at(holds ? 1 : 0);
  }
}

TEST(Bytecode, DoesWhatTheFilterSays) {
  Chance chance(20240229);
  std::array<int, 2> verdicts{};
  for (unsigned i = 0; i < 4000 && !HasFatalFailure(); ++i) expect_same(chance.filter(i % 5), chance, verdicts);
  EXPECT_GT(std::min(verdicts[0], verdicts[1]), 40000) << "both verdicts must be common";
}

TEST(Bytecode, AlsoWhereAPartIsAlwaysOrNeverTrue) {
  Chance chance(7);
  std::array<int, 2> verdicts{};
  const KernelFilter always;
  const KernelFilter never{Kind::never, {}, {}};
  for (unsigned i = 0; i < 300 && !HasFatalFailure(); ++i) {
    for (const Kind kind : {Kind::all_of, Kind::any_of}) {
      for (const KernelFilter& constant : {always, never}) {
        const KernelFilter inner{kind, {chance.filter(2), constant}, {}};
        expect_same({Kind::any_of, {inner, chance.filter(1)}, {}}, chance, verdicts);
        expect_same({Kind::all_of, {constant, inner, chance.filter(1)}, {}}, chance, verdicts);
      }
    }
  }
}

TEST(Bytecode, IsEmptyWhereThereIsNothingToSay) { EXPECT_TRUE(bytecode({}).empty()); }

TEST(Bytecode, TheMachineOfTheTestRefusesWhatTheKernelRefuses) {
  const auto code = bytecode({Kind::test, {}, {}});
  ASSERT_TRUE(kernel_accepts(code));
  EXPECT_FALSE(kernel_accepts({})) << "no operation";
  EXPECT_FALSE(kernel_accepts(std::span(code).first(code.size() - 1))) << "cut short";
  auto unknown = code;
  unknown.front() = std::byte{200};
  EXPECT_FALSE(kernel_accepts(unknown));
  auto crooked = code;
  crooked[2] = std::byte{6};
  EXPECT_FALSE(kernel_accepts(crooked)) << "a jump that is no multiple of 4";
}

}  // namespace

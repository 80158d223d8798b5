// SPDX-License-Identifier: MIT
#include "portscope/scope.hpp"

#include <gtest/gtest.h>

namespace {

using portscope::Scope;

struct Case {
  const char* address;
  Scope scope;
};

TEST(Scope, OfEveryKindOfAddress) {
  for (const auto& [address, scope] :
       {Case{"0.0.0.0", Scope::any}, Case{"::", Scope::any}, Case{"127.0.0.1", Scope::loopback},
        Case{"127.255.0.1", Scope::loopback}, Case{"::1", Scope::loopback}, Case{"::ffff:127.0.0.1", Scope::loopback},
        Case{"169.254.1.1", Scope::link}, Case{"fe80::1", Scope::link}, Case{"ff02::fb", Scope::link},
        Case{"224.0.0.251", Scope::link}, Case{"10.1.2.3", Scope::restricted}, Case{"172.16.0.1", Scope::restricted},
        Case{"172.32.0.1", Scope::global}, Case{"192.168.1.1", Scope::restricted},
        Case{"100.64.0.1", Scope::restricted}, Case{"fd00::1", Scope::restricted}, Case{"8.8.8.8", Scope::global},
        Case{"2001:db8::1", Scope::global}, Case{"192.169.0.1", Scope::global}}) {
    EXPECT_EQ(portscope::scope_of(portscope::Address::parse(address).value()), scope) << address;
  }
}

}  // namespace

// SPDX-License-Identifier: MIT
#include "sys/xtables.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <cerrno>
#include <string>

#include "support/unprivileged.hpp"

namespace {

/// Of what this kernel has nothing is asked but what is refused: who asks for a table makes it.
std::string refusal(int family, std::string_view table) {
  return fake::ask_unprivileged([&] {
    const int error = sys::RealXtTables().read(family, table).error();
    const bool is_refused = error == EPERM || error == ENOPROTOOPT;  // the latter: no such tables in this kernel
    return is_refused ? std::string("refused") : std::to_string(error);
  });
}

TEST(XtTables, AreNotForEverybody) {
  for (const int family : {AF_INET, AF_INET6}) EXPECT_EQ(refusal(family, "nat"), "refused");
  EXPECT_EQ(refusal(AF_INET, std::string(1000, 'x')), "refused") << "no longer than the kernel takes";
}

}  // namespace

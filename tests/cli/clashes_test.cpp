// SPDX-License-Identifier: MIT
#include "cli/clashes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace {

using cli::clash_of;
using testing::HasSubstr;

std::string text(char letter, const char* behind) {
  const cli::Clash* clash = clash_of(letter, behind);
  return clash != nullptr ? clash->text(behind) : "";
}

TEST(Clashes, ANumberBehindPIsAProcessOrAPort) {
  EXPECT_THAT(text('p', "1234"), HasSubstr("write pid=1234 for a process, or :1234 for a port"));
  EXPECT_THAT(text('p', "80,443"),
              HasSubstr("write 'pid in (80,443)' for a process, or 'sport in (80,443)' for a port"));
  for (const char* word : {"8080/tcp", ":8080", "8000-8999", "10.0.0.1", "", "1,"})
    EXPECT_EQ(text('p', word), "") << word;
}

TEST(Clashes, ANameBehindUIsAUser) {
  EXPECT_THAT(text('u', "www-data"), HasSubstr("write user=www-data "));
  EXPECT_THAT(text('u', "www-data,root"), HasSubstr("write 'user in (www-data,root)' "));
  EXPECT_THAT(text('u', "^root"), HasSubstr("write 'user!=root' "));
  EXPECT_THAT(text('u', "^root,lp"), HasSubstr("write 'user not in (root,lp)' "));
}

TEST(Clashes, ANameBehindCIsAProcess) { EXPECT_THAT(text('c', "nginx"), HasSubstr("write proc=nginx ")); }

TEST(Clashes, WordsOfTheFilterAndCommandsAreNoNames) {
  for (const char* word : {"sport", "src", "tcp", "state", "not", "established", "connected", "list", "summary",
                           "watch", "8080", ":53", "10.0.0.0/8", "[::1]", "@x", "/run/x", "(", "sport=:53", ""}) {
    EXPECT_EQ(text('u', word), "") << word;
    EXPECT_EQ(text('c', word), "") << word;
  }
}

TEST(Clashes, AnInterfaceBehindI) {
  EXPECT_THAT(text('i', "eth0"), HasSubstr("write dev=eth0 "));
  EXPECT_THAT(text('i', "lo"), HasSubstr("ip -s link show lo"));
  EXPECT_EQ(text('i', "nginx"), "") << "an unknown word is told as that";
  EXPECT_EQ(text('i', "8080"), "");
}

TEST(Clashes, OtherLettersHaveNone) { EXPECT_EQ(clash_of('t', "1234"), nullptr); }

}  // namespace

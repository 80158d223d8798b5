// SPDX-License-Identifier: MIT
#include "model/pattern.hpp"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace {

using portscope::matches_glob;
using portscope::Pattern;

/// regcomp(3) would take all memory for them, or a second and more.
TEST(Pattern, MayNotRepeatRepetitionsForEver) {
  std::string nested = "a";
  for (int depth = 0; depth < 20; ++depth) nested = "(" + nested + ")+";
  for (const std::string& text : {"a" + std::string(30, '+'), nested, std::string("(a{1,255}){1,255}"),
                                  std::string("((a{300}){9}b+){30}"), std::string("([])]{255}){255}")})
    EXPECT_THROW(Pattern{text}, std::invalid_argument) << text;
}

TEST(Pattern, MayRepeatManyThingsOnce) {
  std::string many;
  for (int i = 0; i < 60; ++i) many += "[a-z]+-?";
  for (const std::string& text :
       {many, std::string("a{1000}"), std::string("(ab|cd){100}"), std::string("\\++"),
        std::string("[[:alpha:]+]{9}[^]+++++++++++++++++++]"), std::string("[]{9999}{9999}]")})
    EXPECT_NO_THROW(Pattern{text}) << text;
}

TEST(Pattern, IsFoundAnywhere) {
  EXPECT_TRUE(Pattern("gin").is_in("nginx"));
  EXPECT_FALSE(Pattern("^gin").is_in("nginx"));
  EXPECT_TRUE(Pattern("^(nginx|apache2)$").is_in("apache2"));
  EXPECT_TRUE(Pattern("").is_in(""));
  EXPECT_TRUE(Pattern("b").is_in(std::string_view("a\0b", 3))) << "a name may hold a NUL";
  EXPECT_FALSE(Pattern("c").is_in(std::string_view("abc", 2))) << "no byte behind the text is read";
}

TEST(Pattern, ThatIsNoneOrTooLargeIsRefused) {
  for (const char* text : {"(", "[", "a{2,1}", "((a{1,255}){1,255}){1,255}"}) {
    EXPECT_THROW(Pattern{text}, std::invalid_argument) << text;
  }
  EXPECT_THROW(Pattern{std::string(2000, 'a')}, std::invalid_argument);
}

TEST(Glob, StarsAndQuestionMarks) {
  EXPECT_TRUE(matches_glob("nginx", "nginx"));
  EXPECT_FALSE(matches_glob("nginx", "nginx2"));
  EXPECT_TRUE(matches_glob("nginx*", "nginx"));
  EXPECT_TRUE(matches_glob("*@*.service", "foo@bar.service"));
  EXPECT_TRUE(matches_glob("a?c", "abc"));
  EXPECT_FALSE(matches_glob("a?c", "ac"));
  EXPECT_TRUE(matches_glob("", ""));
  EXPECT_FALSE(matches_glob("", "x"));
  EXPECT_TRUE(matches_glob("**", ""));
  EXPECT_FALSE(matches_glob("*a*a*a*a*b", std::string(5000, 'a')));
}

}  // namespace

// SPDX-License-Identifier: MIT
#include "watch/actions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace {

using watch::Action;
using watch::Key;

TEST(Actions, EachHasItsRowAndNoKeyMeansTwoThings) {
  std::set<Key> keys;
  std::size_t expected = 0;
  for (const watch::Binding& binding : watch::bindings()) {
    EXPECT_EQ(static_cast<std::size_t>(binding.action), expected++);
    EXPECT_NE(binding.keys.front(), Key::none) << binding.help;
    for (const Key key : binding.keys) {
      EXPECT_TRUE(key == Key::none || keys.insert(key).second) << binding.spelling;
    }
  }
  EXPECT_EQ(expected, static_cast<std::size_t>(Action::quit) + 1);
}

TEST(Actions, AreFoundByTheirKeys) {
  EXPECT_EQ(watch::action_of(watch::typed('q')), Action::quit);
  EXPECT_EQ(watch::action_of(Key::page_down), Action::page_down);
  EXPECT_EQ(watch::action_of(watch::control('f')), Action::page_down);
  EXPECT_EQ(watch::action_of(watch::typed('Z')), std::nullopt);
  EXPECT_EQ(watch::action_of(Key::none), std::nullopt);
}

TEST(Actions, TheHelpHasALineForEach) {
  EXPECT_EQ(watch::help_lines().size(), watch::bindings().size());
  EXPECT_THAT(watch::help_lines(), testing::Contains("p        pause, and go on"));
}

}  // namespace

// SPDX-License-Identifier: MIT
#include "render/blocks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/golden.hpp"
#include "support/sample_snapshot.hpp"

namespace {

using testing::HasSubstr;
using testing::Not;

std::string blocks(const render::Look& look = {}) {
  const auto snapshot = sample::snapshot();
  render::View view = sample::view(snapshot, render::Layout::json);
  view.look = look;
  return sample::written([&](const render::Sink& sink) { write_blocks(view, sink); });
}

TEST(Blocks, TellEverythingInSections) { EXPECT_TRUE(golden::matches(blocks(), "blocks.txt")); }

TEST(Blocks, FitTheTerminal) {
  render::Look look;
  look.width = 40;
  EXPECT_TRUE(golden::matches(blocks(look), "blocks-40.txt"));
}

TEST(Blocks, EscapeWhatComesFromOutside) {
  const std::string text = blocks();
  EXPECT_THAT(text, HasSubstr("\\x1b"));
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
}

TEST(Blocks, CollectWhatEveryColumnNeeds) {
  using portscope::Need;
  const portscope::EnumSet<Need> needs{Need::owners, Need::process_details, Need::tcp_info, Need::memory,
                                       Need::timer,  Need::options,         Need::direction};
  EXPECT_TRUE((needs - render::block_needs()).empty());
}

}  // namespace

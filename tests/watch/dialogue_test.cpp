// SPDX-License-Identifier: MIT
#include "watch/dialogue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/watched.hpp"

namespace {

using fake::Watched;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using watch::Deed;
using watch::Effect;
using watch::Key;
using watch::Mode;
using watch::PlannedDeed;
using DialogueEffects = portscope::EnumSet<Effect>;
using Step = watch::Dialogue::Step;

const PlannedDeed killing{"8080/tcp is held:\n  nginx(100)\n", "End them? [y/N] ", [] { return "ended\n"; }};
const PlannedDeed nothing{"Nothing holds 8080/tcp.\n", {}, {}};

TEST(Dialogue, FirstTellsWhatWouldBeDone) {
  Watched view;
  view.type("K");
  EXPECT_EQ(view.effects, DialogueEffects{Effect::plan});
  EXPECT_EQ(view.state.dialogue.deed, Deed::kill);
  EXPECT_THAT(view.screen(), HasSubstr("looking who"));
  EXPECT_TRUE(view.type("y").effects.empty()) << "nothing is known yet that could be agreed to";
  view.hear(killing);
  EXPECT_THAT(view.screen(), HasSubstr("8080/tcp is held:\n  nginx(100)\n"));
  EXPECT_THAT(view.screen(), HasSubstr("End them? [y/N]"));
  EXPECT_TRUE(view.page().cursor);
}

TEST(Dialogue, OnlyYSaysYes) {
  for (const Key key : {watch::typed('n'), watch::typed('q'), Key::escape, Key::enter, watch::control('c')}) {
    Watched view;
    view.type("c").hear(killing).press({key});
    EXPECT_TRUE(view.effects.empty());
    EXPECT_EQ(view.state.mode, Mode::list);
  }
  Watched view;
  view.type("c").hear(killing);
  for (const char key : {' ', 'K', 'c', 'x', 'b', '/'}) EXPECT_TRUE(view.press({watch::typed(key)}).effects.empty());
  view.press({Key::click, 3, 3});
  EXPECT_EQ(view.state.selected, 0U);
  EXPECT_EQ(view.state.dialogue.step, Step::asking);
  EXPECT_EQ(view.type("y").effects, DialogueEffects{Effect::carry_out});
  EXPECT_THAT(view.screen(), HasSubstr("under way"));
}

TEST(Dialogue, WhatIsUnderWayIsNotBegunTwiceAndIsTold) {
  Watched view;
  view.type("K").hear(killing).type("y");
  EXPECT_TRUE(view.type("yn").press({Key::escape}).effects.empty());
  EXPECT_EQ(view.state.mode, Mode::dialogue);
  EXPECT_EQ(view.press({watch::control('c')}).effects, DialogueEffects{Effect::quit}) << "the view can be left";
  view.hear({"100 nginx ended\n8080/tcp is free.\n", {}, {}});
  EXPECT_THAT(view.screen(), HasSubstr("100 nginx ended\n8080/tcp is free.\n"));
  EXPECT_TRUE(view.type("y").effects.empty());
  EXPECT_EQ(view.press({Key::escape}).state.mode, Mode::list);
}

TEST(Dialogue, WhereNothingCanBeDoneNothingIsAsked) {
  Watched view;
  view.type("K").hear(nothing);
  EXPECT_THAT(view.screen(), Not(HasSubstr("[y/N]")));
  EXPECT_TRUE(view.type("y").effects.empty());
}

TEST(Dialogue, IsAboutOneSocket) {
  Watched view;
  view.type("bK");
  EXPECT_EQ(view.state.mode, Mode::list);
  EXPECT_THAT(view.state.notice, HasSubstr("select a socket"));
  view.take({}, watch::Continuity::new_question);
  EXPECT_TRUE(view.type("c").effects.empty());
}

TEST(Dialogue, EachHasANumberOfItsOwn) {
  Watched view;
  const auto first = view.type("K").state.dialogue.number;
  view.press({Key::escape}).type("K");
  EXPECT_NE(view.state.dialogue.number, first);
}

TEST(Dialogue, IsReadLineByLineAndGoesBackToTheDetails) {
  Watched view({8, 60});
  std::string text;
  for (int line = 1; line <= 30; ++line) text += "line " + std::to_string(line) + "\n";
  view.press({Key::enter}).type("K").hear({text, "End them? [y/N] ", [] { return ""; }});
  EXPECT_THAT(view.screen(), HasSubstr("line 1\n"));
  view.press({Key::page_down}).type("j").press({Key::wheel_down});
  EXPECT_THAT(view.screen(), Not(HasSubstr("line 1\n")));
  EXPECT_EQ(view.state.selected, 0U);
  for (int i = 0; i < 20; ++i) view.press({Key::page_down});
  EXPECT_THAT(view.screen(), HasSubstr("line 30\n"));
  EXPECT_EQ(view.type("n").state.mode, Mode::details);
}

}  // namespace

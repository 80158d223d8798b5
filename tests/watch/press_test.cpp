// SPDX-License-Identifier: MIT
#include "watch/press.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/watched.hpp"

namespace {

using fake::Watched;
using portscope::Transport;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using watch::Effect;
using watch::Grouping;
using watch::Key;
using watch::Mode;
using Effects = portscope::EnumSet<Effect>;

TEST(Press, MovesAndStopsAtTheEnds) {
  Watched view;
  EXPECT_EQ(view.state.selected, 0U);
  EXPECT_EQ(view.type("k").state.selected, 0U);
  EXPECT_EQ(view.type("jj").state.selected, 2U);
  EXPECT_EQ(view.type("j").state.selected, 2U);
  EXPECT_EQ(view.type("g").state.selected, 0U);
  EXPECT_EQ(view.type("G").state.selected, 2U);
  EXPECT_EQ(view.press({Key::page_up}).state.selected, 0U);
  EXPECT_EQ(view.press({Key::down}).state.selected, 1U);
}

TEST(Press, TheSelectionFollowsItsSocket) {
  Watched view;
  view.type("G");
  EXPECT_EQ(view.selected_port(), 5432U);
  auto next = Watched::machine(2);
  next.sockets.erase(next.sockets.begin());
  view.take(std::move(next), watch::Continuity::new_question);
  EXPECT_EQ(view.selected_port(), 5432U);
  EXPECT_EQ(view.state.selected, 1U);
}

TEST(Press, WhereTheSocketIsGoneTheSelectionStays) {
  Watched view;
  view.type("G");
  auto next = Watched::machine(2);
  next.sockets.pop_back();
  view.take(std::move(next), watch::Continuity::new_question);
  EXPECT_EQ(view.state.selected, 1U);
}

TEST(Press, SortsByEachColumnInTurnAndBack) {
  Watched view;
  for (const auto& place : view.page().headings) {
    view.type("s");
    EXPECT_EQ(view.state.sorting.field, place.field);
  }
  view.type("s");
  EXPECT_EQ(view.state.sorting.field, std::nullopt);
  view.type("S");
  EXPECT_TRUE(view.state.sorting.descending);
  view.type("g");
  EXPECT_EQ(view.selected_port(), 5432U);
}

TEST(Press, RatesAreSortedFromTheHighest) {
  Watched view({24, 120});
  for (std::size_t i = 0; i <= 5; ++i) view.type("s");
  ASSERT_EQ(view.state.sorting.field->column, nullptr);
  EXPECT_TRUE(view.state.sorting.descending);
}

TEST(Press, GroupsFoldAndUnfold) {
  Watched view;
  view.type(" ");
  EXPECT_EQ(view.state.grouping, Grouping::process);
  EXPECT_THAT(view.arrangement.rows, SizeIs(2));
  EXPECT_EQ(view.arrangement.groups[0].name, "nginx(100)");
  EXPECT_EQ(view.arrangement.groups[0].sockets, 2U);
  view.type(" ");
  EXPECT_THAT(view.arrangement.rows, SizeIs(4));
  view.type("j ");
  EXPECT_THAT(view.arrangement.rows, SizeIs(2)) << "a socket folds the group it is in";
  EXPECT_EQ(view.state.selected, 0U);
  view.press({Key::enter});
  EXPECT_THAT(view.arrangement.rows, SizeIs(4)) << "Enter unfolds, too";
  EXPECT_EQ(view.state.mode, Mode::list);
}

TEST(Press, GroupsByEverythingInTurn) {
  Watched view;
  std::vector<Grouping> seen;
  for (int i = 0; i < 5; ++i) seen.push_back(view.type("b").state.grouping);
  EXPECT_THAT(seen,
              testing::ElementsAre(Grouping::process, Grouping::port, Grouping::peer, Grouping::state, Grouping::none));
}

TEST(Press, TogglesAskAnotherQuestion) {
  Watched view;
  EXPECT_TRUE(view.type("t").effects.contains(Effect::ask));
  EXPECT_EQ(view.state.wishes.transports, portscope::EnumSet<Transport>{Transport::tcp});
  view.type("ux");
  EXPECT_EQ(view.state.wishes.transports,
            (portscope::EnumSet<Transport>{Transport::tcp, Transport::udp, Transport::unix_socket}));
  view.type("tux");
  EXPECT_TRUE(view.state.wishes.transports.empty());
  view.type("l");
  EXPECT_TRUE(view.state.wishes.listening);
  view.type("e");
  EXPECT_TRUE(view.state.wishes.established && !view.state.wishes.listening);
  view.type("a");
  EXPECT_TRUE(view.state.wishes.all);
}

TEST(Press, AFilterIsAskedWhileItIsTyped) {
  Watched view;
  view.type("/80");
  EXPECT_EQ(view.state.mode, Mode::filter);
  EXPECT_EQ(view.asked.back().filter, "80");
  EXPECT_EQ(view.effects, Effects{Effect::ask});
  view.press({Key::enter});
  EXPECT_EQ(view.state.mode, Mode::list);
  EXPECT_EQ(view.state.wishes.filter, "80");
}

TEST(Press, AFilterThatMeansNothingLeavesTheListAsItIs) {
  Watched view;
  view.type("/80 wrong");
  ASSERT_TRUE(view.state.fault);
  EXPECT_EQ(view.state.wishes.filter, "80 wron") << "it was a word until then";
  EXPECT_THAT(view.screen(), HasSubstr("wrong: this is wrong"));
  view.press({Key::enter});
  EXPECT_EQ(view.state.mode, Mode::filter) << "it must be mended";
  view.press({Key::backspace});
  EXPECT_FALSE(view.state.fault);
}

TEST(Press, EscapeGivesAFilterUp) {
  Watched view;
  view.type("/80").press({Key::enter});
  view.type("/ and 1");
  view.press({Key::escape});
  EXPECT_EQ(view.state.wishes.filter, "80");
  EXPECT_EQ(view.effects, Effects{Effect::ask});
}

TEST(Press, AFilterIsEditedByLettersAndWords) {
  Watched view;
  view.type("/ab c");
  view.press({static_cast<Key>(0xe9)}).press({static_cast<Key>(0x1f600)});
  EXPECT_EQ(view.state.edited, "ab cé😀");
  view.press({Key::backspace}).press({Key::backspace});
  EXPECT_EQ(view.state.edited, "ab c");
  view.press({watch::control('w')});
  EXPECT_EQ(view.state.edited, "ab ");
  view.press({watch::control('u')});
  EXPECT_EQ(view.state.edited, "");
  EXPECT_EQ(view.type("q").state.edited, "q") << "keys are letters there";
}

TEST(Press, DetailsOpenAndClose) {
  Watched view;
  view.press({Key::enter});
  EXPECT_EQ(view.state.mode, Mode::details);
  EXPECT_TRUE(view.state.details);
  EXPECT_THAT(view.screen(), HasSubstr("tcp listen 0.0.0.0:80\nidentity\n"));
  view.type("jj");
  EXPECT_THAT(view.screen(), HasSubstr("tcp listen 127.0.0.1:5432\nidentity\n"));
  view.press({Key::escape});
  EXPECT_EQ(view.state.mode, Mode::list);
  EXPECT_FALSE(view.state.details);
}

TEST(Press, HelpIsReadPageByPage) {
  Watched view({12, 40});
  view.type("?");
  EXPECT_THAT(view.screen(), HasSubstr("the row above"));
  EXPECT_THAT(view.screen(), Not(HasSubstr("q ^C")));
  view.press({Key::end});
  EXPECT_THAT(view.screen(), HasSubstr("q ^C     quit"));
  view.press({Key::escape});
  EXPECT_EQ(view.state.mode, Mode::list);
}

TEST(Press, GoesFromChangeToChange) {
  Watched view;
  view.type("n");
  EXPECT_THAT(view.state.notice, HasSubstr("nothing changed"));
  auto next = Watched::machine(2);
  next.sockets[1].state = portscope::State::close_wait;
  next.sockets.pop_back();
  view.take(std::move(next));
  EXPECT_EQ(view.type("n").selected_port(), 80U);
  EXPECT_EQ(view.state.selected, 1U);
  EXPECT_EQ(view.type("n").selected_port(), 5432U) << "what was closed, too";
  EXPECT_EQ(view.type("N").state.selected, 1U);
}

TEST(Press, PausesAndGoesOn) {
  Watched view;
  EXPECT_THAT(view.type("p").screen(), HasSubstr("PAUSED"));
  EXPECT_FALSE(view.type("p").state.paused);
}

TEST(Press, TheIntervalChangesInSteps) {
  Watched view;
  EXPECT_EQ(view.type("+").state.interval, std::chrono::seconds(2));
  EXPECT_EQ(view.type("--").state.interval, std::chrono::milliseconds(500));
  EXPECT_EQ(view.type("----------").state.interval, std::chrono::milliseconds(100));
}

TEST(Press, AClickSortsSelectsAndOpens) {
  Watched view;
  const auto place = view.page().headings.at(2);
  view.press({Key::click, 1, place.begin});
  EXPECT_EQ(view.state.sorting.field->heading, "LOCAL");
  view.press({Key::click, 3, 5});
  EXPECT_EQ(view.state.selected, 1U);
  EXPECT_EQ(view.state.mode, Mode::list);
  view.press({Key::click, 3, 5});
  EXPECT_EQ(view.state.mode, Mode::details);
  view.press({Key::escape}).press({Key::click, 20, 5});
  EXPECT_EQ(view.state.selected, 1U) << "there is no row";
  view.press({Key::wheel_down});
  EXPECT_EQ(view.state.selected, 2U);
}

TEST(Press, AnEmptyListBearsEveryKey) {
  Watched view;
  view.take({}, watch::Continuity::new_question);
  EXPECT_THAT(view.arrangement.rows, IsEmpty());
  for (const watch::Binding& binding : watch::bindings()) {
    if (binding.action == watch::Action::filter) continue;
    view.press({binding.keys.front()});
    EXPECT_FALSE(view.screen().empty());
  }
  EXPECT_TRUE(view.effects.contains(Effect::quit));
}

TEST(Press, DetailsStayOpenWhileAFilterIsTyped) {
  Watched view;
  view.press({Key::enter}).type("/80").press({Key::enter});
  EXPECT_EQ(view.state.mode, Mode::details);
}

TEST(Press, APinnedSocketStaysOnTopOfAnyOrder) {
  Watched view;
  view.type("Gw");
  EXPECT_EQ(view.state.selected, 0U) << "the selection goes with it";
  EXPECT_EQ(view.selected_port(), 5432U);
  EXPECT_THAT(view.screen(), HasSubstr("\n ^tcp"));
  view.type("S");
  EXPECT_EQ(view.type("g").selected_port(), 5432U);
  view.type("b");
  EXPECT_EQ(view.type("g").selected_port(), 5432U) << "above the groups";
  EXPECT_EQ(view.arrangement.groups.size(), 1U) << "and in none of them";
  EXPECT_THAT(view.type("jw").state.notice, HasSubstr("only a socket"));
  view.type("gw");
  EXPECT_EQ(view.arrangement.pinned, 0U);
  EXPECT_THAT(view.screen(), Not(HasSubstr("^")));
}

TEST(Press, WhatIsPinnedIsSeenFromEverywhere) {
  auto many = Watched::machine();
  for (std::uint16_t port = 1; port <= 50; ++port) {
    auto server = fake::listener("127.0.0.2", port);
    server.cookie = 100U + port;
    many.sockets.push_back(server);
  }
  Watched view({10, 60}, std::move(many));
  view.type("w").type("G");
  EXPECT_THAT(view.screen(), HasSubstr("\n ^tcp"));
  EXPECT_THAT(view.screen(), HasSubstr("127.0.0.2:50 "));
  view.press({Key::click, 2, 5});
  EXPECT_EQ(view.state.selected, 0U) << "the line of the pinned row";
  EXPECT_THAT(view.screen(), HasSubstr("127.0.0.2:50 ")) << "nothing else moves";
  view.type("j").press({Key::click, 3, 5});
  EXPECT_EQ(view.state.selected, 1U);
  view.type("G").type("g");
  EXPECT_EQ(view.state.top, 0U);
}

TEST(Press, PortsHaveNames) {
  Watched view;
  EXPECT_THAT(view.type("d").screen(), HasSubstr(" 0.0.0.0:http "));
  EXPECT_THAT(view.screen(), HasSubstr("10.0.0.1:http"));
  EXPECT_THAT(view.screen(), HasSubstr("10.0.0.2:4000")) << "this one has none";
  EXPECT_THAT(view.screen(), HasSubstr("pg\\x1b[1m")) << "services(5) steers nothing, either";
  EXPECT_THAT(view.type("d").screen(), HasSubstr(" 0.0.0.0:80 "));
}

}  // namespace

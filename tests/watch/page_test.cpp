// SPDX-License-Identifier: MIT
#include "watch/page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/text.hpp"
#include "support/watched.hpp"

namespace {

using fake::Watched;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Page, ShowsStatusHeadingsRowsAndKeys) {
  Watched view({8, 100});
  view.state.wishes.rates = false;
  view.status.road = portscope::OwnerRoad::bpf;
  view.status.took = std::chrono::milliseconds(12);
  const std::string screen = view.screen();
  EXPECT_THAT(screen, StartsWith("1-3 of 3  every 1s  took 12ms  owners by bpf  no rates"));
  EXPECT_THAT(screen, HasSubstr("  PROTO   STATE        LOCAL           PEER           PROCESS\n"
                                "  tcp     listen       0.0.0.0:80      -              nginx(100)\n"
                                "  tcp     established  10.0.0.1:80     10.0.0.2:4000  nginx(100)\n"
                                "  tcp     listen       127.0.0.1:5432  -              postgres(200)\n"));
  EXPECT_THAT(screen, HasSubstr("? help  q quit"));
}

TEST(Page, FitsAnySize) {
  for (std::size_t columns = 1; columns <= 120; columns += 7) {
    for (const std::size_t lines : {1U, 2U, 3U, 5U, 10U, 40U}) {
      Watched view({lines, columns});
      view.state.wishes.filter = "something long to look for";
      for (const char* keys : {"", " ", "?", "?\n", "/x"}) {
        view.type(keys);
        const watch::Page page = view.page();
        EXPECT_LE(page.lines.size(), lines);
        for (const watch::Line& line : page.lines) {
          std::size_t width = 0;
          for (const watch::Piece& piece : line.pieces) width += render::display_width(piece.text);
          EXPECT_LE(width, std::max<std::size_t>(columns, 3)) << columns << "x" << lines << " " << keys;
        }
      }
    }
  }
}

TEST(Page, MarksAreSeenWithoutColoursToo) {
  Watched view({8, 80});
  auto next = Watched::machine(2);
  next.sockets[0].cookie = 99;
  next.sockets[1].state = portscope::State::close_wait;
  view.take(std::move(next));
  const std::string screen = view.screen();
  EXPECT_THAT(screen, HasSubstr("\n+ tcp     listen      0.0.0.0:80"));
  EXPECT_THAT(screen, HasSubstr("\n- tcp     listen      0.0.0.0:80"));
  EXPECT_THAT(screen, HasSubstr("\n* tcp     close_wait  10.0.0.1:80"));
}

TEST(Page, NamesFromOutsideSteerNothing) {
  Watched view({12, 100});
  auto evil = Watched::machine(2);
  evil.processes[0].name = evil.strings.intern("a\x1b[31m\n\xff\xe2\x80\xae");
  view.take(std::move(evil), watch::Continuity::new_question);
  for (const char* keys : {"", " ", " ", "b", "bbb"}) {
    view.type(keys);
    EXPECT_THAT(view.screen(), Not(HasSubstr("\x1b")));
    EXPECT_THAT(view.screen(), Not(HasSubstr("\xff")));
    EXPECT_THAT(view.screen(), Not(HasSubstr("\xe2\x80\xae")));
  }
  view.press({watch::Key::enter});
  EXPECT_THAT(view.screen(), Not(HasSubstr("\x1b")));
  EXPECT_THAT(watch::row_text(view.content, view.arrangement, view.fields(), 0), Not(HasSubstr("\x1b")));
}

TEST(Page, WhatIsTypedSteersNothing) {
  Watched view;
  view.type("/").press({static_cast<watch::Key>(0x9b)});
  EXPECT_THAT(view.screen(), HasSubstr("/\\u009b"));
  ASSERT_TRUE(view.page().cursor);
}

TEST(Page, HiddenOwnersAndTroubleAreTold) {
  Watched view({8, 120});
  auto next = Watched::machine(2);
  next.gaps.push_back({portscope::Gap::What::owners, std::nullopt, "EACCES", 2, "run as root"});
  view.take(std::move(next), watch::Continuity::new_question);
  EXPECT_THAT(view.screen(), HasSubstr("2 owners hidden"));
  view.status.trouble = "no socket table can be read";
  EXPECT_THAT(view.screen(), StartsWith("no socket table can be read"));
}

TEST(Page, WhereTheKernelHasNoCountersThereIsNoZero) {
  Watched view({8, 120});
  EXPECT_THAT(view.screen(), HasSubstr("SENT/S"));
  EXPECT_THAT(view.screen(), HasSubstr("postgres(200)        -"));
}

TEST(Page, ATerminalWithoutUtf8GetsNoOtherSigns) {
  Watched view({10, 60});
  view.type(" s");
  for (const char c : view.screen(watch::Charset::ascii)) EXPECT_LT(static_cast<unsigned char>(c), 0x80);
}

TEST(Padded, CutsAndFills) {
  using watch::Charset;
  EXPECT_EQ(watch::padded("ab", 4, false, Charset::utf8), "ab  ");
  EXPECT_EQ(watch::padded("ab", 4, true, Charset::utf8), "  ab");
  EXPECT_EQ(watch::padded("abcdef", 4, false, Charset::utf8), "abc…");
  EXPECT_EQ(watch::padded("abcdef", 4, false, Charset::ascii), "abc~");
  EXPECT_EQ(watch::padded("日本語", 4, false, Charset::utf8), "日… ");
  EXPECT_EQ(watch::padded("ab", 0, false, Charset::utf8), "");
  EXPECT_EQ(watch::padded("127.0.0.1:5432", 9, false, Charset::utf8, render::Cut::middle), "127.…5432")
      << "a port is kept";
}

}  // namespace

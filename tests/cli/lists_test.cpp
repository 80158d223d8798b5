// SPDX-License-Identifier: MIT
#include "cli/lists.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/nearest.hpp"
#include "support/command_line.hpp"
#include "support/printers.hpp"

namespace {

using fake::error_of;
using fake::marked;
using portscope::EnumSet;
using portscope::Transport;
using testing::HasSubstr;

TEST(Lists, ProtocolsByNameAndGroup) {
  EXPECT_EQ(cli::parse_transports("tcp,udp"), (EnumSet<Transport>{Transport::tcp, Transport::udp}));
  EXPECT_EQ(cli::parse_transports("inet"), portscope::inet_transports);
  EXPECT_EQ(cli::parse_transports("inet,unix"),
            portscope::inet_transports | EnumSet<Transport>{Transport::unix_socket});
  EXPECT_EQ(cli::parse_transports("all"), portscope::every<Transport>());
}

TEST(Lists, AWrongProtocolIsMarkedInTheList) {
  const auto error = error_of([] { cli::parse_transports("tcp,udb,raw"); });
  EXPECT_THAT(error.what(), HasSubstr("'udb' is no protocol; did you mean udp?"));
  EXPECT_EQ(error.mark().begin, 4U);
  EXPECT_EQ(marked(error), "udb");
}

TEST(Lists, AnEmptyWordIsWrong) {
  for (const char* list : {"", "tcp,", ",tcp", "tcp,,udp"}) {
    EXPECT_THROW(cli::parse_transports(list), cli::UsageError) << list;
  }
  EXPECT_THROW(cli::parse_columns(""), cli::UsageError);
  EXPECT_THROW(cli::parse_sort("local,"), cli::UsageError);
  EXPECT_THROW(cli::parse_sort("-"), cli::UsageError);
}

TEST(Lists, ColumnsKeepTheirOrder) {
  const auto columns = cli::parse_columns("state,local");
  ASSERT_EQ(columns.size(), 2U);
  EXPECT_EQ(columns[0]->name, "state");
  EXPECT_EQ(columns[1]->name, "local");
}

TEST(Lists, AColumnTwiceIsAnErrorBecauseJsonHasEachKeyOnce) {
  const auto error = error_of([] { cli::parse_columns("state,local,state"); });
  EXPECT_THAT(error.what(), HasSubstr("named twice"));
  EXPECT_EQ(error.mark().begin, 12U);
}

TEST(Lists, AWrongColumnBringsTheNearest) {
  const auto error = error_of([] { cli::parse_columns("locl"); });
  EXPECT_THAT(error.what(), HasSubstr("did you mean local?"));
}

TEST(Lists, SortKeysMayBeReversed) {
  const auto keys = cli::parse_sort("user,-recv_queue");
  ASSERT_EQ(keys.size(), 2U);
  EXPECT_FALSE(keys[0].descending);
  EXPECT_TRUE(keys[1].descending);
  EXPECT_EQ(keys[1].column->name, "recv_queue");
  EXPECT_EQ(marked(error_of([] { cli::parse_sort("-recvq"); })), "recvq");
}

TEST(Lists, SourcesByName) {
  EXPECT_EQ(cli::parse_source("auto"), portscope::SourceChoice::any);
  EXPECT_EQ(cli::parse_source("netlink"), portscope::SourceChoice::netlink);
  EXPECT_THAT(error_of([] { cli::parse_source("netlnk"); }).what(), HasSubstr("did you mean netlink?"));
  EXPECT_EQ(cli::parse_owner_road("pinned"), portscope::OwnerRoad::pinned);
  EXPECT_THAT(error_of([] { cli::parse_owner_road("pined"); }).what(), HasSubstr("did you mean pinned?"));
}

TEST(DidYouMean, OnlyWhatIsNear) {
  EXPECT_EQ(portscope::did_you_mean("jso", {"json", "jsonl"}, "--"), "; did you mean --json?");
  EXPECT_EQ(portscope::did_you_mean("xyzzy", {"json", "jsonl"}), "");
  EXPECT_EQ(portscope::did_you_mean("", {"json"}), "");
  EXPECT_EQ(portscope::did_you_mean(std::string(5000, 'x'), {"json"}), "");
}

TEST(DidYouMean, TwoLettersSwappedAreOneMistake) {
  EXPECT_EQ(portscope::did_you_mean("lsiten", {"lasten", "listen"}), "; did you mean listen?");
  EXPECT_EQ(portscope::did_you_mean("listne", {"lists", "listen"}), "; did you mean listen?");
  EXPECT_EQ(portscope::did_you_mean("ilstne", {"listen"}), "; did you mean listen?") << "twice";
}

TEST(DidYouMean, OneMistakeOfAnyKindIsNearerThanTwo) {
  for (const char* typed : {"tpc", "tccp", "tc", "tcb"}) {
    EXPECT_EQ(portscope::did_you_mean(typed, {"udp", "tcp"}), "; did you mean tcp?") << typed;
  }
}

}  // namespace

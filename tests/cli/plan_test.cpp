// SPDX-License-Identifier: MIT
#include "cli/plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/command_line.hpp"
#include "support/printers.hpp"

namespace {

using cli::Plan;
using cli::Terminal;
using fake::planned;
using portscope::EnumSet;
using portscope::every;
using portscope::Family;
using portscope::Need;
using portscope::Selection;
using portscope::State;
using portscope::Transport;
using testing::HasSubstr;

using States = EnumSet<State>;
using Transports = EnumSet<Transport>;

Selection planned_selection(const std::vector<std::string>& words) { return planned(words).request.selection; }

States all_but_time_wait() { return every<State>() - States{State::time_wait}; }

TEST(Plan, WithoutAWordEveryInetSocketButTimeWait) {
  const Selection chosen = planned_selection({});
  EXPECT_EQ(chosen.transports, portscope::inet_transports);
  EXPECT_EQ(chosen.states, all_but_time_wait());
  EXPECT_EQ(chosen.families, every<Family>());
  EXPECT_FALSE(chosen.listening_only);
  EXPECT_TRUE(chosen.filter.is_everything());
}

TEST(Plan, TulpnIsListenersOfTcpAndUdp) {
  const Selection chosen = planned_selection({"-tulpn"});
  EXPECT_EQ(chosen.transports, (Transports{Transport::tcp, Transport::udp}));
  EXPECT_TRUE(chosen.listening_only);
  EXPECT_TRUE(chosen.states.contains(State::listen) && chosen.states.contains(State::unconnected));
  EXPECT_FALSE(chosen.states.contains(State::established));
  EXPECT_FALSE(chosen.states.contains(State::bound));
  EXPECT_EQ(chosen, planned_selection({"-n", "-p", "-u", "-t", "-l"}));
}

TEST(Plan, TanpIsEveryStateOfTcp) {
  const Selection chosen = planned_selection({"-tanp"});
  EXPECT_EQ(chosen.transports, Transports{Transport::tcp});
  EXPECT_EQ(chosen.states, every<State>());
  EXPECT_FALSE(chosen.listening_only);
}

TEST(Plan, AnIsEveryStateOfAllOfIp) {
  const Selection chosen = planned_selection({"-an"});
  EXPECT_EQ(chosen.transports, portscope::inet_transports);
  EXPECT_EQ(chosen.states, every<State>());
}

TEST(Plan, XlpIsUnixListeners) {
  const Selection chosen = planned_selection({"-xlp"});
  EXPECT_EQ(chosen.transports, Transports{Transport::unix_socket});
  EXPECT_TRUE(chosen.listening_only);
  EXPECT_TRUE(chosen.states.contains(State::listen));
}

TEST(Plan, AllWinsOverListen) {
  const Selection chosen = planned_selection({"-la"});
  EXPECT_FALSE(chosen.listening_only);
  EXPECT_EQ(chosen.states, every<State>());
}

TEST(Plan, SIsASummaryOfEverything) {
  const Plan summary = planned({"-s"});
  EXPECT_EQ(summary.answer, Plan::Answer::summary);
  EXPECT_EQ(summary.request.selection.states, every<State>());
  EXPECT_TRUE(summary.request.needs.contains(Need::owners));
  EXPECT_FALSE(planned({"-sq"}).request.needs.contains(Need::owners));
  EXPECT_EQ(planned({"summary"}).answer, Plan::Answer::summary);
  EXPECT_EQ(planned({"list", "8080"}).answer, Plan::Answer::sockets);
  EXPECT_FALSE(planned({"list", "8080"}).request.selection.filter.is_everything());
}

TEST(Plan, ASummaryIsNoListOfRows) {
  EXPECT_THROW(planned({"-s", "--csv"}), cli::UsageError);
  EXPECT_THROW(planned({"summary", "--jsonl"}), cli::UsageError);
  EXPECT_NO_THROW(planned({"-s", "--json"}));
}

TEST(Plan, BIsWhatIsBoundAndNoMore) {
  EXPECT_EQ(planned_selection({"-B"}).states, States{State::bound});
  EXPECT_FALSE(planned_selection({"-B"}).listening_only);
  const Selection both = planned_selection({"-lB"});
  EXPECT_TRUE(both.states.contains(State::bound) && both.states.contains(State::listen));
  EXPECT_EQ(planned_selection({"-aB"}).states, every<State>());
}

TEST(Plan, StateWordsChoose) {
  EXPECT_EQ(planned_selection({"state", "established"}).states, States{State::established});
  EXPECT_EQ(planned_selection({"state", "time-wait"}).states, States{State::time_wait})
      << "asked for by name, so shown";
  EXPECT_EQ(planned_selection({"state", "listen", "state", "estab"}).states,
            (States{State::listen, State::established}));
  EXPECT_EQ(planned_selection({"state", "all"}).states, every<State>());
}

TEST(Plan, ExcludeWordsTakeAway) {
  EXPECT_EQ(planned_selection({"exclude", "listen"}).states, all_but_time_wait() - States{State::listen});
  EXPECT_EQ(planned_selection({"-a", "exclude", "time-wait"}).states, all_but_time_wait());
  EXPECT_EQ(planned_selection({"state", "all", "exclude", "bucket"}).states,
            (every<State>() - States{State::time_wait, State::syn_received}));
}

TEST(Plan, OnlyAFilterThatNamesStatesReplacesTheUsualOnes) {
  EXPECT_TRUE(planned_selection({"state", "time-wait", "or", "port", "80"}).states.contains(State::time_wait));
  EXPECT_FALSE(planned_selection({"not", "state", "listen"}).states.contains(State::time_wait));
  EXPECT_TRUE(planned_selection({"not", "(", "not", "state", "time-wait", ")"}).states.contains(State::time_wait));
  EXPECT_TRUE(planned_selection({"not", "exclude", "time-wait"}).states.contains(State::time_wait));
}

TEST(Plan, TheFilterBringsTheProtocolsItNames) {
  EXPECT_EQ(planned_selection({"proto", "unix"}).transports, Transports{Transport::unix_socket});
  EXPECT_EQ(planned_selection({"rtt", ">", "5ms"}).transports, Transports{Transport::tcp});
  EXPECT_EQ(planned_selection({"-t", "/run/x.sock"}).transports, Transports{Transport::unix_socket});
  EXPECT_EQ(planned_selection({"family", "ipv6", "tcp"}).families, portscope::EnumSet<Family>{Family::ipv6});
}

TEST(Plan, WhatCanNeverBeIsAnError) {
  EXPECT_THAT(fake::error_of([] {
                planned({"-u", "state", "listen"});
              }).what(),
              HasSubstr("no socket can match this filter: only udp sockets are asked for"));
  EXPECT_THAT(fake::error_of([] {
                planned({"-l", "state", "established", "tcp"});
              }).what(),
              HasSubstr("only listening sockets are asked for"));
}

TEST(Plan, StateWordsWithoutAStateAreErrors) {
  const auto missing = fake::error_of([] { planned({"state"}); });
  EXPECT_THAT(missing.what(), HasSubstr("a state must follow"));
  const auto wrong = fake::error_of([] { planned({"state", "listne"}); });
  EXPECT_THAT(wrong.what(), HasSubstr("did you mean listen?"));
  EXPECT_EQ(fake::marked(wrong), "listne");
}

TEST(Plan, UnknownWordsAreErrorsWithTheNearestWord) {
  const auto error = fake::error_of([] { planned({"exclud", "listen"}); });
  EXPECT_THAT(error.what(), HasSubstr("did you mean exclude?"));
}

TEST(Plan, FourAndSixChooseFamiliesOfIp) {
  EXPECT_FALSE(planned_selection({"-4"}).families.contains(Family::ipv6));
  EXPECT_TRUE(planned_selection({"-4"}).families.contains(Family::ipv4));
  EXPECT_EQ(planned_selection({"-4"}).transports, portscope::inet_transports);
  EXPECT_EQ(planned_selection({"-4", "-6"}).families, every<Family>());
  EXPECT_EQ(planned_selection({"-f", "inet6", "-t"}).families.contains(Family::ipv4), false);
  EXPECT_EQ(planned_selection({"-f", "inet6", "-t"}).transports, Transports{Transport::tcp});
}

TEST(Plan, UnixMustBeAskedFor) {
  EXPECT_EQ(planned_selection({"-f", "unix"}).transports, Transports{Transport::unix_socket});
  EXPECT_EQ(planned_selection({"-A", "all"}).transports, every<Transport>());
  EXPECT_TRUE(planned_selection({"/run/x.sock"}).transports.contains(Transport::unix_socket));
  EXPECT_TRUE(planned_selection({"@abstract"}).transports.contains(Transport::unix_socket));
  EXPECT_EQ(planned_selection({"-4x"}).transports, Transports{Transport::unix_socket});
  EXPECT_TRUE(planned_selection({"-4x"}).families.contains(Family::unix_socket));
}

TEST(Plan, JsonNeedsEverythingItsKeysTell) {
  const auto needs = planned({"--json"}).request.needs;
  for (const Need need : {Need::owners, Need::process_details, Need::users, Need::interfaces, Need::cgroups, Need::host,
                          Need::netns, Need::drops}) {
    EXPECT_TRUE(needs.contains(need)) << static_cast<int>(need);
  }
}

TEST(Plan, ColumnsBringTheirNeedsAndOnlyThose) {
  EXPECT_TRUE(planned({"-C", "transport,state"}).request.needs.empty());
  EXPECT_TRUE(planned({"-C", "exe"}).request.needs == (EnumSet<Need>{Need::owners, Need::process_details}));
  EXPECT_TRUE(planned({"-C", "state", "--sort", "user"}).request.needs.contains(Need::users));
}

TEST(Plan, QuietCollectsNoOwnersUnlessStrict) {
  EXPECT_FALSE(planned({"-q"}).request.needs.contains(Need::owners));
  EXPECT_TRUE(planned({"-q", "--strict"}).request.needs.contains(Need::owners));
}

TEST(Plan, ListenersHaveAnotherTableThanConnections) {
  const auto has = [](const Plan& chosen, const char* name) {
    return std::find(chosen.columns.begin(), chosen.columns.end(), render::find_column(name)) != chosen.columns.end();
  };
  EXPECT_TRUE(has(planned({"-l"}), "listen"));
  EXPECT_FALSE(has(planned({"-l"}), "state"));
  EXPECT_TRUE(has(planned({"-a"}), "state"));
  EXPECT_TRUE(has(planned({"-le"}), "cookie"));
  EXPECT_FALSE(has(planned({"-l"}), "cookie"));
  EXPECT_EQ(planned({"-C", "state,local"}).columns.size(), 2U);
  EXPECT_TRUE(planned({"-C", "state"}).columns_chosen);
}

TEST(Plan, TheLastFormatWins) {
  EXPECT_EQ(planned({}).format->name, "table");
  EXPECT_EQ(planned({"--json", "--csv"}).format->name, "csv");
  EXPECT_EQ(planned({"--format", "tsv"}).format->name, "tsv");
  EXPECT_THROW(planned({"--format", "xml"}), cli::UsageError);
  EXPECT_EQ(planned({"--json", "--pretty"}).look.json, render::JsonStyle::indented);
}

Terminal terminal(bool no_color = false, bool force_color = false) { return {true, 100, no_color, force_color}; }
Terminal pipe(bool no_color = false, bool force_color = false) { return {false, {}, no_color, force_color}; }

TEST(Color, FollowsTheTerminal) {
  EXPECT_TRUE(planned({}, terminal()).look.color);
  EXPECT_FALSE(planned({}, pipe()).look.color);
}

TEST(Color, TheOptionThenNoColorThenForceThenTheTerminal) {
  EXPECT_TRUE(planned({"--color", "always"}, pipe(true)).look.color);
  EXPECT_FALSE(planned({"--color", "never"}, terminal(false, true)).look.color);
  EXPECT_FALSE(planned({}, terminal(true, true)).look.color);
  EXPECT_FALSE(planned({"--color", "auto"}, terminal(true)).look.color);
  EXPECT_TRUE(planned({}, pipe(false, true)).look.color);
  EXPECT_THROW(planned({"--color", "sometimes"}), cli::UsageError);
}

TEST(Color, AFileIsNoTerminal) {
  EXPECT_FALSE(planned({"--output", "x"}, terminal()).look.color);
  EXPECT_EQ(planned({"--output", "x"}, terminal()).look.width, std::nullopt);
}

TEST(Plan, OnlyATerminalCutsAndCounts) {
  EXPECT_EQ(planned({}, terminal()).look.width, 100U);
  EXPECT_EQ(planned({}, pipe()).look.width, std::nullopt);
  EXPECT_TRUE(planned({}, terminal()).look.footer);
  EXPECT_TRUE(planned({}, terminal()).request.needs.contains(Need::time_wait_count));
  EXPECT_FALSE(planned({}, pipe()).request.needs.contains(Need::time_wait_count));
  EXPECT_FALSE(planned({"-a"}, terminal()).request.needs.contains(Need::time_wait_count));
  EXPECT_FALSE(planned({"-l"}, terminal()).look.footer);
}

TEST(Plan, AnswersThatNeedNoSocketComeFirst) {
  EXPECT_THAT(planned({"--help"}).text.value(), HasSubstr("usage:"));
  EXPECT_THAT(planned({"--version", "no-such-word"}).text.value(), HasSubstr("portscope"));
  EXPECT_THAT(planned({"--list-columns"}).text.value(), HasSubstr("local_address"));
  EXPECT_FALSE(planned({}).text);
}

TEST(Plan, AnEmptyFileNameIsAnError) { EXPECT_THROW(planned({"--output="}), cli::UsageError); }

TEST(Plan, TheSourceIsChosenByName) {
  EXPECT_EQ(planned({}).request.source, portscope::SourceChoice::any);
  EXPECT_EQ(planned({"--source", "proc"}).request.source, portscope::SourceChoice::proc);
  EXPECT_THROW(planned({"--source", "ebpf"}), cli::UsageError);
}

TEST(Plan, WithoutOwnersNothingIsCollectedOrShownOfThem) {
  for (const auto& words : {std::vector<std::string>{"--owners", "none"},
                            {"--owners", "none", "-j"},
                            {"--owners", "none", "-q", "--strict"}}) {
    const auto plan = planned(words);
    EXPECT_FALSE(plan.request.needs.contains(Need::owners));
    for (const render::Column* column : plan.columns)
      EXPECT_FALSE(column->needs.contains(Need::owners)) << column->name;
  }
}

TEST(Plan, WhatNeedsOwnersDoesNotGoWithNone) {
  for (const auto& words :
       {std::vector<std::string>{"-C", "owners"}, {"--sort", "pid"}, {"--options"}, {"-s"}, {"proc=nginx"}}) {
    std::vector<std::string> all{"--owners", "none"};
    all.insert(all.end(), words.begin(), words.end());
    EXPECT_THROW(planned(all), cli::UsageError) << words.front();
  }
}

}  // namespace

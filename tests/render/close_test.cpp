// SPDX-License-Identifier: MIT
#include "render/close.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/golden.hpp"
#include "support/sample_snapshot.hpp"

namespace {

using portscope::CloseResult;
using portscope::Closing;
using render::CloseAnswer;

/// All sockets of the sample.
CloseAnswer answer() {
  CloseAnswer answer;
  answer.snapshot = sample::snapshot();
  answer.sockets = render::sorted(answer.snapshot, {});
  return answer;
}

std::string outcome_text(const CloseAnswer& answer) {
  return sample::written([&](const render::Sink& sink) { write_close_outcome(answer, sink); });
}

TEST(Close, ShowsWhatItIsAboutToDo) {
  const CloseAnswer all = answer();
  EXPECT_TRUE(golden::matches(sample::written([&](const render::Sink& sink) { write_close_plan(all, {}, sink); }),
                              "close-plan.txt"));
}

TEST(Close, NothingIsSaidToBeNothing) {
  const CloseAnswer none;
  EXPECT_EQ(sample::written([&](const render::Sink& sink) { write_close_plan(none, {}, sink); }),
            "No socket matches.\n");
  EXPECT_EQ(outcome_text(none), "");
}

TEST(Close, CountsAndSaysWhyNot) {
  CloseAnswer mixed = answer();
  for (const std::uint32_t position : mixed.sockets) {
    const auto transport = mixed.snapshot.sockets[position].transport;
    const bool is_unix = transport == portscope::Transport::unix_socket;
    mixed.closed.push_back({position, is_unix ? Closing::unsupported : Closing::closed, is_unix ? "EOPNOTSUPP" : ""});
  }
  mixed.closed[0] = {mixed.sockets[0], Closing::gone, "ENOENT"};
  mixed.closed[1] = {mixed.sockets[1], Closing::denied, "EPERM"};
  mixed.closed[2] = {mixed.sockets[2], Closing::unsupported, "EOPNOTSUPP"};
  mixed.closed[3] = {mixed.sockets[3], Closing::unreachable, "ENOENT"};
  mixed.closed[4] = {mixed.sockets[4], Closing::failed, "ENOBUFS"};
  EXPECT_TRUE(golden::matches(outcome_text(mixed), "close-outcome.txt"));
}

/// Linux 5.10 answers as one without SOCK_DESTROY does.
TEST(Close, WhatWaitsIsNotTakenForALackOfTheKernels) {
  CloseAnswer waiting = answer();
  const std::uint32_t row = waiting.sockets.front();
  waiting.snapshot.sockets[row].state = portscope::State::time_wait;
  waiting.sockets = {row};
  waiting.closed = {{row, Closing::unsupported, "EOPNOTSUPP"}};
  EXPECT_THAT(outcome_text(waiting),
              testing::HasSubstr("1 not: this kernel closes no time_wait, which ends by itself."));
}

TEST(Close, JsonHasAllOfIt) {
  CloseAnswer some;
  some.snapshot = sample::snapshot();
  some.sockets = {1, 4};
  some.result = CloseResult::closed;
  some.closed = {{1, Closing::closed}, {4, Closing::unreachable, "ENOENT"}};
  render::Look look;
  look.json = render::JsonStyle::indented;
  EXPECT_TRUE(golden::matches(sample::written([&](const render::Sink& sink) { write_close_json(some, look, sink); }),
                              "close.json"));
}

}  // namespace

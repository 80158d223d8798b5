// SPDX-License-Identifier: MIT
#include "watch/errands.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>

#include <future>
#include <stdexcept>

namespace {

using watch::Dialogue;
using watch::Errands;
using watch::PlannedDeed;
using Step = Dialogue::Step;

void wait_for(const Errands& errands) {
  pollfd file{errands.descriptor(), POLLIN, 0};
  ASSERT_EQ(::poll(&file, 1, -1), 1);
}

TEST(Errands, PlansAndCarriesOut) {
  Errands errands;
  Dialogue dialogue;
  errands.plan(dialogue, [] { return PlannedDeed{"shown", "so?", [] { return "done"; }}; });
  wait_for(errands);
  dialogue = errands.take(dialogue).value();
  EXPECT_EQ(dialogue.text, "shown");
  ASSERT_EQ(dialogue.step, Step::asking);
  dialogue.step = Step::acting;
  errands.carry_out(dialogue);
  wait_for(errands);
  dialogue = errands.take(dialogue).value();
  EXPECT_EQ(dialogue.text, "done");
  EXPECT_EQ(dialogue.step, Step::told);
  EXPECT_FALSE(errands.take(dialogue)) << "once";
  EXPECT_FALSE(errands.is_busy());
}

TEST(Errands, WhatGoesWrongIsToldAndSteersNothing) {
  Errands errands;
  const Dialogue dialogue;
  errands.plan(dialogue, []() -> PlannedDeed { throw std::runtime_error("no\x1b[31m"); });
  wait_for(errands);
  EXPECT_EQ(errands.take(dialogue)->text, "no\\x1b[31m\n");
}

TEST(Errands, WhatComesTooLateIsForNobody) {
  Errands errands;
  Dialogue dialogue;
  errands.plan(dialogue, [] { return PlannedDeed{"old", "so?", [] { return "done"; }}; });
  wait_for(errands);
  ++dialogue.number;
  EXPECT_FALSE(errands.take(dialogue));
  errands.carry_out(dialogue);
  EXPECT_FALSE(errands.is_busy()) << "the old plan is not what was agreed to";
}

TEST(Worker, OfWhatIsNotedMeanwhileTheLastIsDone) {
  watch::Worker<int> worker;
  std::promise<void> begun;
  std::promise<void> goes_on;
  worker.ask([&] {
    begun.set_value();
    goes_on.get_future().wait();
    return 1;
  });
  begun.get_future().wait();
  worker.ask([] { return 2; });
  worker.ask([] { return 3; });
  EXPECT_TRUE(worker.is_busy());
  goes_on.set_value();
  int last = 0;
  while (last != 3) {
    pollfd file{worker.descriptor(), POLLIN, 0};
    ASSERT_EQ(::poll(&file, 1, -1), 1);
    last = worker.take().value_or(last);
    EXPECT_NE(last, 2);
  }
  EXPECT_FALSE(worker.is_busy());
}

}  // namespace

// SPDX-License-Identifier: MIT
#include "render/kill.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "portscope/detail_types.hpp"
#include "support/golden.hpp"
#include "support/port_scene.hpp"
#include "support/sample_snapshot.hpp"

namespace {

using fake::OwnerScene;
using portscope::EndResult;
using portscope::Fate;
using portscope::SentSignal;
using portscope::State;
using render::KillAnswer;
using testing::HasSubstr;
using testing::Not;

/// A server with a worker that shares its socket, a client, and a connection that is over.
OwnerScene machine() {
  OwnerScene scene;
  scene.process(700, "node", 1, std::string_view("node\0server.js\0", 15));
  scene.process(701, "evil\x1b[31m\n", 700, std::string_view("evil\0\xff\0", 7));
  const auto inode = scene.add(fake::listener("::", 8080));
  scene.hold(inode, 700);
  scene.hold(inode, 701);
  scene.add(fake::connection(fake::end("127.0.0.1", 8080), fake::end("127.0.0.1", 40000)));
  auto old = fake::connection(fake::end("127.0.0.1", 8080), fake::end("127.0.0.1", 40001));
  old.state = State::time_wait;
  const portscope::Timer timer{3, 0, 56001};
  old.details = scene.snapshot.details.add_value(old.details, portscope::DetailKind::timer, timer);
  scene.add(old);
  scene.snapshot.users = {{33, scene.text("www-data")}};
  return scene;
}

KillAnswer answer_of(OwnerScene scene, const std::string& target = "8080") {
  auto holders = port_owners(scene.snapshot, {});
  return {target, std::move(scene.snapshot), std::move(holders), false, EndResult::planned, {}, {}};
}

std::string plan_text(const KillAnswer& answer, const render::Look& look = {}) {
  return sample::written([&](const render::Sink& sink) { write_kill_plan(answer, look, sink); });
}

std::string outcome_text(const KillAnswer& answer) {
  return sample::written([&](const render::Sink& sink) { write_kill_outcome(answer, {}, sink); });
}

TEST(Kill, ShowsWhatItIsAboutToDo) { EXPECT_TRUE(golden::matches(plan_text(answer_of(machine())), "kill-plan.txt")); }

TEST(Kill, ShowsWhoIsRefusedAndWhatToDoInstead) {
  OwnerScene scene = machine();
  scene.snapshot.processes[0].name = scene.text("docker-proxy");
  EXPECT_TRUE(golden::matches(plan_text(answer_of(std::move(scene), "8080/tcp")), "kill-refused.txt"));
}

TEST(Kill, NothingIsSaidToBeNothing) {
  EXPECT_EQ(plan_text(answer_of({})), "Nothing holds port 8080.\n");
  OwnerScene client;
  client.add(fake::connection(fake::end("127.0.0.1", 40000), fake::end("127.0.0.1", 443)));
  EXPECT_EQ(plan_text(answer_of(std::move(client), "40000/tcp")),
            "Nothing holds 40000/tcp.\nConnections are on it, and left alone: 1 established.\n");
}

TEST(Kill, AHolderThatIsHiddenIsSaidToBe) {
  OwnerScene scene;
  scene.add(fake::listener("::", 8080));
  scene.snapshot.sockets[0].owner_status = portscope::OwnerStatus::hidden;
  const std::string text = plan_text(answer_of(std::move(scene)));
  EXPECT_THAT(text, HasSubstr("may not look into"));
  EXPECT_THAT(text, Not(HasSubstr("SIGTERM")));
}

TEST(Kill, TellsWhatBecameOfEachAndOfThePort) {
  KillAnswer answer = answer_of(machine());
  answer.result = EndResult::freed;
  answer.ended = {{0, SentSignal::terminate, Fate::ended}, {1, SentSignal::none, Fate::denied, "EPERM"}};
  answer.after = OwnerScene().snapshot;
  EXPECT_TRUE(golden::matches(outcome_text(answer), "kill-freed.txt"));
}

TEST(Kill, TellsWhoHoldsItStill) {
  KillAnswer answer = answer_of(machine());
  answer.result = EndResult::not_freed;
  answer.ended = {{0, SentSignal::terminate, Fate::holds}, {1, SentSignal::none, Fate::changed}};
  OwnerScene after = machine();
  after.process(702, "heir", 700);
  after.hold(after.snapshot.sockets[0].inode, 702);
  auto bound = fake::listener("127.0.0.1", 8080);
  bound.state = State::bound;
  after.hold(after.add(bound), 702, 4);
  answer.after = std::move(after.snapshot);
  EXPECT_TRUE(golden::matches(outcome_text(answer), "kill-left.txt"));
}

TEST(Kill, EveryFateHasItsWords) {
  KillAnswer answer = answer_of(machine());
  answer.after = OwnerScene().snapshot;
  std::set<std::string> said;
  for (std::size_t i = 0; i < portscope::Names<Fate>::list.size(); ++i) {
    answer.ended = {{0, SentSignal::terminate, static_cast<Fate>(i)}};
    EXPECT_TRUE(said.insert(outcome_text(answer)).second) << i;
  }
}

TEST(Kill, OnATerminalNoLineIsTooWide) {
  render::Look look;
  look.width = 40;
  const std::string text = plan_text(answer_of(machine()), look);
  EXPECT_THAT(text, HasSubstr("…"));
}

TEST(Kill, JsonHasAllOfIt) {
  KillAnswer answer = answer_of(machine());
  answer.result = EndResult::freed;
  answer.ended = {{0, SentSignal::terminate, Fate::ended}, {1, SentSignal::none, Fate::denied, "EPERM"}};
  answer.after = OwnerScene().snapshot;
  render::Look look;
  look.json = render::JsonStyle::indented;
  EXPECT_TRUE(golden::matches(sample::written([&](const render::Sink& sink) { write_kill_json(answer, look, sink); }),
                              "kill.json"));
}

}  // namespace

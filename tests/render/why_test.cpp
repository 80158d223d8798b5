// SPDX-License-Identifier: MIT
// Whole answers of `why`, compared with the files in tests/golden.
#include "render/why.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "portscope/detail_types.hpp"
#include "support/bind_views.hpp"
#include "support/golden.hpp"
#include "support/sample_snapshot.hpp"

namespace {

using fake::PortScene;
using portscope::State;
using portscope::Transport;
using testing::HasSubstr;
using testing::Not;

constexpr std::uint32_t inode = 777;

/// A service, and who called it; what else holds the port is counted.
void fill(PortScene& scene) {
  scene.attempt("0.0.0.0").attempt("::").probed(EADDRINUSE);
  scene.socket(fake::listener("0.0.0.0", PortScene::port), inode);
  for (std::uint16_t peer = 40001; peer < 40006; ++peer) {
    scene.socket(fake::connection(fake::end("127.0.0.1", PortScene::port), fake::end("127.0.0.1", peer)));
  }
  auto udp = fake::listener("0.0.0.0", PortScene::port);
  udp.transport = Transport::udp;
  udp.state = State::unconnected;
  scene.socket(udp, inode);
  scene.held_by(inode, 812, "nginx", "/system.slice/nginx.service");
  scene.view.next_free = 8081;
}

std::string text_of(const PortScene& scene, render::Look look = {}) {
  const auto answer = portscope::explain(scene.view);
  const render::PortTarget target{Transport::tcp, scene.view.attempts.size() > 1 ? "*" : "127.0.0.1", PortScene::port,
                                  ""};
  return sample::written([&](const render::Sink& sink) {
    render::write_why({scene.view, answer, target, look}, sink);
  });
}

TEST(Why, Blocked) {
  PortScene scene;
  fill(scene);
  EXPECT_TRUE(golden::matches(text_of(scene), "why-blocked.txt"));
  render::Look narrow;
  narrow.width = 60;
  EXPECT_TRUE(golden::matches(text_of(scene, narrow), "why-blocked-60.txt"));
}

TEST(Why, Json) {
  PortScene scene;
  fill(scene);
  const auto answer = portscope::explain(scene.view);
  render::Look look;
  look.json = render::JsonStyle::indented;
  const render::PortTarget target{Transport::tcp, "*", PortScene::port, ""};
  const auto json = sample::written([&](const render::Sink& sink) {
    render::write_why_json({scene.view, answer, target, look}, sink);
  });
  EXPECT_TRUE(golden::matches(json, "why-blocked.json"));
}

TEST(Why, Free) {
  PortScene scene;
  scene.attempt("127.0.0.1").probed(0);
  scene.socket(fake::listener("127.0.0.2", PortScene::port), inode);
  scene.held_by(inode, 812, "nginx", "/system.slice/nginx.service");
  EXPECT_TRUE(golden::matches(text_of(scene), "why-free.txt"));
}

TEST(Why, ADoubtSaysOnWhatItHinges) {
  PortScene scene;
  scene.attempt("127.0.0.1");
  scene.view.attempts.front().reuse_address = true;
  auto over = fake::connection(fake::end("127.0.0.1", PortScene::port), fake::end("127.0.0.1", 40001));
  over.state = State::time_wait;
  scene.socket(over).reuse_address = std::nullopt;
  portscope::Timer timer;
  timer.kind = 3;
  timer.expires_ms = 41200;
  auto& socket = scene.view.snapshot.sockets.front();
  socket.details = scene.view.snapshot.details.add_value(socket.details, portscope::DetailKind::timer, timer);
  EXPECT_TRUE(golden::matches(text_of(scene), "why-unknown.txt"));
}

TEST(Why, ADisagreementIsSaidPlainly) {
  PortScene scene;
  scene.attempt("127.0.0.1").probed(EADDRINUSE);
  EXPECT_THAT(text_of(scene), HasSubstr("By the rules: success. For real: bind() gave EADDRINUSE. They disagree"));
}

TEST(Why, EveryRuleHasItsSentence) {
  std::string all;
  for (std::size_t i = 0; i < portscope::Names<portscope::BindRule>::list.size(); ++i) {
    const auto rule = static_cast<portscope::BindRule>(i);
    all += std::string(name(rule)) + ": " + std::string(explanation(rule)) + "\n";
  }
  EXPECT_TRUE(golden::matches(all, "bind-rules.txt"));
}

TEST(Why, ACommandCanBeCopied) {
  PortScene scene;
  scene.attempt("127.0.0.1").probed(EADDRINUSE);
  scene.socket(fake::listener("127.0.0.1", PortScene::port), inode);
  scene.held_by(inode, 812, "app", R"(/system.slice/my\x2dapp.service)");
  EXPECT_THAT(text_of(scene), HasSubstr(R"(    systemctl stop 'my\x2dapp.service')"));
}

TEST(Why, NoNamePassesForAnotherProcess) {
  PortScene scene;
  scene.attempt("127.0.0.1").probed(EADDRINUSE);
  scene.socket(fake::listener("127.0.0.1", PortScene::port), inode);
  scene.held_by(inode, 812, "x, pid 1", "/system.slice/x.service");
  EXPECT_THAT(text_of(scene), HasSubstr("\"x, pid 1\", pid 812"));
}

TEST(Why, NoNameSteersTheTerminal) {
  PortScene scene;
  scene.attempt("127.0.0.1").probed(EADDRINUSE);
  scene.socket(fake::listener("127.0.0.1", PortScene::port), inode);
  scene.held_by(inode, 812, "a\x1b[31m\n", "/system.slice/x\x1b[0m.service");
  const std::string text = text_of(scene);
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, HasSubstr("\\x1b"));
}

}  // namespace

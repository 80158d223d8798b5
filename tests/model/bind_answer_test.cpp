// SPDX-License-Identifier: MIT
#include "model/bind_answer.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

#include "portscope/detail_types.hpp"
#include "support/bind_views.hpp"

namespace {

using fake::PortScene;
using portscope::BindAnswer;
using portscope::BindRule;
using portscope::BindVerdict;
using portscope::explain;
using portscope::State;
using portscope::Transport;
using portscope::Truth;
using testing::_;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

constexpr std::uint32_t inode = 777;

std::vector<std::string> commands(const BindAnswer& answer) {
  std::vector<std::string> result;
  for (const auto& remedy : answer.remedies) {
    if (!remedy.command.empty()) result.push_back(remedy.command);
  }
  return result;
}

std::string texts(const BindAnswer& answer) {
  std::string result;
  for (const auto& remedy : answer.remedies) result += remedy.text + "\n";
  return result;
}

bool notes(const BindAnswer& answer, BindRule rule) {
  return std::any_of(answer.notes.begin(), answer.notes.end(), [&](const auto& note) { return note.rule == rule; });
}

TEST(Explain, NothingIsThere) {
  PortScene scene;
  scene.attempt("0.0.0.0").attempt("::").probed(0);
  const BindAnswer answer = explain(scene.view);
  EXPECT_EQ(answer.verdict, BindVerdict::free);
  EXPECT_EQ(answer.error, 0);
  EXPECT_THAT(answer.notes, IsEmpty());
  EXPECT_THAT(answer.remedies, IsEmpty());
}

TEST(Explain, BothWildcardsAreOneAnswer) {
  PortScene scene;
  scene.attempt("0.0.0.0").attempt("::");
  scene.socket(fake::v6only_listener(PortScene::port), inode);
  scene.view.probes = {{true, 0, {}}, {true, EADDRINUSE, {}}};
  const BindAnswer answer = explain(scene.view);
  EXPECT_EQ(answer.verdict, BindVerdict::blocked);
  EXPECT_EQ(answer.error, EADDRINUSE);
  EXPECT_EQ(answer.foretold, EADDRINUSE);
  EXPECT_THAT(answer.blockers, SizeIs(1));
}

TEST(Explain, AMachineWithoutIpv6HasOneWildcard) {
  PortScene scene;
  scene.attempt("0.0.0.0").attempt("::");
  scene.view.probes = {{true, 0, {}}, {true, EAFNOSUPPORT, {}}};
  EXPECT_EQ(explain(scene.view).verdict, BindVerdict::free);
}

TEST(Explain, TheProbeSettlesADoubt) {
  PortScene scene;
  scene.attempt("0.0.0.0");
  scene.view.attempts.front().reuse_address = true;
  auto& holder = scene.socket(fake::listener("0.0.0.0", PortScene::port));
  scene.view.snapshot.sockets.front().state = State::time_wait;
  holder.reuse_address = std::nullopt;
  EXPECT_EQ(explain(scene.view).verdict, BindVerdict::unknown);
  scene.probed(0);
  EXPECT_EQ(explain(scene.view).verdict, BindVerdict::free);
  EXPECT_THAT(explain(scene.view).blockers, IsEmpty());
  scene.probed(EADDRINUSE);
  const BindAnswer answer = explain(scene.view);
  EXPECT_EQ(answer.verdict, BindVerdict::blocked);
  EXPECT_EQ(answer.blockers.front().conflict, Truth::yes);
  EXPECT_TRUE(answer.doubts.empty());
  EXPECT_FALSE(notes(answer, BindRule::model_disagrees)) << "a doubt is no disagreement";
}

TEST(Explain, DisagreementIsSaid) {
  PortScene scene;
  scene.attempt("0.0.0.0").probed(EADDRINUSE);
  EXPECT_TRUE(notes(explain(scene.view), BindRule::unseen_holder));
  scene.socket(fake::listener("0.0.0.0", PortScene::port), inode);
  scene.probed(0);
  EXPECT_EQ(explain(scene.view).verdict, BindVerdict::free);
  EXPECT_TRUE(notes(explain(scene.view), BindRule::model_disagrees));
  scene.view.attempts.front().reuse_port = true;
  EXPECT_TRUE(notes(explain(scene.view), BindRule::reuseport_shortcut));
}

TEST(Explain, ARightThatIsMissingIsNamed) {
  PortScene scene;
  scene.attempt("0.0.0.0", 80).probed(EACCES);
  const BindAnswer answer = explain(scene.view);
  EXPECT_EQ(answer.verdict, BindVerdict::denied);
  EXPECT_TRUE(notes(answer, BindRule::privileged_port));
  EXPECT_THAT(commands(answer), testing::Contains("sysctl -w net.ipv4.ip_unprivileged_port_start=80"));
}

TEST(Explain, NearMissesAreNotes) {
  PortScene scene;
  scene.attempt("127.0.0.1").probed(0);
  scene.socket(fake::listener("127.0.0.2", PortScene::port), inode);
  auto udp = fake::listener("127.0.0.1", PortScene::port);
  udp.transport = Transport::udp;
  udp.state = State::unconnected;
  scene.socket(udp);
  const BindAnswer answer = explain(scene.view);
  EXPECT_TRUE(notes(answer, BindRule::other_address));
  EXPECT_TRUE(notes(answer, BindRule::other_protocol));
}

TEST(Explain, SoAreOtherNamespaces) {
  PortScene scene;
  scene.attempt("127.0.0.1").probed(0);
  scene.view.elsewhere.push_back({4026532000, fake::end("::", PortScene::port), 99, portscope::StringId::none});
  const BindAnswer answer = explain(scene.view);
  EXPECT_EQ(answer.verdict, BindVerdict::free);
  ASSERT_TRUE(notes(answer, BindRule::other_namespace));
  EXPECT_THAT(answer.notes.back().text, HasSubstr("[::]:8080"));
}

TEST(Explain, SoAreNatRules) {
  PortScene scene;
  scene.attempt("0.0.0.0").probed(0);
  using From = portscope::NatRedirect::From;
  scene.view.redirects.push_back({{portscope::Family::ipv4},
                                  {From::outside},
                                  Truth::yes,
                                  portscope::Address::ipv4({172, 17, 0, 2}),
                                  80,
                                  "ip nat",
                                  "DOCKER"});
  const BindAnswer answer = explain(scene.view);
  EXPECT_EQ(answer.verdict, BindVerdict::free);
  ASSERT_TRUE(notes(answer, BindRule::published_by_nat));
  EXPECT_THAT(
      answer.notes.back().text,
      HasSubstr("what comes from outside over IPv4 goes to 172.17.0.2:80, by a rule in chain DOCKER of table ip nat"));
  EXPECT_THAT(commands(answer), ElementsAre("docker ps --filter publish=8080", "nft list chain ip nat DOCKER"));
  scene.view.redirects.front().keeper = portscope::NatRedirect::Keeper::x_tables;
  const BindAnswer legacy = explain(scene.view);
  EXPECT_THAT(legacy.notes.back().text, HasSubstr("by a rule of iptables-legacy in chain DOCKER of table ip nat"));
  EXPECT_THAT(commands(legacy), ElementsAre("docker ps --filter publish=8080", "iptables-legacy -t nat -S DOCKER"));
  scene.view.redirects.front().table = "ip6 nat";
  EXPECT_THAT(commands(explain(scene.view)), ElementsAre(_, "ip6tables-legacy -t nat -S DOCKER"));
}

TEST(Explain, OfVeryManyNatRulesItSaysHowMany) {
  PortScene scene;
  scene.attempt("0.0.0.0").probed(0);
  portscope::NatRedirect redirect;
  redirect.table = "ip nat";
  constexpr std::size_t told = 4;
  for (std::uint16_t i = 0; i < told; ++i) {
    redirect.port = i;
    redirect.chain = fmt::format("KUBE-SEP-{}", i);
    scene.view.redirects.push_back(redirect);
  }
  EXPECT_EQ(explain(scene.view).notes.size(), told);
  redirect.chain = "DOCKER";
  scene.view.redirects.push_back(redirect);
  EXPECT_THAT(explain(scene.view).notes.back().text,
              StartsWith("some of what comes goes elsewhere by 1 more rule of table ip nat: NAT rules are asked"));
  redirect.chain = "KUBE-SEP-5";
  redirect.keeper = portscope::NatRedirect::Keeper::x_tables;
  scene.view.redirects.push_back(redirect);
  const BindAnswer answer = explain(scene.view);
  ASSERT_EQ(answer.notes.size(), told + 1);
  EXPECT_THAT(answer.notes.back().text,
              StartsWith("some of what comes goes elsewhere by 2 more rules of table ip nat"));
  EXPECT_THAT(commands(answer),
              ElementsAre("kubectl get services --all-namespaces | grep 8080", "nft list chain ip nat KUBE-SEP-0",
                          "nft list chain ip nat KUBE-SEP-1", "nft list chain ip nat KUBE-SEP-2",
                          "nft list chain ip nat KUBE-SEP-3", "docker ps --filter publish=8080",
                          "nft list table ip nat", "iptables-legacy -t nat -S"));
  redirect.table = "ip6 nat";
  scene.view.redirects.push_back(redirect);
  EXPECT_THAT(explain(scene.view).notes.back().text, HasSubstr(" 3 more rules of 2 tables: "));
}

TEST(Explain, WhatBindOverlooksListenFinds) {
  PortScene scene;
  scene.attempt("0.0.0.0").probed(0);
  scene.view.attempts.front().reuse_address = true;
  auto bound = fake::listener("0.0.0.0", PortScene::port);
  bound.state = State::bound;
  scene.socket(bound, inode).reuse_address = false;
  EXPECT_TRUE(notes(explain(scene.view), BindRule::model_disagrees));
  scene.view.probes.front().without_reuse = EADDRINUSE;
  const BindAnswer answer = explain(scene.view);
  EXPECT_EQ(answer.verdict, BindVerdict::blocked);
  EXPECT_EQ(answer.call, portscope::BindCall::listen);
  EXPECT_EQ(answer.blockers.size(), 1U);
  EXPECT_TRUE(notes(answer, BindRule::listen_refuses));
  scene.view.probes.front().without_reuse = 0;  // whoever had it has gone meanwhile
  EXPECT_EQ(explain(scene.view).verdict, BindVerdict::free);
}

TEST(Explain, ThePortItselfIsWorthANote) {
  PortScene scene;
  scene.attempt("0.0.0.0", 40000).probed(0);
  EXPECT_TRUE(notes(explain(scene.view), BindRule::in_ephemeral_range));
  scene.view.snapshot.settings.reserved_ports->push_back({40000, 40000});
  EXPECT_TRUE(notes(explain(scene.view), BindRule::reserved_port));
  EXPECT_FALSE(notes(explain(scene.view), BindRule::in_ephemeral_range));
}

TEST(Explain, TwoThatMayBothBindRaceToListen) {
  PortScene scene;
  scene.attempt("0.0.0.0").probed(0);
  scene.view.attempts.front().reuse_address = true;
  auto bound = fake::listener("0.0.0.0", PortScene::port);
  bound.state = State::bound;
  scene.socket(bound, inode).reuse_address = true;
  EXPECT_TRUE(notes(explain(scene.view), BindRule::listen_race));
}

/// The commands for a listener that this process holds.
std::vector<std::string> commands_against(const std::string& name, const std::string& cgroup) {
  PortScene scene;
  scene.attempt("0.0.0.0").probed(EADDRINUSE);
  scene.socket(fake::listener("0.0.0.0", PortScene::port), inode);
  scene.held_by(inode, 812, name, cgroup);
  return commands(explain(scene.view));
}

TEST(Remedies, FitTheHolder) {
  const std::string id(64, 'a');
  EXPECT_THAT(commands_against("python3", "/user.slice/user-1000.slice/session-3.scope"),
              ElementsAre("portscope kill 0.0.0.0:8080/tcp"));
  EXPECT_THAT(commands_against("nginx", "/system.slice/nginx.service"), ElementsAre("systemctl stop nginx.service"));
  EXPECT_THAT(commands_against("app", "/user.slice/user-1000.slice/user@1000.service/app.slice/my app.service"),
              ElementsAre("systemctl --user --machine=1000@ stop 'my app.service'"));
  EXPECT_THAT(commands_against("app", "/user.slice/user-1000.slice/user@1000.service/init.scope"),
              ElementsAre("portscope kill 0.0.0.0:8080/tcp"))
      << "never the manager of all of a user's programs";
  EXPECT_THAT(commands_against("docker-proxy", "/system.slice/docker.service"),
              ElementsAre("docker stop $(docker ps -q --filter publish=8080)"));
  EXPECT_THAT(commands_against("nginx", "/system.slice/docker-" + id + ".scope"),
              ElementsAre("docker stop aaaaaaaaaaaa"));
  EXPECT_THAT(commands_against("nginx", "/machine.slice/libpod-" + id + ".scope"),
              ElementsAre("podman stop aaaaaaaaaaaa"));
}

TEST(Remedies, AWorkerIsLeftToItsMaster) {
  PortScene scene;
  scene.attempt("0.0.0.0").probed(EADDRINUSE);
  scene.socket(fake::listener("0.0.0.0", PortScene::port), inode);
  scene.held_by(inode, 812, "master", "/");
  scene.held_by(inode, 813, "worker", "/").ppid = 812;
  EXPECT_THAT(commands(explain(scene.view)), ElementsAre("portscope kill 0.0.0.0:8080/tcp"));
}

TEST(Remedies, ASocketUnitIsStoppedWithItsService) {
  PortScene scene;
  scene.attempt("0.0.0.0").probed(EADDRINUSE);
  scene.socket(fake::listener("0.0.0.0", PortScene::port), inode);
  scene.held_by(inode, 1, "systemd", "/init.scope");
  EXPECT_THAT(commands(explain(scene.view)), ElementsAre("systemctl list-sockets --all"));
  scene.held_by(inode, 900, "sshd", "/system.slice/ssh.service");
  EXPECT_THAT(commands(explain(scene.view)), ElementsAre("systemctl stop ssh.socket ssh.service"));
}

TEST(Remedies, AClientIsNoHolderOfItsPort) {
  PortScene scene;
  scene.attempt("0.0.0.0", 40000).probed(EADDRINUSE);
  scene.socket(fake::connection(fake::end("127.0.0.1", 40000), fake::end("127.0.0.1", 80)), inode);
  scene.held_by(inode, 812, "curl", "/");
  EXPECT_THAT(commands(explain(scene.view)), testing::Contains("kill 812"));
}

TEST(Remedies, WhatIsHiddenFromRootIsNotShownByBeingRoot) {
  PortScene scene;
  scene.attempt("0.0.0.0").probed(EADDRINUSE);
  scene.socket(fake::listener("0.0.0.0", PortScene::port), inode);
  scene.view.snapshot.sockets.front().owner_status = portscope::OwnerStatus::hidden;
  scene.view.snapshot.gaps.push_back({portscope::Gap::What::owners, std::nullopt, "EACCES", 1, "protected from root"});
  EXPECT_THAT(texts(explain(scene.view)), HasSubstr("learn who holds it: protected from root"));
}

TEST(Remedies, TimeWaitIsWaitedFor) {
  PortScene scene;
  scene.attempt("0.0.0.0").probed(EADDRINUSE);
  auto over = fake::connection(fake::end("127.0.0.1", PortScene::port), fake::end("127.0.0.1", 40001));
  over.state = State::time_wait;
  auto& holder = scene.socket(over);
  holder.reuse_address = std::nullopt;
  portscope::Timer timer;
  timer.kind = 3;
  timer.expires_ms = 41200;
  auto& socket = scene.view.snapshot.sockets.front();
  socket.details = scene.view.snapshot.details.add_value(socket.details, portscope::DetailKind::timer, timer);
  const std::string all = texts(explain(scene.view));
  EXPECT_THAT(all, HasSubstr("wait 42 s"));
  EXPECT_THAT(all, HasSubstr("SO_REUSEADDR before bind(): that helps if the old one had set it too"));
}

TEST(Remedies, APortThatWentToAClientCanBeReserved) {
  PortScene scene;
  scene.attempt("0.0.0.0", 40000).probed(EADDRINUSE);
  scene.view.snapshot.settings.reserved_ports = std::vector<portscope::PortRange>{{5000, 5009}, {6000, 6000}};
  scene.socket(fake::connection(fake::end("127.0.0.1", 40000), fake::end("127.0.0.1", 80)), inode);
  EXPECT_THAT(commands(explain(scene.view)),
              testing::Contains("sysctl -w net.ipv4.ip_local_reserved_ports=5000-5009,6000,40000"));
}

TEST(Remedies, TheNextFreePortIsNamed) {
  PortScene scene;
  scene.attempt("0.0.0.0").probed(EADDRINUSE);
  scene.socket(fake::listener("0.0.0.0", PortScene::port), inode);
  scene.view.next_free = 8083;
  EXPECT_THAT(texts(explain(scene.view)), HasSubstr("take the next free port: 8083"));
}

}  // namespace

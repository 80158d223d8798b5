// SPDX-License-Identifier: MIT
#include "model/refusals.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/port_scene.hpp"
#include "support/printers.hpp"

namespace {

using fake::OwnerScene;
using portscope::Refusal;
using Rule = portscope::Refusal::Rule;

/// What is said of the process `pid`, which alone holds port 8080.
std::optional<Refusal> said(OwnerScene& scene, std::int32_t pid, std::vector<std::int32_t> kin = {}) {
  scene.hold(scene.add(fake::listener("0.0.0.0", 8080)), pid);
  const auto holders = port_owners(scene.snapshot, kin);
  return holders.at(0).refusal;
}

TEST(Refusals, AnOrdinaryServerIsNone) {
  OwnerScene scene;
  scene.process(700, "nginx", 1, std::string_view("nginx\0-g\0", 9));
  EXPECT_FALSE(said(scene, 700, {900, 899, 1}));
}

TEST(Refusals, SystemdKeepsSocketsForServices) {
  OwnerScene scene;
  scene.process(1, "systemd", 0);
  const auto refusal = said(scene, 1);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->rule, Rule::init);
  EXPECT_EQ(refusal->command, "systemctl list-sockets | grep 8080, then systemctl stop UNIT.socket");
}

TEST(Refusals, TheUnitIsNamedWhenItsServiceRuns) {
  OwnerScene scene;
  scene.process(1, "systemd", 0);
  scene.process(700, "cupsd");
  const auto inode = scene.add(fake::listener("0.0.0.0", 631));
  scene.hold(inode, 1);
  scene.hold(inode, 700);
  const auto holders = port_owners(scene.snapshot, {});
  ASSERT_EQ(holders.size(), 2U);
  EXPECT_EQ(holders[0].refusal->command, "systemctl stop cupsd.socket cupsd.service");
  EXPECT_FALSE(holders[1].refusal);
}

TEST(Refusals, AUnitWithAStrangeNameGoesIntoNoCommand) {
  OwnerScene scene;
  scene.process(1, "systemd", 0);
  scene.process(700, "a;rm -rf");
  const auto inode = scene.add(fake::listener("0.0.0.0", 631));
  scene.hold(inode, 700);
  scene.hold(inode, 1);
  EXPECT_THAT(port_owners(scene.snapshot, {})[0].refusal->command, testing::HasSubstr("UNIT.socket"));
}

TEST(Refusals, TheFirstProcessOfAContainerIsItsInit) {
  OwnerScene scene;
  scene.process(1, "node", 0);
  const auto refusal = said(scene, 1);
  EXPECT_EQ(refusal->rule, Rule::init);
  EXPECT_THAT(refusal->command, testing::HasSubstr("from outside"));
}

TEST(Refusals, TheUsersOwnSystemdToo) {
  OwnerScene scene;
  scene.process(950, "systemd");
  const auto refusal = said(scene, 950);
  EXPECT_EQ(refusal->rule, Rule::activator);
  EXPECT_THAT(refusal->command, testing::HasSubstr("systemctl --user stop"));
}

TEST(Refusals, TheCallerAndAllThatStartedIt) {
  for (const std::int32_t pid : {900, 899, 300}) {
    OwnerScene scene;
    scene.process(pid, "bash");
    const auto refusal = said(scene, pid, {900, 899, 300, 1});
    ASSERT_TRUE(refusal) << pid;
    EXPECT_EQ(refusal->rule, pid == 900 ? Rule::caller : Rule::ancestor);
  }
}

struct Proxy {
  const char* name;
  const char* command;
};

class Proxies : public testing::TestWithParam<Proxy> {};

TEST_P(Proxies, AreKnownByEachOfTheirNames) {
  for (int by = 0; by < 3; ++by) {
    OwnerScene scene;
    auto& process = scene.process(700, "exe", 1, std::string_view("exe\0", 4));
    const std::string path = std::string("/usr/libexec/") + GetParam().name;
    if (by == 0) process.name = scene.text(std::string(GetParam().name).substr(0, 15));
    if (by == 1) process.exe = scene.text(path);
    if (by == 2) process.command_line = scene.text(path + '\0' + "-x" + '\0');
    const auto refusal = said(scene, 700);
    ASSERT_TRUE(refusal) << by;
    EXPECT_EQ(refusal->rule, Rule::proxy);
    EXPECT_THAT(refusal->command, testing::HasSubstr(GetParam().command));
  }
}

INSTANTIATE_TEST_SUITE_P(All, Proxies,
                         testing::Values(Proxy{"docker-proxy", "docker stop $(docker ps -q --filter publish=8080)"},
                                         Proxy{"dockerd", "docker stop"}, Proxy{"rootlesskit", "docker stop"},
                                         Proxy{"containerd-shim-runc-v2", "nerdctl stop"},
                                         Proxy{"rootlessport", "podman stop"}, Proxy{"slirp4netns", "podman stop"},
                                         Proxy{"pasta.avx2", "podman stop"}, Proxy{"conmon", "podman stop CONTAINER"},
                                         Proxy{"kube-proxy", "kubectl delete service"}));

TEST(Refusals, ConmonIsToldItsContainer) {
  OwnerScene scene;
  std::string arguments;
  for (const char* word : {"/usr/bin/conmon", "--api-version", "1", "-c", "0123456789abcdef0123", "-u"}) {
    arguments += word;
    arguments += '\0';
  }
  scene.process(700, "conmon", 1, arguments);
  EXPECT_EQ(said(scene, 700)->command, "podman stop 0123456789ab");
}

TEST(Refusals, ANameThatOnlyLooksLikeAProxyIsNone) {
  for (const char* name : {"my-docker-proxy", "docker-proxy2", "conmonitor", "kube-proxy-test"}) {
    OwnerScene scene;
    scene.process(700, name);
    EXPECT_FALSE(said(scene, 700)) << name;
  }
}

}  // namespace

// SPDX-License-Identifier: MIT
#include "portscope/cgroup.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

const std::string id(64, 'a');

TEST(UnitOf, IsTheFirstComponentThatIsNoSlice) {
  EXPECT_EQ(portscope::unit_of("/system.slice/nginx.service"), "nginx.service");
  EXPECT_EQ(portscope::unit_of("/user.slice/user-1000.slice/session-4.scope"), "session-4.scope");
  EXPECT_EQ(portscope::unit_of("/user.slice/user-1.slice/user@1.service/app.slice/x.service"), "user@1.service");
  EXPECT_EQ(portscope::unit_of("/system.slice/ssh.socket"), "ssh.socket");
  EXPECT_EQ(portscope::unit_of("/init.scope"), "init.scope");
}

TEST(UnitOf, WhatAUnitMadeBelowItselfProvesNothing) {
  EXPECT_EQ(portscope::unit_of("/system.slice/evil.service/nginx.service"), "evil.service");
}

TEST(UnitOf, IsEmptyWithoutAUnit) {
  for (const char* path : {"", "/", "/system.slice", "/.service", "/foo/bar", "//", "/service"}) {
    EXPECT_EQ(portscope::unit_of(path), "") << path;
  }
}

TEST(ContainerOf, KnowsThePathsOfTheUsualRuntimes) {
  EXPECT_EQ(portscope::container_of("/system.slice/docker-" + id + ".scope"), id);
  EXPECT_EQ(portscope::container_of("/machine.slice/libpod-" + id + ".scope/container"), id);
  EXPECT_EQ(portscope::container_of("/docker/" + id), id);
  EXPECT_EQ(portscope::container_of("/kubepods.slice/kubepods-pod1.slice/cri-containerd-" + id + ".scope"), id);
  EXPECT_EQ(portscope::container_of("/kubepods.slice/crio-" + id + ".scope"), id);
  EXPECT_EQ(portscope::container_of("/lxc.payload.web1/system.slice/nginx.service"), "web1");
}

TEST(ContainerOf, IsEmptyOutsideContainers) {
  const std::string short_id(63, 'a');
  const std::string no_hex = std::string(63, 'a') + "g";
  EXPECT_EQ(portscope::container_of("/system.slice/nginx.service"), "");
  EXPECT_EQ(portscope::container_of("/docker/" + short_id), "");
  EXPECT_EQ(portscope::container_of("/docker/" + no_hex), "");
  EXPECT_EQ(portscope::container_of(""), "");
}

// Podman's monitor runs beside the container, in a scope of its own.
TEST(ContainerOf, TheMonitorOfAContainerIsNotInIt) {
  EXPECT_EQ(portscope::container_of("/machine.slice/libpod-conmon-" + id + ".scope"), "");
}

}  // namespace

// SPDX-License-Identifier: MIT
#include "portscope/port_owners.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/port_scene.hpp"

namespace {

using fake::OwnerScene;
using portscope::port_owners;
using portscope::State;
using portscope::Transport;
using testing::ElementsAre;

std::vector<std::int32_t> pids(const OwnerScene& scene) {
  std::vector<std::int32_t> found;
  for (const auto& holder : port_owners(scene.snapshot, {})) {
    found.push_back(scene.snapshot.processes[holder.process].pid);
  }
  return found;
}

TEST(HoldsPort, WhoListensIsBoundOrWaitsForDatagrams) {
  auto socket = fake::listener("0.0.0.0", 8080);
  EXPECT_TRUE(holds_port(socket));
  socket.state = State::bound;
  EXPECT_TRUE(holds_port(socket));
  socket.transport = Transport::udp;
  socket.state = State::unconnected;
  EXPECT_TRUE(holds_port(socket));
}

TEST(HoldsPort, NoConnectionAndNoMemoryOfOne) {
  auto socket = fake::connection(fake::end("10.0.0.1", 8080), fake::end("10.0.0.2", 40000));
  for (const State state : {State::established, State::syn_sent, State::syn_received, State::fin_wait_1,
                            State::fin_wait_2, State::close_wait, State::last_ack, State::closing, State::time_wait}) {
    socket.state = state;
    EXPECT_FALSE(holds_port(socket)) << name(state);
  }
  socket.transport = Transport::udp;
  socket.state = State::established;
  EXPECT_FALSE(holds_port(socket)) << "a client of UDP";
}

TEST(HoldsPort, TheNumberOfARawSocketIsNone) {
  auto socket = fake::listener("0.0.0.0", 1);
  socket.state = State::unconnected;
  for (const Transport transport : {Transport::raw, Transport::icmp, Transport::unix_socket, Transport::vsock}) {
    socket.transport = transport;
    EXPECT_FALSE(holds_port(socket)) << name(transport);
  }
}

TEST(HoldsPort, UnboundIsNoPort) { EXPECT_FALSE(holds_port(fake::listener("0.0.0.0", 0))); }

TEST(PortHolders, ClientsAreNone) {
  OwnerScene scene;
  scene.process(700, "server");
  scene.process(800, "client");
  scene.hold(scene.add(fake::listener("0.0.0.0", 8080)), 700);
  scene.hold(scene.add(fake::connection(fake::end("10.0.0.1", 8080), fake::end("10.0.0.1", 40000))), 700);
  scene.hold(scene.add(fake::connection(fake::end("10.0.0.1", 8080), fake::end("10.0.0.9", 1))), 800);
  EXPECT_THAT(pids(scene), ElementsAre(700));
}

TEST(PortHolders, EachIsThereOnceWithAllThatItHolds) {
  OwnerScene scene;
  scene.process(700, "server");
  scene.hold(scene.add(fake::listener("0.0.0.0", 8080)), 700, 3);
  scene.hold(scene.add(fake::v6only_listener(8080)), 700, 4);
  const auto holders = port_owners(scene.snapshot, {});
  ASSERT_EQ(holders.size(), 1U);
  ASSERT_EQ(holders[0].descriptors.size(), 2U);
  EXPECT_EQ(holders[0].descriptors[0].fd, 3);
  EXPECT_EQ(holders[0].descriptors[1].fd, 4);
}

TEST(PortHolders, ParentsComeBeforeTheirChildren) {
  OwnerScene scene;
  scene.process(50, "worker", 90);
  scene.process(60, "helper", 50);
  scene.process(90, "master", 1);
  const auto inode = scene.add(fake::listener("0.0.0.0", 8080));
  for (const int pid : {50, 60, 90}) scene.hold(inode, pid);
  EXPECT_THAT(pids(scene), ElementsAre(90, 50, 60));
}

}  // namespace

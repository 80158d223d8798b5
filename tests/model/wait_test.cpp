// SPDX-License-Identifier: MIT
#include "portscope/wait.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/port_scene.hpp"

namespace {

using fake::OwnerScene;
using portscope::Awaited;
using portscope::SocketType;
using portscope::State;
using portscope::Target;
using portscope::Transport;

/// Whether there is a listener, and whether it is free, where this is the only socket.
std::pair<bool, bool> judged(const OwnerScene& scene, const Target& target = {}) {
  return {has_happened(scene.snapshot, target, Awaited::listener), has_happened(scene.snapshot, target, Awaited::free)};
}
std::pair<bool, bool> judged(const portscope::Socket& socket) {
  OwnerScene scene;
  scene.add(socket);
  return judged(scene);
}

constexpr std::pair<bool, bool> serves{true, false};
constexpr std::pair<bool, bool> is_in_the_way{false, false};
constexpr std::pair<bool, bool> is_nothing{false, true};

TEST(Decisive, AListenerServes) {
  auto socket = fake::listener("0.0.0.0", 8080);
  EXPECT_EQ(judged(socket), serves);
  socket.transport = Transport::udp;
  socket.state = State::unconnected;
  EXPECT_EQ(judged(socket), serves);
}

TEST(Decisive, ABoundSocketIsInTheWayAndServesNobody) {
  auto socket = fake::listener("0.0.0.0", 8080);
  socket.state = State::bound;
  EXPECT_EQ(judged(socket), is_in_the_way);
}

TEST(Decisive, AConnectionIsNeither) {
  auto socket = fake::connection(fake::end("10.0.0.1", 8080), fake::end("10.0.0.2", 40000));
  EXPECT_EQ(judged(socket), is_nothing);
  socket.state = State::time_wait;
  EXPECT_EQ(judged(socket), is_nothing);
  EXPECT_EQ(judged(OwnerScene()), is_nothing);
}

/// One Unix socket at /run/x.sock, as it is seen by who asks for that name.
std::pair<bool, bool> at_name(State state, SocketType type, bool abstract = false) {
  OwnerScene scene;
  auto socket = fake::unix_socket(30, scene.text("/run/x.sock"), state);
  socket.type = type;
  std::get<portscope::UnixEndpoint>(socket.local).abstract = abstract;
  scene.add(socket);
  Target target;
  target.path = "/run/x.sock";
  return judged(scene, target);
}

TEST(Decisive, AUnixSocketServesWhenItListensOrTakesDatagrams) {
  EXPECT_EQ(at_name(State::listen, SocketType::stream), serves);
  EXPECT_EQ(at_name(State::unconnected, SocketType::stream), is_in_the_way);
  EXPECT_EQ(at_name(State::unconnected, SocketType::datagram), serves);
  EXPECT_EQ(at_name(State::established, SocketType::datagram), serves) << "somebody is connected to it";
  EXPECT_EQ(at_name(State::listen, SocketType::stream, true), is_nothing) << "an abstract name is another one";
}

TEST(Decisive, AClientOfAUnixSocketIsNotAtItsName) {
  OwnerScene scene;
  auto socket = fake::unix_socket(30, portscope::StringId::none, State::established);
  socket.peer = portscope::UnixEndpoint{scene.text("/run/x.sock"), 31, false};
  scene.add(socket);
  Target target;
  target.path = "/run/x.sock";
  EXPECT_EQ(judged(scene, target), is_nothing);
}

}  // namespace

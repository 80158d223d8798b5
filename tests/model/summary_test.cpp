// SPDX-License-Identifier: MIT
#include "portscope/summary.hpp"

#include <gtest/gtest.h>

#include "portscope/detail_types.hpp"
#include "support/sockets.hpp"

namespace {

using fake::end;
using portscope::DetailKind;
using portscope::Direction;
using portscope::EphemeralPorts;
using portscope::PortRange;
using portscope::Shutdown;
using portscope::Snapshot;
using portscope::Socket;
using portscope::State;
using portscope::StringId;
using portscope::Subflow;
using portscope::Transport;

using Reserved = std::vector<PortRange>;

Snapshot machine(std::vector<Socket> sockets) {
  Snapshot snapshot;
  snapshot.sockets = std::move(sockets);
  snapshot.settings.local_port_range = PortRange{40000, 40009};
  snapshot.settings.reserved_ports = Reserved{};
  return snapshot;
}

EphemeralPorts ports_of(std::vector<Socket> sockets, Reserved reserved = {}) {
  Snapshot snapshot = machine(std::move(sockets));
  snapshot.settings.reserved_ports = std::move(reserved);
  return portscope::count_ephemeral_ports(snapshot).value();
}

Socket client(std::uint16_t port, const portscope::Endpoint& server = end("192.0.2.1", 443)) {
  return fake::connection(end("10.0.0.1", port), server);
}

Socket in_state(Socket socket, State state) {
  socket.state = state;
  return socket;
}

Socket over(Transport transport, Socket socket) {
  socket.transport = transport;
  return socket;
}

Socket without_file(State state, Shutdown shutdown) {
  Socket socket = in_state(client(1), state);
  socket.shutdown = shutdown;
  return socket;
}

std::uint64_t orphans(const Socket& socket) { return portscope::summarize(machine({socket})).orphans; }

TEST(Summary, CountsByProtocolStateAndFamily) {
  const auto rows =
      portscope::summarize(machine({fake::unix_socket(1, StringId::none, State::listen), fake::listener("::", 1),
                                    fake::listener("0.0.0.0", 1), fake::connection(end("::1", 1), end("::1", 2))}))
          .counts;
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].transport, Transport::tcp);
  EXPECT_EQ(rows[0].state, State::listen);
  EXPECT_EQ(rows[0].total, 2U);
  EXPECT_EQ(rows[0].ipv4, 1U);
  EXPECT_EQ(rows[0].ipv6, 1U);
  EXPECT_EQ(rows[1].state, State::established);
  EXPECT_EQ(rows[2].transport, Transport::unix_socket);
  EXPECT_EQ(rows[2].ipv4 + rows[2].ipv6, 0U);
}

TEST(Summary, OfNothingIsNothing) {
  const auto summary = portscope::summarize(Snapshot{});
  EXPECT_TRUE(summary.counts.empty() && summary.processes.empty() && summary.overflowed_listeners.empty());
  EXPECT_EQ(summary.time_wait + summary.orphans, 0U);
  EXPECT_FALSE(summary.ephemeral_ports);
}

TEST(Summary, TimeWaitOfEveryProtocol) {
  const Socket old = in_state(client(1), State::time_wait);
  EXPECT_EQ(portscope::summarize(machine({old, over(Transport::dccp, old), client(2)})).time_wait, 2U);
}

TEST(Orphans, AreClosedByTheirProgramAndNotOver) {
  for (const State state : {State::fin_wait_1, State::fin_wait_2, State::closing, State::last_ack}) {
    EXPECT_EQ(orphans(without_file(state, Shutdown::both)), 1U) << name(state);
  }
}

TEST(Orphans, WaitInNoQueue) {
  for (const State state : {State::established, State::close_wait, State::syn_received, State::time_wait}) {
    EXPECT_EQ(orphans(without_file(state, Shutdown::none)), 0U) << name(state);
  }
}

TEST(Orphans, AreNoMiniSockets) { EXPECT_EQ(orphans(without_file(State::fin_wait_2, Shutdown::untold)), 0U); }

TEST(Orphans, AreNobodysFile) {
  Socket held = without_file(State::fin_wait_1, Shutdown::send);
  held.inode = 7;
  EXPECT_EQ(orphans(held), 0U);
}

TEST(Processes, ManySocketsFirstThenByPid) {
  Snapshot snapshot = machine({fake::listener("::", 1), client(2), client(3), fake::listener("::", 4)});
  for (std::uint32_t i = 0; i < snapshot.sockets.size(); ++i) snapshot.sockets[i].inode = 10 + i;
  for (const int pid : {5, 6, 7, 8}) {
    snapshot.processes.emplace_back();
    snapshot.processes.back().pid = pid;
  }
  // 5 and 7 hold one each, 6 the others: a connection by two descriptors, and the listener that 7
  // has too. 8 only has the other end of a Unix socket, which is not here.
  snapshot.holders = {{10, 0, 3, 0}, {11, 1, 3, 0}, {11, 1, 4, 0}, {12, 1, 5, 0},
                      {13, 1, 6, 0}, {13, 2, 6, 0}, {99, 3, 3, 0}};
  const auto shares = portscope::summarize(snapshot).processes;
  ASSERT_EQ(shares.size(), 3U);
  EXPECT_EQ(shares[0].process, 1U);
  EXPECT_EQ(shares[0].sockets, 3U);
  EXPECT_EQ(shares[0].listening, 1U);
  EXPECT_EQ(shares[0].established, 2U);
  EXPECT_EQ(shares[1].process, 0U);
  EXPECT_EQ(shares[2].process, 2U);
}

TEST(Overflows, MostRefusalsFirstAndListenersAlone) {
  Snapshot snapshot = machine({fake::listener("::", 1), fake::listener("::", 2), fake::listener("::", 3), client(4)});
  snapshot.sockets[0].drops = 1;
  snapshot.sockets[1].drops = 0;
  snapshot.sockets[2].drops = 5;
  snapshot.sockets[3].drops = 9;
  EXPECT_EQ(portscope::summarize(snapshot).overflowed_listeners, (std::vector<std::uint32_t>{2, 0}));
}

TEST(EphemeralPorts, AreUnknownWithoutTheSettings) {
  Snapshot snapshot = machine({client(40000)});
  snapshot.settings.reserved_ports.reset();
  EXPECT_FALSE(portscope::summarize(snapshot).ephemeral_ports);
  snapshot = machine({client(40000)});
  snapshot.settings.local_port_range.reset();
  EXPECT_FALSE(portscope::summarize(snapshot).ephemeral_ports);
}

TEST(EphemeralPorts, EachDestinationHasTheWholeRange) {
  const auto ports = ports_of({client(40000), client(40001), client(40001, end("192.0.2.2", 443)),
                               client(40001, end("192.0.2.1", 80)), client(39999)});
  EXPECT_EQ(ports.available, 10U);
  ASSERT_EQ(ports.destinations.size(), 3U);
  EXPECT_EQ(ports.destinations[0].source, end("10.0.0.1", 0).address);
  EXPECT_EQ(ports.destinations[0].destination, end("192.0.2.1", 443));
  EXPECT_EQ(ports.destinations[0].used, 2U);
  EXPECT_EQ(ports.destinations[0].left, 8U);
  EXPECT_EQ(ports.destinations[1].destination, end("192.0.2.1", 80)) << "then by address and port";
  EXPECT_EQ(ports.destinations[2].left, 9U);
}

TEST(EphemeralPorts, TimeWaitHoldsOneToo) {
  const auto ports = ports_of({client(40000), in_state(client(40001), State::time_wait)});
  ASSERT_EQ(ports.destinations.size(), 1U);
  EXPECT_EQ(ports.destinations[0].used, 2U);
  EXPECT_EQ(ports.destinations[0].time_wait, 1U);
  EXPECT_EQ(ports.destinations[0].left, 8U);
}

TEST(EphemeralPorts, OnTwoInterfacesAPortIsStillOne) {
  const auto ports = ports_of({client(40000), client(40000)});
  EXPECT_EQ(ports.destinations.at(0).used, 1U);
  EXPECT_EQ(ports.sources.at(0).used, 1U);
}

TEST(EphemeralPorts, AServersConnectionsAreNotItsBudget) {
  Socket called = client(40001);
  called.direction = Direction::in;
  const auto ports = ports_of({fake::listener("0.0.0.0", 40000), client(40000), called});
  EXPECT_TRUE(ports.destinations.empty());
  EXPECT_EQ(ports.sources.size(), 2U) << "but bind(2) must do without these ports";
}

TEST(EphemeralPorts, MptcpSharesThemAndUdpDoesNot) {
  const auto ports = ports_of({over(Transport::mptcp, client(40000)), over(Transport::udp, client(40001))});
  ASSERT_EQ(ports.destinations.size(), 1U);
  EXPECT_EQ(ports.destinations[0].used, 1U);
  EXPECT_EQ(ports.sources.at(0).used, 1U);
}

TEST(EphemeralPorts, EverySubflowHasOne) {
  Snapshot snapshot =
      machine({over(Transport::mptcp, client(40000)), over(Transport::mptcp, fake::listener("::", 8080))});
  Subflow first;
  first.local = end("10.0.0.1", 40000);
  first.peer = end("192.0.2.1", 443);
  Subflow second = first;
  second.local = end("10.0.0.2", 40001);
  Subflow waiting;
  waiting.local = end("::", 8080);
  Socket& socket = snapshot.sockets[0];
  socket.details = snapshot.details.add_list(socket.details, DetailKind::subflows, std::vector{first, second});
  Socket& listener = snapshot.sockets[1];
  listener.details = snapshot.details.add_list(listener.details, DetailKind::subflows, std::vector{waiting});
  const auto ports = portscope::count_ephemeral_ports(snapshot).value();
  ASSERT_EQ(ports.destinations.size(), 2U);
  EXPECT_EQ(ports.destinations[0].used, 1U);
  EXPECT_EQ(ports.destinations[1].source, second.local.address);
  EXPECT_EQ(ports.destinations[1].used, 1U);
  EXPECT_EQ(ports.sources.size(), 2U);
}

TEST(EphemeralPorts, ReservedAndBoundOnesAreNotGiven) {
  const auto ports = ports_of({fake::listener("127.0.0.1", 40002), in_state(fake::listener("::", 40003), State::bound),
                               fake::listener("::", 40005), client(40000)},
                              {{39000, 39999}, {40005, 40006}, {40009, 50000}});
  EXPECT_EQ(ports.reserved, 3U);
  EXPECT_EQ(ports.available, 7U);
  EXPECT_EQ(ports.bound, 2U) << "40005 is reserved already";
  EXPECT_EQ(ports.destinations.at(0).left, 4U);
}

TEST(EphemeralPorts, APortThatWasChosenTakesNothingFromTheRest) {
  const auto ports = ports_of({client(40000)}, {{40000, 40000}});
  EXPECT_EQ(ports.destinations.at(0).used, 1U);
  EXPECT_EQ(ports.destinations.at(0).left, 9U);
}

TEST(EphemeralPorts, TheWholeOfThemCanBeReserved) {
  const auto ports = ports_of({}, {{1, 65535}});
  EXPECT_EQ(ports.available, 0U);
  EXPECT_TRUE(ports.destinations.empty() && ports.sources.empty());
}

TEST(EphemeralPorts, ServersInsideAreAtRiskUnlessReserved) {
  const auto ports = ports_of({over(Transport::sctp, fake::listener("::", 40001)), fake::listener("::", 40005),
                               fake::listener("::", 40002), over(Transport::udp, fake::listener("::", 40003)),
                               fake::listener("::", 80), fake::unix_socket(1, StringId::none, State::listen)},
                              {{40005, 40005}});
  EXPECT_EQ(ports.listeners_inside, (std::vector<std::uint32_t>{2, 0})) << "TCP before SCTP";
}

TEST(Retransmission, IsAShareOfAllThatWasSent) {
  portscope::NetSettings settings;
  EXPECT_EQ(portscope::retransmitted_ppm(settings), std::nullopt);
  settings.segments_out = 0;
  settings.segments_retransmitted = 0;
  EXPECT_EQ(portscope::retransmitted_ppm(settings), std::nullopt) << "none was sent";
  settings.segments_out = 1;
  settings.segments_retransmitted = 3;
  EXPECT_EQ(portscope::retransmitted_ppm(settings), 750'000U) << "never more than all";
  settings.segments_out = UINT64_C(1) << 60U;
  EXPECT_EQ(portscope::retransmitted_ppm(settings), 0U);
}

}  // namespace

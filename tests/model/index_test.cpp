// SPDX-License-Identifier: MIT
#include "portscope/index.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/printers.hpp"
#include "support/sockets.hpp"

namespace {

using fake::connection;
using fake::end;
using fake::listener;
using portscope::FiveTuple;
using portscope::Index;
using portscope::Snapshot;
using portscope::Socket;
using portscope::State;
using portscope::Transport;
using testing::ElementsAre;
using testing::IsEmpty;

/// Positions in the snapshot of the sockets found.
std::vector<std::size_t> positions(const Snapshot& snapshot, const std::vector<const Socket*>& found) {
  std::vector<std::size_t> result;
  for (const Socket* socket : found) result.push_back(static_cast<std::size_t>(socket - snapshot.sockets.data()));
  return result;
}

std::vector<std::size_t> at(const Snapshot& snapshot, const char* address, std::uint16_t port) {
  return positions(snapshot, Index(snapshot).at(Transport::tcp, end(address, port)));
}

TEST(Index, AnAddressFindsItsSocketAndTheWildcardsThatCoverIt) {
  Snapshot snapshot;
  snapshot.sockets = {listener("0.0.0.0", 80),         listener("::", 80),        fake::v6only_listener(80),
                      listener("127.0.0.1", 80),       listener("127.0.0.2", 80), listener("::1", 80),
                      listener("::ffff:10.0.0.1", 80), listener("0.0.0.0", 81)};
  EXPECT_THAT(at(snapshot, "127.0.0.1", 80), ElementsAre(0, 1, 3));
  EXPECT_THAT(at(snapshot, "10.0.0.1", 80), ElementsAre(0, 1, 6));
  EXPECT_THAT(at(snapshot, "::ffff:10.0.0.1", 80), ElementsAre(0, 1, 6));
  EXPECT_THAT(at(snapshot, "::1", 80), ElementsAre(1, 2, 5));
  EXPECT_THAT(at(snapshot, "2001:db8::1", 80), ElementsAre(1, 2));
  EXPECT_THAT(at(snapshot, "127.0.0.1", 82), IsEmpty());
}

TEST(Index, AWildcardFindsEveryAddressItWouldCover) {
  Snapshot snapshot;
  snapshot.sockets = {listener("127.0.0.1", 80), listener("::1", 80), fake::v6only_listener(80), listener("::", 80)};
  EXPECT_THAT(at(snapshot, "0.0.0.0", 80), ElementsAre(0, 3));
  EXPECT_THAT(at(snapshot, "::", 80), ElementsAre(0, 1, 2, 3));
}

TEST(Index, ProtocolsAreApart) {
  Snapshot snapshot;
  snapshot.sockets = {listener("0.0.0.0", 53)};
  EXPECT_THAT(Index(snapshot).at(Transport::udp, end("127.0.0.1", 53)), IsEmpty());
}

TEST(Index, AConnectionIsFoundOnlyAtItsOwnAddress) {
  Snapshot snapshot;
  snapshot.sockets = {connection(end("10.0.0.1", 80), end("10.0.0.9", 4000))};
  EXPECT_THAT(at(snapshot, "10.0.0.1", 80), ElementsAre(0));
  EXPECT_THAT(at(snapshot, "10.0.0.2", 80), IsEmpty());
}

TEST(Index, ProcessesAreNamedOnceAndByPid) {
  Snapshot snapshot;
  snapshot.sockets = {listener("0.0.0.0", 80), listener("127.0.0.1", 80), listener("0.0.0.0", 81)};
  snapshot.sockets[0].inode = 100;
  snapshot.sockets[1].inode = 101;
  snapshot.sockets[2].inode = 102;
  snapshot.processes.resize(3);
  snapshot.processes[0].pid = 7;
  snapshot.processes[1].pid = 8;
  snapshot.processes[2].pid = 9;
  snapshot.holders = {{100, 1, 3, 0}, {100, 1, 4, 0}, {101, 0, 3, 0}, {101, 1, 5, 0}, {102, 2, 3, 0}};
  std::vector<int> pids;
  for (const auto* process : Index(snapshot).processes_at(Transport::tcp, end("127.0.0.1", 80))) {
    pids.push_back(process->pid);
  }
  EXPECT_THAT(pids, ElementsAre(7, 8));
  EXPECT_THAT(Index(snapshot).processes_at(Transport::tcp, end("127.0.0.1", 9)), IsEmpty());
}

TEST(Index, AConnectionIsFoundByItsFiveTuple) {
  Snapshot snapshot;
  snapshot.sockets = {listener("10.0.0.1", 80), connection(end("10.0.0.1", 80), end("10.0.0.9", 4000))};
  const Index index(snapshot);
  EXPECT_EQ(index.find({Transport::tcp, end("10.0.0.1", 80), end("10.0.0.9", 4000)}), &snapshot.sockets[1]);
  EXPECT_EQ(index.find({Transport::tcp, end("10.0.0.9", 4000), end("10.0.0.1", 80)}), nullptr);
  EXPECT_EQ(index.find({Transport::udp, end("10.0.0.1", 80), end("10.0.0.9", 4000)}), nullptr);
}

TEST(Index, TheOtherEndOfALoopbackConnectionIsFoundFromBothEnds) {
  Snapshot snapshot;
  snapshot.sockets = {listener("127.0.0.1", 80), connection(end("127.0.0.1", 80), end("127.0.0.1", 4000)),
                      connection(end("127.0.0.1", 4000), end("127.0.0.1", 80))};
  const Index index(snapshot);
  EXPECT_EQ(index.local_peer(snapshot.sockets[1]), &snapshot.sockets[2]);
  EXPECT_EQ(index.local_peer(snapshot.sockets[2]), &snapshot.sockets[1]);
  EXPECT_EQ(index.local_peer(snapshot.sockets[0]), nullptr);
}

TEST(Index, ADualStackServerIsTheOtherEndOfAnIpv4Client) {
  Snapshot snapshot;
  snapshot.sockets = {connection(end("::ffff:127.0.0.1", 80), end("::ffff:127.0.0.1", 4000)),
                      connection(end("127.0.0.1", 4000), end("127.0.0.1", 80))};
  snapshot.sockets[0].family = portscope::Family::ipv6;
  const Index index(snapshot);
  EXPECT_EQ(index.local_peer(snapshot.sockets[1]), &snapshot.sockets[0]);
  EXPECT_EQ(index.local_peer(snapshot.sockets[0]), &snapshot.sockets[1]);
}

TEST(Index, ATimeWaitKeepsItsPlaceAsTheOtherEnd) {
  Snapshot snapshot;
  snapshot.sockets = {connection(end("127.0.0.1", 4000), end("127.0.0.1", 80)),
                      connection(end("127.0.0.1", 80), end("127.0.0.1", 4000))};
  snapshot.sockets[0].state = State::time_wait;
  EXPECT_EQ(Index(snapshot).local_peer(snapshot.sockets[1]), &snapshot.sockets[0]);
}

TEST(Index, APeerElsewhereIsNotFound) {
  Snapshot snapshot;
  snapshot.sockets = {connection(end("10.0.0.1", 4000), end("192.0.2.1", 80))};
  EXPECT_EQ(Index(snapshot).local_peer(snapshot.sockets[0]), nullptr);
}

TEST(Index, UnixPeersAreFoundByInode) {
  Snapshot snapshot;
  snapshot.sockets = {fake::unix_socket(11, portscope::StringId::none, State::established),
                      fake::unix_socket(12, portscope::StringId::none, State::established),
                      fake::unix_socket(13, portscope::StringId::none, State::established)};
  snapshot.sockets[0].peer = portscope::UnixEndpoint{portscope::StringId::none, 12, false};
  snapshot.sockets[1].peer = portscope::UnixEndpoint{portscope::StringId::none, 11, false};
  snapshot.sockets[2].peer = portscope::UnixEndpoint{};  // not accepted yet
  const Index index(snapshot);
  EXPECT_EQ(index.local_peer(snapshot.sockets[0]), &snapshot.sockets[1]);
  EXPECT_EQ(index.local_peer(snapshot.sockets[1]), &snapshot.sockets[0]);
  EXPECT_EQ(index.local_peer(snapshot.sockets[2]), nullptr);
}

TEST(Covers, AUnixSocketCoversNoAddress) {
  EXPECT_FALSE(portscope::covers(fake::unix_socket(1, portscope::StringId::none, State::listen), {}));
}

}  // namespace

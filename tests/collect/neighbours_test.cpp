// SPDX-License-Identifier: MIT
#include "collect/neighbours.hpp"

#include <gtest/gtest.h>

#include "support/printers.hpp"
#include "support/sockets.hpp"

namespace {

using collect::Neighbours;
using fake::connection;
using fake::end;
using fake::listener;
using portscope::Direction;
using portscope::Endpoint;
using portscope::Socket;
using portscope::State;
using portscope::Transport;

const Endpoint here = end("10.0.0.1", 80);
const Endpoint there = end("192.0.2.7", 50000);

Neighbours noting(const std::vector<Socket>& sockets) {
  Neighbours neighbours;
  for (const Socket& socket : sockets) neighbours.note(socket);
  neighbours.settle();
  return neighbours;
}

Direction direction_in(const Neighbours& neighbours, Socket socket) {
  neighbours.tell_directions({&socket, 1});
  return socket.direction;
}

Socket of(Transport transport, Socket socket) {
  socket.transport = transport;
  return socket;
}

Socket in_state(State state, Socket socket) {
  socket.state = state;
  return socket;
}

Socket udp_server(const char* address, std::uint16_t port) {
  return of(Transport::udp, in_state(State::unconnected, listener(address, port)));
}

Socket request(const char* local, std::uint16_t port, std::uint16_t peer_port = 50000) {
  return in_state(State::syn_received, connection(end(local, port), end("192.0.2.7", peer_port)));
}

TEST(Direction, InWhereSomebodyWaitsOnThePort) {
  const auto neighbours = noting({listener("0.0.0.0", 80), connection(here, there)});
  EXPECT_EQ(direction_in(neighbours, connection(here, there)), Direction::in);
}

TEST(Direction, OfManyAtATime) {
  constexpr std::uint16_t many = 1000;
  std::vector<Socket> sockets{listener("0.0.0.0", 80)};
  for (std::uint16_t port = 1; port <= many; ++port) {
    sockets.push_back(connection(here, end("192.0.2.7", port)));
    sockets.push_back(connection(end("10.0.0.1", port), end("10.0.0.2", 443)));
    sockets.push_back(connection(end("10.0.0.2", 443), end("10.0.0.1", port)));
  }
  noting(sockets).tell_directions(sockets);
  EXPECT_EQ(sockets[0].direction, Direction::untold);
  for (std::size_t i = 1; i < sockets.size(); ++i) {
    EXPECT_EQ(sockets[i].direction, i % 3 == 1 ? Direction::in : Direction::local) << i;
  }
}

TEST(Direction, OutWhereNobodyDoes) {
  const auto neighbours = noting({listener("0.0.0.0", 81), connection(here, there)});
  EXPECT_EQ(direction_in(neighbours, connection(here, there)), Direction::out);
}

TEST(Direction, LocalWhereTheOtherEndIsHereTooWhoeverWaits) {
  const Socket client = connection(end("127.0.0.1", 50000), end("127.0.0.1", 80));
  const Socket server = connection(end("127.0.0.1", 80), end("127.0.0.1", 50000));
  const auto neighbours = noting({listener("127.0.0.1", 80), client, server});
  EXPECT_EQ(direction_in(neighbours, client), Direction::local);
  EXPECT_EQ(direction_in(neighbours, server), Direction::local);
}

TEST(Direction, AConnectionIsNotItsOwnOtherEnd) {
  const auto neighbours = noting({connection(here, there), connection(here, there)});
  EXPECT_EQ(direction_in(neighbours, connection(here, there)), Direction::out) << "read twice";
}

TEST(Direction, EachPartOfTheOtherEndCounts) {
  const Socket asked = connection(here, there);
  for (const Socket& almost : {connection(there, end("10.0.0.1", 81)), connection(there, end("10.0.0.2", 80)),
                               connection(end("192.0.2.7", 50001), here), connection(end("192.0.2.8", 50000), here),
                               of(Transport::dccp, connection(there, here))}) {
    EXPECT_EQ(direction_in(noting({almost}), asked), Direction::out);
  }
  EXPECT_EQ(direction_in(noting({connection(there, here)}), asked), Direction::local);
}

TEST(Direction, AMappedAddressIsTheSameAddress) {
  const Socket of_ipv6 = connection(end("::ffff:192.0.2.7", 50000), end("::ffff:10.0.0.1", 80));
  EXPECT_EQ(direction_in(noting({of_ipv6}), connection(here, there)), Direction::local);
}

TEST(Direction, PortsOfOtherProtocolsDoNotMatter) {
  const auto neighbours = noting({udp_server("0.0.0.0", 80)});
  EXPECT_EQ(direction_in(neighbours, connection(here, there)), Direction::out);
  EXPECT_EQ(direction_in(neighbours, of(Transport::udp, connection(here, there))), Direction::in);
}

Socket udp_client(const char* local, const char* server) {
  return of(Transport::udp, connection(end(local, 50000), end(server, 53)));
}

TEST(Direction, AClientOfAnUnconnectedServerHereIsLocal) {
  EXPECT_EQ(direction_in(noting({udp_server("10.0.0.1", 53)}), udp_client("10.0.0.1", "10.0.0.1")), Direction::local);
  EXPECT_EQ(direction_in(noting({udp_server("10.0.0.2", 53)}), udp_client("10.0.0.1", "10.0.0.1")), Direction::out);
  EXPECT_EQ(direction_in(noting({udp_server("10.0.0.1", 54)}), udp_client("10.0.0.1", "10.0.0.1")), Direction::out);
}

TEST(Direction, OnALoopbackAddressThereIsNobodyElse) {
  const auto neighbours = noting({udp_server("0.0.0.0", 53)});
  EXPECT_EQ(direction_in(neighbours, udp_client("127.0.0.1", "127.9.9.9")), Direction::local);
  EXPECT_EQ(direction_in(neighbours, udp_client("::1", "::1")), Direction::local);
  EXPECT_EQ(direction_in(neighbours, udp_client("10.0.0.1", "8.8.8.8")), Direction::out)
      << "a server on a wildcard is not everybody's peer";
}

TEST(Direction, ATcpListenerIsNobodysOtherEnd) {
  const auto neighbours = noting({listener("127.0.0.1", 80)});
  EXPECT_EQ(direction_in(neighbours, connection(end("127.0.0.1", 50000), end("127.0.0.1", 80))), Direction::out);
}

TEST(Direction, MptcpSharesThePortsOfTcp) {
  const auto neighbours = noting({of(Transport::mptcp, listener("0.0.0.0", 80))});
  EXPECT_EQ(direction_in(neighbours, connection(here, there)), Direction::in) << "a client that knows only TCP";
  const auto fallen_back = noting({of(Transport::mptcp, connection(there, here))});
  EXPECT_EQ(direction_in(fallen_back, connection(here, there)), Direction::local);
}

TEST(Direction, WithoutAPeerThereIsNone) {
  const auto neighbours = noting({listener("0.0.0.0", 80)});
  EXPECT_EQ(direction_in(neighbours, listener("0.0.0.0", 80)), Direction::untold);
  Socket of_unix = fake::unix_socket(1, portscope::StringId::none, State::established);
  of_unix.peer = portscope::UnixEndpoint{};
  EXPECT_EQ(direction_in(neighbours, of_unix), Direction::untold);
}

TEST(Direction, ABoundSocketWaitsForNobody) {
  const auto neighbours = noting({in_state(State::bound, listener("0.0.0.0", 80))});
  EXPECT_EQ(direction_in(neighbours, connection(here, there)), Direction::out);
}

TEST(Direction, WithoutNeighboursEverythingGoesOut) {
  EXPECT_EQ(direction_in(noting({}), connection(here, there)), Direction::out);
}

TEST(Requests, AreCountedForTheListenerTheirPacketsFind) {
  const auto web = listener("0.0.0.0", 80);
  const auto neighbours =
      noting({web, request("10.0.0.1", 80, 1), request("10.0.0.1", 80, 2), request("10.0.0.1", 81)});
  EXPECT_EQ(neighbours.requests_of(web), 2U);
  EXPECT_EQ(neighbours.requests_of(listener("0.0.0.0", 82)), 0U);
}

TEST(Requests, OfATableThatWasReadTwiceCountOnce) {
  const auto web = listener("0.0.0.0", 80);
  EXPECT_EQ(noting({request("10.0.0.1", 80), web, web, request("10.0.0.1", 80)}).requests_of(web), 1U);
}

TEST(Requests, GoToTheListenerThatIsBoundMostClosely) {
  const auto any = listener("::", 80);
  const auto any_ipv4 = listener("0.0.0.0", 80);
  const auto one = listener("10.0.0.1", 80);
  const auto neighbours = noting({any, any_ipv4, one, request("10.0.0.1", 80), request("10.0.0.2", 80, 1),
                                  request("10.0.0.2", 80, 2), request("fd00::1", 80)});
  EXPECT_EQ(neighbours.requests_of(one), 1U);
  EXPECT_EQ(neighbours.requests_of(any_ipv4), 2U);
  EXPECT_EQ(neighbours.requests_of(any), 1U);
}

TEST(Requests, OfIpv4DoNotReachAnIpv6OnlyListener) {
  const auto only = fake::v6only_listener(80);
  const auto neighbours = noting({only, request("10.0.0.1", 80), request("fd00::1", 80)});
  EXPECT_EQ(neighbours.requests_of(only), 1U);
}

Socket on_interface(std::uint32_t index, Socket socket) {
  socket.interface = index;
  return socket;
}

// As a kernel 6.18 hands them out: the address first, and each request is bound as its listener is.
TEST(Requests, OfAnInterfaceAreThoseOfTheListenerThatIsBoundToIt) {
  const auto bound = on_interface(2, listener("0.0.0.0", 80));
  const auto free = listener("0.0.0.0", 80);
  const auto closer = listener("10.0.0.1", 80);
  const auto neighbours =
      noting({bound, free, closer, request("10.0.0.1", 80), on_interface(2, request("10.0.0.2", 80, 1)),
              on_interface(2, request("10.0.0.2", 80, 2)), request("10.0.0.3", 80)});
  EXPECT_EQ(neighbours.requests_of(closer), 1U);
  EXPECT_EQ(neighbours.requests_of(bound), 2U);
  EXPECT_EQ(neighbours.requests_of(free), 1U);
}

// Of a link-local address it is told where it came from, whatever the listener is bound to.
TEST(Requests, OfALinkLocalAddressFindAListenerThatIsNotBound) {
  const auto any = listener("::", 80);
  const auto neighbours =
      noting({any, on_interface(2, request("fe80::1", 80)), on_interface(3, request("fe80::1", 80))});
  EXPECT_EQ(neighbours.requests_of(any), 2U);
}

TEST(Requests, EachOfManyListenersHasItsOwn) {
  std::vector<Socket> sockets;
  for (std::uint16_t port = 1; port < 2000; ++port) {
    sockets.push_back(listener("0.0.0.0", port));
    for (std::uint16_t i = 0; i < port % 4; ++i) sockets.push_back(request("10.0.0.1", port, i));
  }
  const auto neighbours = noting(sockets);
  for (std::uint16_t port = 1; port < 2000; ++port) {
    EXPECT_EQ(neighbours.requests_of(listener("0.0.0.0", port)), port % 4U) << port;
  }
}

TEST(Requests, ListenersThatShareAPlaceEachHaveTheSum) {
  const auto one = listener("0.0.0.0", 80);
  const auto neighbours = noting({one, one, request("10.0.0.1", 80, 1), request("10.0.0.1", 80, 2)});
  EXPECT_EQ(neighbours.requests_of(one), 2U);
}

TEST(Requests, OnlyWhatIsHalfOpenIsOne) {
  const auto web = listener("0.0.0.0", 80);
  EXPECT_EQ(noting({web, connection(here, there)}).requests_of(web), 0U);
  EXPECT_EQ(noting({web, request("10.0.0.1", 80)}).requests_of(fake::unix_socket(1, {}, State::listen)), 0U);
}

}  // namespace

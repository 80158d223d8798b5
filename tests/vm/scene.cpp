// SPDX-License-Identifier: MIT
// The first process of a test machine: opens a socket of every kind, keeps a child that holds
// them all, and becomes the program it is told to run.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>

namespace {

constexpr int unset = -1;

struct Wanted {
  int family;
  int type;
  int protocol;
  const char* address;
  std::uint16_t port;
  bool listens;
  int v6_only;
};

sockaddr_storage address_of(const Wanted& wanted, socklen_t& length) {
  sockaddr_storage storage{};
  if (wanted.family == AF_INET) {
    auto* four = reinterpret_cast<sockaddr_in*>(&storage);
    four->sin_family = AF_INET;
    four->sin_port = htons(wanted.port);
    inet_pton(AF_INET, wanted.address, &four->sin_addr);
    length = sizeof *four;
  } else {
    auto* six = reinterpret_cast<sockaddr_in6*>(&storage);
    six->sin6_family = AF_INET6;
    six->sin6_port = htons(wanted.port);
    inet_pton(AF_INET6, wanted.address, &six->sin6_addr);
    length = sizeof *six;
  }
  return storage;
}

void open_socket(const Wanted& wanted) {
  const int number = ::socket(wanted.family, wanted.type, wanted.protocol);
  socklen_t length = 0;
  const auto address = address_of(wanted, length);
  if (wanted.v6_only != unset) {
    ::setsockopt(number, IPPROTO_IPV6, IPV6_V6ONLY, &wanted.v6_only, sizeof wanted.v6_only);
  }
  const bool bound = number >= 0 && ::bind(number, reinterpret_cast<const sockaddr*>(&address), length) == 0;
  if (!bound || (wanted.listens && ::listen(number, 5) != 0)) {
    std::printf("scene: %s port %d: %s\n", wanted.address, wanted.port, std::strerror(errno));
  }
}

void connect_to(const Wanted& wanted) {
  socklen_t length = 0;
  const auto address = address_of(wanted, length);
  const int number = ::socket(wanted.family, wanted.type, wanted.protocol);
  if (::connect(number, reinterpret_cast<const sockaddr*>(&address), length) != 0) std::perror("scene: connect");
}

}  // namespace

int main(int count, char** arguments) {
  constexpr Wanted all[] = {
      {AF_INET, SOCK_STREAM, 0, "127.0.0.1", 80, true, unset},
      {AF_INET6, SOCK_STREAM, 0, "::", 81, true, 0},
      {AF_INET6, SOCK_STREAM, 0, "::", 82, true, 1},
      {AF_INET, SOCK_STREAM, 0, "127.0.0.1", 83, false, unset},
      {AF_INET, SOCK_DGRAM, 0, "0.0.0.0", 53, false, unset},
      {AF_INET6, SOCK_DGRAM, 0, "::1", 54, false, unset},
      {AF_INET, SOCK_DGRAM, IPPROTO_UDPLITE, "127.0.0.1", 55, false, unset},
      {AF_INET, SOCK_RAW, IPPROTO_ICMP, "127.0.0.1", 0, false, unset},
      {AF_INET6, SOCK_RAW, IPPROTO_ICMPV6, "::1", 0, false, unset},
      {AF_INET, SOCK_DGRAM, IPPROTO_ICMP, "127.0.0.1", 777, false, unset},
  };
  for (const Wanted& wanted : all) open_socket(wanted);
  connect_to(all[0]);
  int pair[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) std::perror("scene: socketpair");
  std::fflush(stdout);
  if (count < 2) return 2;
  if (::fork() == 0) {
    ::pause();
    return 0;
  }
  ::execv(arguments[1], arguments + 1);
  std::perror("scene: exec");
  return 2;
}

// SPDX-License-Identifier: MIT
/// Sockets that come and go as fast as the kernel makes them, until the standard input ends or the time is over.
///
///     churn KIND THREADS SECONDS
///
/// `ready` is printed once the first are there, and in the end how many came. At most `window` live at a time, which
/// costs a thousand descriptors a thread, and a connection two.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t window = 1000;
constexpr std::uint16_t shared_port = 7777;  // of scenes whose sockets are all on one port

std::atomic<bool> over{false};
std::atomic<std::uint64_t> made{0};
std::atomic<std::uint64_t> refused{0};

using Ends = std::array<int, 2>;  // one socket or both ends of a connection; -1 is none

void close_both(const Ends& ends) {
  for (const int end : ends) {
    if (end >= 0) ::close(end);
  }
}

sockaddr_in at(std::uint32_t address, std::uint16_t port) {
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_port = htons(port);
  place.sin_addr.s_addr = htonl(address);
  return place;
}

const sockaddr* plain(const sockaddr_in& place) { return reinterpret_cast<const sockaddr*>(&place); }

void set(int end, int option) {
  const int on = 1;
  ::setsockopt(end, SOL_SOCKET, option, &on, sizeof on);
}

/// 127.128.0.0/9 is the generators'; the lasting sockets have the other half.
std::uint32_t next_address() {
  thread_local std::uint32_t step = 0;
  return 0x7f800001U + (step++ * 7919U) % 0x7ffff0U;
}

Ends bound(int kind, std::uint16_t port) {
  const int end = ::socket(AF_INET, kind, 0);
  if (end < 0) return {-1, -1};
  if (kind == SOCK_STREAM) set(end, SO_REUSEADDR);
  const sockaddr_in place = at(next_address(), port);
  if (::bind(end, plain(place), sizeof place) == 0 && (kind != SOCK_STREAM || ::listen(end, 1) == 0)) return {end, -1};
  ::close(end);
  return {-1, -1};
}

/// A worker more and a worker less at one address and port, which is one chain of the kernel's tables.
Ends worker(int kind) {
  const int end = ::socket(AF_INET, kind, 0);
  if (end < 0) return {-1, -1};
  set(end, SO_REUSEPORT);
  const sockaddr_in place = at(INADDR_LOOPBACK, shared_port);
  if (::bind(end, plain(place), sizeof place) == 0 && (kind != SOCK_STREAM || ::listen(end, 1) == 0)) return {end, -1};
  ::close(end);
  return {-1, -1};
}

/// Both ends of a connection that will be closed by a reset, so that no time_wait fills the ports.
Ends connection() {
  thread_local const int listener = [] {
    const int end = bound(SOCK_STREAM, 0)[0];
    ::listen(end, SOMAXCONN);
    return end;
  }();
  sockaddr_in place{};
  socklen_t size = sizeof place;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&place), &size);
  const int client = ::socket(AF_INET, SOCK_STREAM, 0);
  if (client < 0 || ::connect(client, plain(place), sizeof place) != 0) {
    if (client >= 0) ::close(client);
    return {-1, -1};
  }
  const int server = ::accept(listener, nullptr, nullptr);
  const linger by_reset{1, 0};
  for (const int end : {client, server}) ::setsockopt(end, SOL_SOCKET, SO_LINGER, &by_reset, sizeof by_reset);
  return {client, server};
}

/// With a name of the kernel's choice, which is what the table is sorted by.
Ends unix_named() {
  const int end = ::socket(AF_UNIX, SOCK_DGRAM, 0);
  const sockaddr_un any{AF_UNIX, {}};
  if (end >= 0) ::bind(end, reinterpret_cast<const sockaddr*>(&any), sizeof(sa_family_t));
  return {end, -1};
}

using Maker = Ends (*)();

const std::map<std::string_view, Maker> kinds{
    {"tcp", connection},
    {"listen", [] { return bound(SOCK_STREAM, 0); }},
    {"listen-address", [] { return bound(SOCK_STREAM, shared_port); }},
    {"listen-worker", [] { return worker(SOCK_STREAM); }},
    {"udp", [] { return bound(SOCK_DGRAM, 0); }},
    {"udp-address", [] { return bound(SOCK_DGRAM, shared_port); }},
    {"udp-worker", [] { return worker(SOCK_DGRAM); }},
    {"unix", unix_named},
};

void replace_until_over(Maker make) {
  std::vector<Ends> ring(window, Ends{-1, -1});
  for (std::size_t place = 0; !over; place = (place + 1) % window) {
    close_both(ring[place]);
    ring[place] = make();
    (ring[place][0] >= 0 ? made : refused) += 1;
  }
  for (const Ends& ends : ring) close_both(ends);
}

void wait_for_the_end(int seconds) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  pollfd input{STDIN_FILENO, POLLIN, 0};
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0 || ::poll(&input, 1, static_cast<int>(left.count())) != -1 || errno != EINTR) return;
  }
}

}  // namespace

int main(int count, char** words) {
  const auto kind = count == 4 ? kinds.find(words[1]) : kinds.end();
  if (kind == kinds.end()) {
    std::fprintf(stderr, "usage: churn KIND THREADS SECONDS, where KIND is one of");
    for (const auto& [name, make] : kinds) std::fprintf(stderr, " %s", std::string(name).c_str());
    std::fprintf(stderr, "\n");
    return 2;
  }
  std::vector<std::thread> threads;
  for (int i = std::atoi(words[2]); i > 0; --i) threads.emplace_back(replace_until_over, kind->second);
  while (made == 0 && refused < window) std::this_thread::yield();
  std::printf("ready\n");
  std::fflush(stdout);
  wait_for_the_end(std::atoi(words[3]));
  over = true;
  for (std::thread& thread : threads) thread.join();
  std::printf("%llu made, %llu refused\n", static_cast<unsigned long long>(made),
              static_cast<unsigned long long>(refused));
  return 0;
}

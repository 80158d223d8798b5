// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>

#include "portscope/detail_types.hpp"
#include "support/detailed_socket.hpp"
#include "support/sockets.hpp"

namespace {

using fake::DetailedSocket;
using portscope::DetailKind;
using portscope::Socket;
using portscope::State;
using portscope::Transport;
using render::memory_view;
using render::options_view;
using render::timer_view;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

std::vector<std::uint32_t> memory() {
  std::vector<std::uint32_t> numbers(SK_MEMINFO_VARS);
  numbers[SK_MEMINFO_RCVBUF] = 131072;
  numbers[SK_MEMINFO_SNDBUF] = 16384;
  return numbers;
}

Socket connection() { return fake::connection(fake::end("10.0.0.1", 80), fake::end("10.0.0.9", 4000)); }

Socket of(Transport transport, State state) {
  Socket socket = connection();
  socket.transport = transport;
  socket.state = state;
  return socket;
}

TEST(MemoryLine, BuffersStandAgainstTheirLimits) {
  auto numbers = memory();
  EXPECT_EQ(DetailedSocket(connection()).add_list(DetailKind::memory, numbers).line(memory_view),
            "receive buffer 0/128K, send buffer 0/16K");
  numbers[SK_MEMINFO_RMEM_ALLOC] = 2304;
  numbers[SK_MEMINFO_WMEM_ALLOC] = 100;
  numbers[SK_MEMINFO_FWD_ALLOC] = 1792;
  numbers[SK_MEMINFO_WMEM_QUEUED] = 4096;
  numbers[SK_MEMINFO_OPTMEM] = 20;
  numbers[SK_MEMINFO_BACKLOG] = 30;
  EXPECT_EQ(DetailedSocket(connection()).add_list(DetailKind::memory, numbers).line(memory_view),
            "receive buffer 2.2K/128K, send buffer 100/16K, send queue 4.0K, forward 1.8K, options 20, backlog 30");
}

TEST(MemoryLine, DropsMeanWhatTheSocketIs) {
  auto numbers = memory();
  numbers[SK_MEMINFO_DROPS] = 7;
  for (const auto& [row, name] : {std::pair{of(Transport::tcp, State::listen), "connections refused 7"},
                                  std::pair{of(Transport::tcp, State::established), "packets dropped 7"},
                                  std::pair{of(Transport::udp, State::unconnected), "receive overflows 7"},
                                  std::pair{of(Transport::udplite, State::unconnected), "receive overflows 7"},
                                  std::pair{of(Transport::netlink, State::unconnected), "packets dropped 7"}}) {
    EXPECT_THAT(DetailedSocket(row).add_list(DetailKind::memory, numbers).line(memory_view), EndsWith(name));
  }
}

TEST(MemoryObject, HasTheNumbersThatTheKernelSent) {
  auto numbers = memory();
  numbers[SK_MEMINFO_DROPS] = 7;
  const auto json = [&](std::size_t sent) {
    numbers.resize(sent);
    return DetailedSocket(of(Transport::udp, State::unconnected))
        .add_list(DetailKind::memory, numbers)
        .json(memory_view);
  };
  EXPECT_EQ(json(SK_MEMINFO_VARS),
            R"({"receive_allocated":0,"receive_limit":131072,"send_allocated":0,"send_limit":16384,)"
            R"("forward_allocated":0,"send_queued":0,"option_memory":0,"backlog":0,"drops":7,)"
            R"("drops_are":"receive_overflows"})");
  // SK_MEMINFO_DROPS came with Linux 4.6.
  EXPECT_THAT(json(SK_MEMINFO_DROPS), Not(HasSubstr(R"("drops":)")));
}

// Unix sockets refuse without counting, and what a full ring cannot take is counted elsewhere: 0 would be a lie.
TEST(MemoryObject, DropsThatNobodyCountsAreUnknown) {
  const auto json = [](const Socket& socket, std::string_view ring = "") {
    DetailedSocket detailed(socket);
    if (!ring.empty()) detailed.add_text(DetailKind::receive_ring, ring);
    return detailed.add_list(DetailKind::memory, memory()).json(memory_view);
  };
  EXPECT_THAT(json(of(Transport::unix_socket, State::listen)), HasSubstr(R"("drops":null)"));
  EXPECT_THAT(json(of(Transport::vsock, State::listen)), HasSubstr(R"("drops":null)"));
  EXPECT_THAT(json(of(Transport::packet, State::unconnected)), HasSubstr(R"("drops":0)"));
  EXPECT_THAT(json(of(Transport::packet, State::unconnected), "ring"), HasSubstr(R"("drops":null)"));
}

std::string timer(std::uint8_t kind, std::uint8_t retransmits, std::uint32_t expires_ms) {
  const portscope::Timer timer{kind, retransmits, expires_ms};
  return DetailedSocket(connection()).add(DetailKind::timer, timer).line(timer_view);
}

TEST(TimerLine, TellsWhichOneRunsAndUntilWhen) {
  EXPECT_EQ(timer(1, 0, 204), "timer retransmit in 204ms");
  EXPECT_EQ(timer(1, 1, 1632), "timer retransmit in 1.6s (1 try)");
  EXPECT_EQ(timer(4, 9, 119000), "timer zero_window_probe in 1m59s (9 tries)");
  EXPECT_EQ(timer(2, 0, 7200000), "timer keepalive in 2h");
  EXPECT_EQ(timer(3, 0, 59000), "timer time_wait in 59s");
  EXPECT_EQ(timer(5, 0, 40), "timer delayed_ack in 40ms");
}

TEST(TimerLine, WhereNoneRunsThereIsNoLine) {
  EXPECT_EQ(timer(0, 0, 0), "");
  EXPECT_EQ(DetailedSocket(connection()).line(timer_view), "");
}

TEST(TimerLine, OneOfTomorrowHasItsNumber) { EXPECT_EQ(timer(6, 0, 1000), "timer 6 in 1.0s"); }

TEST(TimerObject, HasAllThreeNumbers) {
  const portscope::Timer timer{2, 3, 70000};
  EXPECT_EQ(DetailedSocket(connection()).add(DetailKind::timer, timer).json(timer_view),
            R"({"kind":"keepalive","expires_ms":70000,"retransmits":3})");
}

DetailedSocket with_flags(const inet_diag_sockopt& flags) {
  DetailedSocket detailed(connection());
  detailed.add(DetailKind::flags, flags);
  return detailed;
}

TEST(OptionsLine, TellsOnlyWhatIsNotAsInAFreshSocket) {
  inet_diag_sockopt flags{};
  flags.is_icsk = 1;
  flags.mc_loop = 1;
  flags.mc_all = 1;
  EXPECT_EQ(with_flags(flags).line(options_view), "");
  flags.transparent = 1;
  flags.recverr = 1;
  EXPECT_EQ(with_flags(flags).line(options_view), "recverr, transparent");
}

TEST(OptionsLine, NumbersAreToldUnlessTheyAreZero) {
  auto detailed = with_flags({});
  detailed.add(DetailKind::tos, std::uint8_t{0}).add(DetailKind::mark, std::uint32_t{0});
  EXPECT_EQ(detailed.line(options_view), "");
  detailed.add(DetailKind::tos, std::uint8_t{16}).add(DetailKind::traffic_class, std::uint8_t{32});
  detailed.add(DetailKind::mark, std::uint32_t{66}).add(DetailKind::class_id, std::uint32_t{5});
  EXPECT_EQ(detailed.line(options_view), "tos 0x10, traffic_class 0x20, class_id 5, mark 0x42");
}

TEST(OptionsObject, AMarkThatIsNotToldIsNull) {
  inet_diag_sockopt flags{};
  flags.freebind = 1;
  const std::string json = with_flags(flags).add(DetailKind::tos, std::uint8_t{16}).json(options_view);
  EXPECT_THAT(json, HasSubstr(R"({"tos":16,"recverr":false,"is_icsk":false,"freebind":true,)"));
  EXPECT_THAT(json, EndsWith(R"("mark":null})")) << "told to CAP_NET_ADMIN only";
  EXPECT_THAT(with_flags(flags).add(DetailKind::mark, std::uint32_t{0}).json(options_view), HasSubstr(R"("mark":0,)"));
}

}  // namespace

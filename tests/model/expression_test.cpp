// SPDX-License-Identifier: MIT
#include "portscope/expression.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

#include "portscope/kernel_structs.hpp"
#include "portscope/query.hpp"
#include "portscope/snapshot.hpp"
#include "support/sockets.hpp"

namespace {

using fake::end;
using portscope::DetailKind;
using portscope::EnumSet;
using portscope::FieldId;
using portscope::Need;
using portscope::OwnerStatus;
using portscope::parse_query;
using portscope::Snapshot;
using portscope::Socket;
using portscope::Truth;
using testing::SizeIs;

/// One socket on a machine where everything is known.
struct Machine {
  Snapshot snapshot;
  Socket socket = fake::connection(end("10.0.0.1", 40000), end("8.8.8.8", 443));

  Machine() {
    socket.inode = 777;
    socket.cookie = 0xabc;
    socket.uid = 33;
    socket.cgroup = 5;
    socket.interface = 2;
    socket.owner_status = OwnerStatus::known;
    socket.direction = portscope::Direction::out;
    socket.send_queue = 4096;
    socket.drops = 3;
    auto& strings = snapshot.strings;
    portscope::Process process;
    process.pid = 12;
    process.name = strings.intern("systemd-resolve");
    process.exe = strings.intern("/usr/lib/systemd/systemd-resolved");
    process.command_line = strings.intern(std::string_view("resolved\0--port\0 80\0", 20));
    process.cgroup = strings.intern("/system.slice/resolved.service");
    snapshot.processes = {process};
    snapshot.holders = {{777, 0, 4, 0}};
    snapshot.users = {{33, strings.intern("www-data")}};
    snapshot.cgroups = {{5, strings.intern("/system.slice/docker-" + std::string(64, 'a') + ".scope")}};
    snapshot.netns = {4026531840, "blue"};
  }

  void set(std::string_view name, std::uint32_t value) {
    std::vector<std::byte> info(280);
    for (const auto& field : portscope::fields_of(DetailKind::tcp_info)) {
      if (field.name == name) std::memcpy(info.data() + field.offset, &value, field.size < 4 ? field.size : 4U);
    }
    socket.details = snapshot.details.add({}, DetailKind::tcp_info, info);
  }

  [[nodiscard]] Truth asked(const char* filter) const {
    return portscope::holds(parse_query(filter), {socket, snapshot.strings, &snapshot});
  }
};

TEST(Expression, NamesOfUnixSocketsMatchPatternsAsInSs) {
  Snapshot snapshot;
  Socket socket;
  socket.transport = portscope::Transport::unix_socket;
  socket.family = portscope::Family::unix_socket;
  const auto asked = [&](const char* filter) {
    return portscope::holds(parse_query(filter), {socket, snapshot.strings, &snapshot}) == Truth::yes;
  };
  socket.local = portscope::UnixEndpoint{.name = snapshot.strings.intern("/run/Demo.sock"), .abstract = false};
  for (const char* filter : {"src /run/*", "src unix:*demo*", "src unix:/RUN/demo.sock", "src /run/Demo.soc[k]"})
    EXPECT_TRUE(asked(filter)) << filter;
  for (const char* filter : {"src /run/demo.sock", "src @*", "src unix:Demo", "src inet:*", "dst unix:*demo*"})
    EXPECT_FALSE(asked(filter)) << filter;
  socket.local = portscope::UnixEndpoint{.name = snapshot.strings.intern("Bus"), .abstract = true};
  EXPECT_TRUE(asked("src unix:@bus"));
  EXPECT_FALSE(asked("src /*"));
  socket.local = portscope::UnixEndpoint{};
  EXPECT_TRUE(asked("src unix:*")) << "the name of none is empty";
  EXPECT_FALSE(asked("src unix:?*"));
}

TEST(Expression, EndsOfVsockHaveAContextIdAndAPort) {
  Snapshot snapshot;
  Socket socket;
  socket.transport = portscope::Transport::vsock;
  socket.family = portscope::Family::vsock;
  socket.local = portscope::VsockEndpoint{3, 100000};
  const auto asked = [&](const char* filter) {
    return portscope::holds(parse_query(filter), {socket, snapshot.strings, &snapshot}) == Truth::yes;
  };
  for (const char* filter : {"src vsock:3", "src vsock:3:100000", "src vsock:*:100000", "src vsock:3:*", "src vsock:*"})
    EXPECT_TRUE(asked(filter)) << filter;
  for (const char* filter : {"src vsock:2", "src vsock:3:1", "dst vsock:3", "src 0.0.0.3", "src inet:*"})
    EXPECT_FALSE(asked(filter)) << filter;
}

TEST(Expression, EveryFieldOfAMachineThatIsKnown) {
  Machine machine;
  machine.set("rtt_us", 60000);
  for (const char* filter : {"proc = systemd-resolved",
                             "proc = systemd-resolve",
                             "proc = systemd*",
                             "proc ~ ^systemd",
                             "proc in (a,systemd-*)",
                             "exe = *systemd-resolved",
                             "cmdline ~ 'port  80'",
                             "pid = 12",
                             "pid in (1,10-20)",
                             "uid = 33",
                             "user ~ ^www",
                             "unit = resolved",
                             "unit = resolved.service",
                             "container = aaaaaaaaaaaa",
                             "unit = docker-*",
                             "netns = blue",
                             "netns = 4026531840",
                             "scope = global",
                             "direction = out",
                             "inode = 777",
                             "cookie = abc",
                             "rtt > 50ms",
                             "send_queue >= 4K",
                             "drops = 3",
                             "cgroup ~ docker",
                             "not pid = 13",
                             "pid != 13",
                             "pod != x",
                             "retrans = 0",
                             "recv_queue = 0",
                             "family = ipv4"}) {
    EXPECT_EQ(machine.asked(filter), Truth::yes) << filter;
  }
  for (const char* filter : {"proc = nginx", "proc !~ systemd", "pid = 1", "uid < 33", "user ~ root", "unit = nginx",
                             "container = bbbbbbbbbbbb", "netns = red", "scope = private", "direction = in",
                             "rtt <= 50ms", "send_queue > 4K", "cgroup ~ nginx", "pod ~ .", "dev = 3"}) {
    const auto truth = machine.asked(filter);
    EXPECT_EQ(truth, Truth::no) << filter;
  }
}

TEST(Expression, TheInterfaceOfAnAddressIsNotToldByProc) {
  Machine machine;
  machine.socket = fake::listener("fe80::5", 80);
  machine.socket.interface = 2;
  const auto asked = [&](std::uint32_t interface) {
    auto filter = portscope::parse_query("[fe80::5%x]:80");
    std::get<std::vector<portscope::Target>>(filter.condition.values).front().interface_index = interface;
    return holds(filter, {machine.socket, machine.snapshot.strings, &machine.snapshot});
  };
  EXPECT_EQ(asked(2), Truth::yes);
  EXPECT_EQ(asked(3), Truth::no);
  machine.socket.source = portscope::Source::proc;
  machine.socket.interface = 0;
  EXPECT_EQ(asked(2), Truth::maybe);
  machine.socket = fake::listener("fe80::6", 80);
  machine.socket.source = portscope::Source::proc;
  EXPECT_EQ(asked(2), Truth::no);
}

TEST(Expression, WhatASocketDoesNotHaveHoldsForNoComparison) {
  Machine machine;
  machine.socket.transport = portscope::Transport::udp;
  EXPECT_EQ(machine.asked("rtt > 0"), Truth::no);
  EXPECT_EQ(machine.asked("rtt < 1h"), Truth::no);
  EXPECT_EQ(machine.asked("rtt != 5ms"), Truth::yes) << "as not (rtt = 5ms)";
  machine.socket.uid.reset();
  EXPECT_EQ(machine.asked("uid >= 0"), Truth::no);
}

TEST(Expression, HiddenOwnersLeaveItUndecided) {
  Machine machine;
  machine.snapshot.holders.clear();
  machine.socket.owner_status = OwnerStatus::hidden;
  EXPECT_EQ(machine.asked("proc = nginx"), Truth::maybe);
  EXPECT_EQ(machine.asked("not proc = nginx"), Truth::maybe);
  EXPECT_EQ(machine.asked("proc = nginx and sport = 40000"), Truth::maybe);
  EXPECT_EQ(machine.asked("proc = nginx and sport = 1"), Truth::no) << "whoever holds it";
  EXPECT_EQ(machine.asked("proc = nginx or sport = 40000"), Truth::yes);
  EXPECT_EQ(machine.asked("unit = docker-*"), Truth::yes) << "its own cgroup is told to everyone";
  EXPECT_EQ(machine.asked("unit = nginx"), Truth::maybe);
  machine.socket.owner_status = OwnerStatus::kernel;
  EXPECT_EQ(machine.asked("proc = nginx"), Truth::no);
}

TEST(Expression, AnAgeOfWhichOnlyTheLeastIsKnown) {
  Machine machine;
  std::vector<std::byte> info(280);
  const auto put = [&](std::string_view name, std::uint32_t value) {
    for (const auto& field : portscope::fields_of(DetailKind::tcp_info)) {
      if (field.name == name) std::memcpy(info.data() + field.offset, &value, sizeof value);
    }
  };
  put("last_data_sent_ms", 5000);
  put("last_data_recv_ms", 7000);
  put("data_segs_out", 1);
  put("data_segs_in", 1);
  machine.socket.details = machine.snapshot.details.add({}, DetailKind::tcp_info, info);
  EXPECT_EQ(machine.asked("age > 6s"), Truth::yes);
  EXPECT_EQ(machine.asked("age > 8s"), Truth::maybe) << "it may be older than its last byte";
  EXPECT_EQ(machine.asked("age < 6s"), Truth::no);
}

TEST(Expression, WhatProcDoesNotTellIsUndecided) {
  Machine machine;
  machine.socket.source = portscope::Source::proc;
  for (const char* filter : {"rtt > 50ms", "cookie = abc", "dev lo", "fwmark = 1"}) {
    auto query = parse_query(filter);
    if (query.condition.field == FieldId::dev) query.condition.values = portscope::Numbers{{1, 1}};
    EXPECT_EQ(portscope::holds(query, {machine.socket, machine.snapshot.strings, &machine.snapshot}), Truth::maybe)
        << filter;
  }
}

TEST(Expression, OnlyTheRowIsKnownWhileTablesAreRead) {
  const Machine machine;
  const auto asked = [&](const char* filter) {
    return portscope::holds(parse_query(filter), {machine.socket, machine.snapshot.strings});
  };
  EXPECT_EQ(asked("proc = nginx"), Truth::maybe);
  EXPECT_EQ(asked("rtt > 1ms"), Truth::maybe);
  EXPECT_EQ(asked("proc = nginx sport = 1"), Truth::no);
  EXPECT_EQ(asked("uid = 33"), Truth::yes);
}

TEST(Expression, BringsItsNeedsAndOnlyThose) {
  EXPECT_EQ(needs_of(parse_query("sport 80 and (uid 3 or dst 1.2.3.4)")), EnumSet<Need>{});
  EXPECT_EQ(needs_of(parse_query("proc = a or rtt > 5ms")), (EnumSet<Need>{Need::owners, Need::tcp_info}));
  EXPECT_EQ(needs_of(parse_query("cgroup ~ x")), EnumSet<Need>{Need::cgroups});
}

TEST(Expression, SaysWhichConditionIsUndecided) {
  Machine machine;
  machine.socket.owner_status = OwnerStatus::hidden;
  const auto query = parse_query("uid 33 and (sport 1 or pid 5)");
  const auto* condition = portscope::undecided(query, {machine.socket, machine.snapshot.strings, &machine.snapshot});
  ASSERT_NE(condition, nullptr);
  EXPECT_EQ(condition->field, FieldId::pid);
}

TEST(HolderConditions, AreThoseThatSomeHolderMustMeet) {
  using portscope::holder_conditions;
  EXPECT_THAT(holder_conditions(parse_query("proc = a and sport 1")), SizeIs(1));
  EXPECT_THAT(holder_conditions(parse_query("proc = a or pid 5")), SizeIs(2));
  EXPECT_THAT(holder_conditions(parse_query("proc = a or sport 1")), SizeIs(0)) << "others may match by their port";
  EXPECT_THAT(holder_conditions(parse_query("not proc = a")), SizeIs(0));
  EXPECT_THAT(holder_conditions(parse_query("proc = a pid 5")), SizeIs(1)) << "each may hold of another holder";
  EXPECT_TRUE(holds_of_process(parse_query("pid 5").condition, 5, "x"));
  EXPECT_FALSE(holds_of_process(parse_query("proc = y").condition, 5, "x"));
}

}  // namespace

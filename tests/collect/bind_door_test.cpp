// SPDX-License-Identifier: MIT
#include "collect/bind_door.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <functional>

#include "collect/free_ports.hpp"
#include "portscope/query.hpp"
#include "support/fake_proc.hpp"

namespace {

using collect::Hold;
using portscope::Address;
using portscope::BindAttempt;
using portscope::Family;
using portscope::FreeRequest;
using portscope::PortRange;
using portscope::Transport;
using testing::ElementsAre;
using testing::IsEmpty;

/// A kernel that answers as a test says.
class FakeBind : public sys::BindDoor {
 public:
  explicit FakeBind(std::function<int(const sys::BindTry&)> answer) : answer_(std::move(answer)) {}
  [[nodiscard]] sys::Result<sys::Fd> bind(const sys::BindTry& wanted) const override {
    const int error = answer_(wanted);
    return error == 0 ? sys::Result<sys::Fd>(sys::Fd()) : sys::Result<sys::Fd>::failure(error);
  }

 private:
  std::function<int(const sys::BindTry&)> answer_;
};

BindAttempt tcp(const char* address) {
  BindAttempt attempt;
  attempt.address = *Address::parse(address);
  attempt.family = attempt.address.is_ipv4() ? Family::ipv4 : Family::ipv6;
  return attempt;
}

FreeRequest both_wildcards(PortRange range, std::size_t count) {
  FreeRequest request;
  request.attempts = {tcp("0.0.0.0"), tcp("::")};
  request.range = range;
  request.count = count;
  return request;
}

TEST(BindTry, IsWhatTheAttemptSays) {
  BindAttempt attempt = tcp("::1");
  attempt.port = 80;
  attempt.v6_only = true;
  attempt.reuse_port = true;
  attempt.uid = sys::own_user();
  const sys::BindTry wanted = collect::bind_try(attempt);
  EXPECT_TRUE(wanted.is_ipv6 && wanted.reuse_port && !wanted.reuse_address);
  EXPECT_EQ(wanted.v6_only, true);
  EXPECT_EQ(wanted.type, SOCK_STREAM);
  EXPECT_FALSE(wanted.uid) << "the caller needs no right to be himself";
  attempt.uid = sys::own_user() + 1;
  attempt.transport = Transport::udplite;
  EXPECT_EQ(collect::bind_try(attempt).uid, attempt.uid);
  EXPECT_EQ(collect::bind_try(attempt).protocol, IPPROTO_UDPLITE);
  EXPECT_FALSE(collect::bind_try(tcp("0.0.0.0")).v6_only) << "an IPv4 socket has no such option";
}

TEST(BindDoor, ASharedUdpPortIsNotTried) {
  BindAttempt attempt = tcp("0.0.0.0");
  attempt.reuse_address = true;
  EXPECT_FALSE(collect::takes_traffic(attempt));
  attempt.transport = Transport::udp;
  EXPECT_TRUE(collect::takes_traffic(attempt));
  attempt.reuse_address = false;
  EXPECT_FALSE(collect::takes_traffic(attempt));
}

TEST(BindDoor, NamesAreLookedUp) {
  std::vector<BindAttempt> attempts{tcp("0.0.0.0")};
  collect::resolve_attempts(attempts, "", "4711");
  EXPECT_EQ(attempts.front().uid, 4711U);
  EXPECT_THROW(collect::resolve_attempts(attempts, "no-such-interface", ""), portscope::QueryError);
  EXPECT_THROW(collect::resolve_attempts(attempts, "", "no such user"), portscope::QueryError);
}

TEST(FreePorts, AreThoseOnWhichAllSucceed) {
  fake::Proc tree;
  const FakeBind door([](const sys::BindTry& wanted) {
    if (wanted.port == 8001 && wanted.is_ipv6) return EADDRINUSE;
    return wanted.port == 8002 ? EADDRINUSE : 0;
  });
  const auto found = collect::find_free_ports(both_wildcards({8000, 8010}, 3), door, tree.open(), 0, Hold::no).found;
  EXPECT_THAT(found.ports, ElementsAre(8000, 8003, 8004));
}

TEST(FreePorts, AMachineWithoutIpv6HasSome) {
  fake::Proc tree;
  const FakeBind door([](const sys::BindTry& wanted) { return wanted.is_ipv6 ? EAFNOSUPPORT : 0; });
  const auto found = collect::find_free_ports(both_wildcards({8000, 8010}, 1), door, tree.open(), 0, Hold::no).found;
  EXPECT_THAT(found.ports, ElementsAre(8000));
}

TEST(FreePorts, SayWhyThereAreNone) {
  fake::Proc tree;
  const FakeBind door([](const sys::BindTry&) { return EACCES; });
  const auto found = collect::find_free_ports(both_wildcards({80, 90}, 1), door, tree.open(), 0, Hold::no).found;
  EXPECT_THAT(found.ports, IsEmpty());
  EXPECT_EQ(found.error, EACCES);
}

TEST(FreePorts, WithoutARangeReservedOnesAreLeftOut) {
  fake::Proc tree;
  tree.file("sys/net/ipv4/ip_local_port_range", "40000\t40004\n");
  tree.file("sys/net/ipv4/ip_local_reserved_ports", "40001-40002\n");
  const FakeBind door([](const sys::BindTry&) { return 0; });
  FreeRequest request = both_wildcards({}, 5);
  request.range.reset();
  const auto found = collect::find_free_ports(request, door, tree.open(), 1, Hold::no).found;
  EXPECT_THAT(found.ports, ElementsAre(40003, 40004, 40000));
  EXPECT_EQ(found.range, (PortRange{40000, 40004}));
}

TEST(FreePorts, AreHeldByOneSocketForBothFamilies) {
  fake::Proc tree;
  std::vector<bool> held;  // of each socket with SO_REUSEADDR, whether it is IPv6
  const FakeBind door([&](const sys::BindTry& wanted) {
    if (wanted.reuse_address) held.push_back(wanted.is_ipv6);
    return 0;
  });
  const auto result = collect::find_free_ports(both_wildcards({8000, 8010}, 1), door, tree.open(), 0, Hold::yes);
  EXPECT_EQ(result.sockets.size(), 1U);
  EXPECT_THAT(held, ElementsAre(true));
}

}  // namespace

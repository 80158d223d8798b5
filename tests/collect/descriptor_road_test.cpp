// SPDX-License-Identifier: MIT
#include <sys/socket.h>

#include "collect/descriptor_road.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/vm_sockets.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include "collect/roads.hpp"
#include "support/asking.hpp"
#include "support/printers.hpp"
#include "support/unprivileged.hpp"
#include "sys/fd.hpp"

namespace {

using collect::Finding;
using collect::Reading;
using portscope::Gap;
using portscope::Socket;
using portscope::Source;
using portscope::SourceChoice;
using portscope::State;
using portscope::Transport;
using sys::Fd;
using testing::IsEmpty;
using testing::SizeIs;

std::uint32_t inode_of(const Fd& fd) {
  struct stat facts {};
  EXPECT_EQ(::fstat(fd.number(), &facts), 0);
  return static_cast<std::uint32_t>(facts.st_ino);
}

Fd udp_socket() { return Fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)); }

/// UDP as if it had no table: a protocol of which every machine has sockets.
std::optional<portscope::Socket> describe_udp(const sys::BorrowedSocket& borrowed) {
  Socket socket;
  socket.transport = Transport::udp;
  socket.state = State::unconnected;
  const auto name = borrowed.name<sockaddr_in>();
  socket.local = portscope::Endpoint{{}, ntohs(name->sin_port)};
  return socket;
}

collect::Family udp_without_table() {
  collect::Family family;
  family.transport = Transport::udp;
  family.counters = {"UDP", ""};
  family.describe = describe_udp;
  return family;
}

/// A /proc in which this very process is the only one, with some of its real sockets.
struct Scene {
  Scene() { asking.tree.process(::getpid(), "test"); }

  Scene& shows(const Fd& fd, std::uint32_t inode) {
    asking.tree.holds(::getpid(), fd.number(), inode);
    return *this;
  }
  Scene& shows(const Fd& fd) { return shows(fd, inode_of(fd)); }
  Scene& counts(std::string_view protocol, int sockets) {
    asking.tree.net("protocols", "protocol size sockets\n" + std::string(protocol) + " 1240 " +
                                     std::to_string(sockets) + " -1 NI 0 yes kernel y\n");
    return *this;
  }
  Finding find(const collect::Family& family = udp_without_table()) {
    const sys::Proc proc = asking.tree.open();
    return collect::find_by_descriptor(family, {{asking.diag, proc}, asking.request, asking.strings, asking.details});
  }
  Reading read(const collect::Family& family = udp_without_table()) {
    const sys::Proc proc = asking.tree.open();
    return collect::read_family(family, {{asking.diag, proc}, asking.request, asking.strings, asking.details});
  }

  fake::Asking asking;  // its netlink answers ENOENT
};

class DescriptorRoad : public testing::Test {
 protected:
  void SetUp() override {
    if (sys::own_netns_cookie().error() == ENOPROTOOPT) GTEST_SKIP() << "Linux before 5.14 has no SO_NETNS_COOKIE";
  }
};

TEST_F(DescriptorRoad, FindsTheSocketsOfTheProtocolAndNoOthers) {
  const Fd udp = udp_socket();
  const Fd tcp(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in any{};
  any.sin_family = AF_INET;
  ASSERT_EQ(::bind(udp.number(), reinterpret_cast<sockaddr*>(&any), sizeof any), 0);
  const Finding finding = Scene().shows(udp).shows(tcp).find();
  ASSERT_THAT(finding.pass.rows, SizeIs(1));
  const Socket& row = finding.pass.rows[0];
  EXPECT_EQ(row.source, Source::descriptor);
  EXPECT_EQ(row.inode, inode_of(udp));
  EXPECT_EQ(row.uid, ::geteuid());
  EXPECT_NE(row.cookie, 0U);
  EXPECT_NE(portscope::port_of(row.local), 0U);
  EXPECT_EQ(finding.pass.counted, 1U);
  EXPECT_EQ(finding.why, "");
}

TEST_F(DescriptorRoad, ASocketHeldTwiceIsFoundOnce) {
  const Fd udp = udp_socket();
  const Fd again(::dup(udp.number()));
  const Finding finding = Scene().shows(udp).shows(again).find();
  EXPECT_THAT(finding.pass.rows, SizeIs(1));
  EXPECT_EQ(finding.pass.counted, 1U);
}

TEST_F(DescriptorRoad, ADescriptorThatWasUsedAnewHidesNothing) {
  const Fd udp = udp_socket();
  const Finding finding = Scene().shows(udp, inode_of(udp) + 1).find();
  EXPECT_THAT(finding.pass.rows, IsEmpty());
  EXPECT_EQ(finding.why, "");
}

TEST_F(DescriptorRoad, WhatWasNotAskedForIsCountedAllTheSame) {
  const Fd udp = udp_socket();
  Scene scene;
  scene.asking.request.selection.states = {State::listen};
  const Finding finding = scene.shows(udp).find();
  EXPECT_THAT(finding.pass.rows, IsEmpty());
  EXPECT_EQ(finding.pass.counted, 1U);
}

TEST_F(DescriptorRoad, SocketsOfOtherNetworkNamespacesDoNotCount) {
  Fd elsewhere;
  int error = 0;
  std::thread([&] {
    error = ::unshare(CLONE_NEWNET) == 0 ? 0 : errno;
    if (error == 0) elsewhere = udp_socket();
  }).join();
  if (error != 0) GTEST_SKIP() << "no network namespace to be had: errno " << error;
  const Finding finding = Scene().shows(elsewhere).find();
  EXPECT_THAT(finding.pass.rows, IsEmpty());
  EXPECT_EQ(finding.pass.counted, 0U);
  EXPECT_EQ(finding.why, "") << "it was looked into, and is none of ours";
}

TEST_F(DescriptorRoad, WhatMayNotBeLookedIntoIsTold) {
  Scene scene;
  scene.asking.tree.forbid(std::to_string(::getpid()) + "/fd");
  scene.counts("UDP", 1);
  EXPECT_EQ(fake::ask_unprivileged([&] {
              const Reading reading = scene.read();
              const bool as_told = reading.gaps.size() == 1 && reading.gaps[0].count == 1U && reading.read;
              return as_told ? reading.gaps[0].why : std::string("wrong");
            }),
            "EACCES");
}

TEST_F(DescriptorRoad, WhatTheKernelCountsAndWhatIsFoundMakeTheAnswerWhole) {
  const Fd udp = udp_socket();
  const Reading reading = Scene().shows(udp).counts("UDP", 1).read();
  EXPECT_THAT(reading.sockets, SizeIs(1));
  EXPECT_THAT(reading.gaps, IsEmpty());
  EXPECT_TRUE(reading.read);
}

TEST_F(DescriptorRoad, WhatTheKernelCountsAndNobodyHoldsIsMissing) {
  const Fd udp = udp_socket();
  const Reading reading = Scene().shows(udp).counts("UDP", 3).read();
  EXPECT_THAT(reading.sockets, SizeIs(1));
  ASSERT_THAT(reading.gaps, SizeIs(1));
  EXPECT_EQ(reading.gaps[0].transport, Transport::udp);
  EXPECT_EQ(reading.gaps[0].why, "ENOENT");
  EXPECT_EQ(reading.gaps[0].count, 2U);
  EXPECT_TRUE(reading.read);
}

TEST_F(DescriptorRoad, WithoutCountersSomeMayBeMissing) {
  const Reading reading = Scene().read();
  ASSERT_THAT(reading.gaps, SizeIs(1));
  EXPECT_EQ(reading.gaps[0].count, std::nullopt);
}

TEST_F(DescriptorRoad, ARefusedNetlinkIsNamed) {
  Scene scene;
  scene.asking.diag.refuse_all(EPERM);
  collect::Family family = udp_without_table();
  family.dump = collect::dump_vsock;
  const Reading reading = scene.counts("UDP", 1).read(family);
  ASSERT_THAT(reading.gaps, SizeIs(1));
  EXPECT_EQ(reading.gaps[0].why, "EPERM");
}

TEST_F(DescriptorRoad, WhoChoseARoadIsNotLedDownAnother) {
  const Fd udp = udp_socket();
  for (const auto choice : {SourceChoice::netlink, SourceChoice::proc}) {
    Scene scene;
    scene.asking.request.source = choice;
    const Reading reading = scene.shows(udp).counts("UDP", 1).read();
    EXPECT_THAT(reading.sockets, IsEmpty());
    EXPECT_THAT(reading.gaps, SizeIs(1));
    EXPECT_TRUE(reading.unreadable);
  }
}

TEST(Vsock, IsNeverSaidToBeNoneBecauseNobodyCountsThem) {
  for (const auto choice : {SourceChoice::any, SourceChoice::netlink, SourceChoice::proc}) {
    Scene scene;
    scene.asking.request.source = choice;
    const Reading reading = scene.counts("AF_VSOCK", 0).read(fake::family_of(Transport::vsock));
    ASSERT_THAT(reading.gaps, SizeIs(1)) << name(choice);
    EXPECT_EQ(reading.gaps[0].count, std::nullopt);
  }
}

TEST(Vsock, IsNoneWhereTheKernelDoesNotHaveIt) {
  Scene scene;
  const Reading reading = scene.counts("XDP", 0).read(fake::family_of(Transport::vsock));
  EXPECT_THAT(reading.gaps, IsEmpty());
  EXPECT_FALSE(reading.read);
}

TEST(Vsock, ListenersAndBoundSocketsAreDescribed) {
  const Fd listener(::socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const Fd bound(::socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (!listener) GTEST_SKIP() << "no AF_VSOCK sockets: errno " << errno;
  for (const Fd* fd : {&listener, &bound}) {
    sockaddr_vm any{};
    any.svm_family = AF_VSOCK;
    any.svm_cid = VMADDR_CID_ANY;
    any.svm_port = VMADDR_PORT_ANY;
    ASSERT_EQ(::bind(fd->number(), reinterpret_cast<sockaddr*>(&any), sizeof any), 0);
  }
  if (::listen(listener.number(), 1) != 0) GTEST_SKIP() << "no vsock transport to listen on: errno " << errno;
  const Finding finding = Scene().shows(listener).shows(bound).find(fake::family_of(Transport::vsock));
  ASSERT_THAT(finding.pass.rows, SizeIs(2));
  for (const Socket& row : finding.pass.rows) {
    EXPECT_EQ(row.state, row.inode == inode_of(listener) ? State::listen : State::bound);
    EXPECT_EQ(row.type, portscope::SocketType::stream);
    EXPECT_EQ(std::get<portscope::VsockEndpoint>(row.local).cid, VMADDR_CID_ANY);
    EXPECT_NE(portscope::port_of(row.local), VMADDR_PORT_ANY);
    EXPECT_EQ(row.peer, portscope::AnyEndpoint{});
  }
}

TEST(Xdp, SocketsAreDescribed) {
  const Fd xdp(::socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0));
  if (!xdp) GTEST_SKIP() << "no AF_XDP sockets: errno " << errno;
  const Reading reading = Scene().shows(xdp).counts("XDP", 1).read(fake::family_of(Transport::xdp));
  EXPECT_THAT(reading.gaps, IsEmpty());
  ASSERT_THAT(reading.sockets, SizeIs(1));
  EXPECT_EQ(reading.sockets[0].transport, Transport::xdp);
  EXPECT_EQ(reading.sockets[0].state, State::unconnected);
  EXPECT_EQ(reading.sockets[0].inode, inode_of(xdp));
}

}  // namespace

// SPDX-License-Identifier: MIT
#include "collect/set_options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <functional>

#include "portscope/detail_types.hpp"
#include "support/asking.hpp"
#include "support/unprivileged.hpp"
#include "sys/fd.hpp"

namespace {

using portscope::DetailKind;
using portscope::Gap;
using portscope::OwnerStatus;
using portscope::SetOptions;
using portscope::Snapshot;
using portscope::Socket;
using portscope::Transport;
using sys::Fd;
using testing::IsEmpty;
using testing::SizeIs;

/// A snapshot of real sockets, put together by hand.
class OptionScene {
 public:
  OptionScene() { add_process(::getpid()); }

  std::uint32_t add_process(int pid) {
    snapshot.processes.push_back({});
    snapshot.processes.back().pid = pid;
    return static_cast<std::uint32_t>(snapshot.processes.size() - 1);
  }
  /// A row of the socket, which nobody holds yet.
  Socket& row(const Fd& fd, Transport transport = Transport::tcp) {
    struct stat facts {};
    EXPECT_EQ(::fstat(fd.number(), &facts), 0);
    Socket socket;
    socket.transport = transport;
    socket.inode = static_cast<std::uint32_t>(facts.st_ino);
    socket.owner_status = OwnerStatus::known;
    snapshot.sockets.push_back(socket);
    return snapshot.sockets.back();
  }
  void hold(const Socket& socket, int fd, std::uint32_t process = 0, int tid = 0) {
    snapshot.holders.push_back({socket.inode, process, fd, tid});
    std::sort(snapshot.holders.begin(), snapshot.holders.end());
  }
  void ask() {
    const sys::Proc proc = asking_.tree.open();
    collect::read_set_options({{asking_.diag, proc}, asking_.request, snapshot.strings, snapshot.details}, snapshot);
  }
  [[nodiscard]] std::optional<SetOptions> options(std::size_t row = 0) const {
    return snapshot.details.value<SetOptions>(snapshot.sockets.at(row).details, DetailKind::set_options);
  }

  Snapshot snapshot;

 private:
  fake::Asking asking_;
};

Fd tcp_socket() { return Fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)); }

void set(const Fd& fd, int level, int name, int value) {
  ASSERT_EQ(::setsockopt(fd.number(), level, name, &value, sizeof value), 0) << level << ", " << name;
}

#define SKIP_WITHOUT_PIDFD_GETFD(scene)                                             \
  if (!(scene).snapshot.gaps.empty() && (scene).snapshot.gaps[0].why == "ENOSYS") { \
    GTEST_SKIP() << "Linux before 5.6 has no pidfd_getfd(2)";                       \
  }

TEST(SetOptions, AreWhatWasSet) {
  const Fd fd = tcp_socket();
  set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
  set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
  set(fd, IPPROTO_TCP, TCP_KEEPIDLE, 61);
  set(fd, IPPROTO_TCP, TCP_KEEPINTVL, 7);
  set(fd, IPPROTO_TCP, TCP_KEEPCNT, 4);
  set(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, 12345);
  set(fd, SOL_SOCKET, SO_RCVBUF, 40000);
  const linger five_seconds{1, 5};
  ASSERT_EQ(::setsockopt(fd.number(), SOL_SOCKET, SO_LINGER, &five_seconds, sizeof five_seconds), 0);
  OptionScene scene;
  scene.hold(scene.row(fd), fd.number());
  scene.ask();
  SKIP_WITHOUT_PIDFD_GETFD(scene);
  EXPECT_THAT(scene.snapshot.gaps, IsEmpty());
  const auto options = scene.options();
  ASSERT_TRUE(options);
  EXPECT_EQ(options->reuse_address, true);
  EXPECT_EQ(options->reuse_port, false);
  EXPECT_EQ(options->keepalive, true);
  EXPECT_EQ(options->keepalive_idle_s, 61U);
  EXPECT_EQ(options->keepalive_interval_s, 7U);
  EXPECT_EQ(options->keepalive_count, 4U);
  EXPECT_EQ(options->user_timeout_ms, 12345U);
  EXPECT_EQ(options->receive_buffer, 80000U) << "the kernel doubles what it is given";
  EXPECT_EQ(options->linger, true);
  EXPECT_EQ(options->linger_s, 5U);
  EXPECT_EQ(options->bound_device, portscope::StringId::none);
}

TEST(SetOptions, AreThoseThatTheTransportHas) {
  const Fd udp(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const Fd local(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  OptionScene scene;
  scene.hold(scene.row(udp, Transport::udp), udp.number());
  scene.hold(scene.row(local, Transport::unix_socket), local.number());
  scene.ask();
  SKIP_WITHOUT_PIDFD_GETFD(scene);
  EXPECT_EQ(scene.options(0)->broadcast, false);
  EXPECT_EQ(scene.options(0)->no_delay, std::nullopt);
  EXPECT_EQ(scene.options(0)->v6_only, std::nullopt) << "it is of IPv4";
  EXPECT_EQ(scene.options(0)->peer_credentials, std::nullopt);
  EXPECT_EQ(scene.options(1)->pass_credentials, false);
  EXPECT_EQ(scene.options(1)->bound_device, std::nullopt);
  ASSERT_TRUE(scene.options(1)->peer_credentials);
  EXPECT_EQ(scene.options(1)->peer_credentials->uid, std::nullopt) << "it is not connected";
}

TEST(SetOptions, WhoMadeAPairIsItsPeer) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  const Fd one(ends[0]);
  const Fd other(ends[1]);
  OptionScene scene;
  scene.hold(scene.row(one, Transport::unix_socket), one.number());
  scene.ask();
  SKIP_WITHOUT_PIDFD_GETFD(scene);
  EXPECT_EQ(scene.options()->peer_credentials->pid, ::getpid());
  EXPECT_EQ(scene.options()->peer_credentials->uid, ::geteuid());
  EXPECT_EQ(scene.options()->peer_credentials->gid, ::getegid());
}

TEST(SetOptions, AnotherHolderIsAskedWhenTheFirstHasItNoMore) {
  const Fd fd = tcp_socket();
  const Fd another = tcp_socket();
  OptionScene scene;
  const Socket& row = scene.row(fd);
  scene.hold(row, 1 << 20);           // closed
  scene.hold(row, another.number());  // closed, and its number used anew
  scene.hold(row, fd.number());
  // Asked by descriptor; whichever comes first, the right one answers.
  scene.ask();
  SKIP_WITHOUT_PIDFD_GETFD(scene);
  EXPECT_TRUE(scene.options());
  EXPECT_THAT(scene.snapshot.gaps, IsEmpty());
}

TEST(SetOptions, OfWhatWasClosedNothingIsHidden) {
  const Fd fd = tcp_socket();
  const Fd another = tcp_socket();
  OptionScene scene;
  scene.hold(scene.row(fd), another.number());
  scene.row(fd).owner_status = OwnerStatus::gone;
  scene.ask();
  SKIP_WITHOUT_PIDFD_GETFD(scene);
  EXPECT_FALSE(scene.options(0)) << "another socket has its place";
  EXPECT_THAT(scene.snapshot.gaps, IsEmpty());
}

TEST(SetOptions, WhoHasNoHolderByNatureHasNoOptions) {
  const Fd fd = tcp_socket();
  for (const auto status : {OwnerStatus::none, OwnerStatus::kernel, OwnerStatus::gone}) {
    OptionScene scene;
    scene.row(fd).owner_status = status;
    scene.ask();
    EXPECT_FALSE(scene.options());
    EXPECT_THAT(scene.snapshot.gaps, IsEmpty()) << name(status);
  }
}

TEST(SetOptions, AnotherSocketBehindTheDescriptorIsSaid) {
  const Fd fd = tcp_socket();
  OptionScene scene;
  Socket& row = scene.row(fd);
  row.cookie = ~std::uint64_t{0};
  scene.hold(row, fd.number());
  scene.ask();
  SKIP_WITHOUT_PIDFD_GETFD(scene);
  EXPECT_FALSE(scene.options());
  ASSERT_THAT(scene.snapshot.gaps, SizeIs(1));
  EXPECT_EQ(scene.snapshot.gaps[0].why, "EOPNOTSUPP");
  EXPECT_THAT(scene.snapshot.gaps[0].remedy, testing::HasSubstr("--mptcp"));
}

TEST(SetOptions, HiddenOwnersHideOptions) {
  const Fd fd = tcp_socket();
  OptionScene scene;
  scene.row(fd).owner_status = OwnerStatus::hidden;
  scene.row(tcp_socket()).owner_status = OwnerStatus::hidden;
  scene.snapshot.gaps.push_back({Gap::What::owners, std::nullopt, "EACCES", 2, "run as root"});
  scene.ask();
  ASSERT_THAT(scene.snapshot.gaps, SizeIs(2));
  const Gap& gap = scene.snapshot.gaps[1];
  EXPECT_EQ(gap.what, Gap::What::options);
  EXPECT_EQ(gap.why, "EACCES");
  EXPECT_EQ(gap.count, 2U);
  EXPECT_EQ(gap.remedy, "run as root");
}

/// What a stranger learns of a socket that he shares with root: `count` of gaps, and whether told.
std::string as_stranger(const std::function<void(OptionScene&, std::uint32_t root)>& hold) {
  OptionScene scene;  // made here: what it keeps in /tmp, a stranger may be refused
  const std::uint32_t root = scene.add_process(::getpid());
  return fake::ask_unprivileged([&] {
    scene.snapshot.processes[0].pid = ::getpid();
    hold(scene, root);
    scene.ask();
    std::string answer = scene.options() ? "told" : "untold";
    for (const Gap& gap : scene.snapshot.gaps) {
      answer += " " + gap.why + " " + std::to_string(gap.count.value_or(0)) + " " + gap.remedy;
    }
    return answer;
  });
}

TEST(SetOptions, ARefusalIsSaidWithTheRightThatIsMissing) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  const Fd fd = tcp_socket();
  const auto answer =
      as_stranger([&](OptionScene& scene, std::uint32_t root) { scene.hold(scene.row(fd), fd.number(), root); });
  EXPECT_THAT(answer, testing::StartsWith("untold EPERM 1 CAP_SYS_PTRACE"));
  EXPECT_THAT(answer, testing::HasSubstr("kernel.yama.ptrace_scope"));
}

TEST(SetOptions, AnotherHolderIsAskedWhenTheFirstRefuses) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  const Fd fd = tcp_socket();
  const auto answer = as_stranger([&](OptionScene& scene, std::uint32_t root) {
    // The stranger holds it too, by inheritance; his place is after that of root.
    std::swap(scene.snapshot.processes[0], scene.snapshot.processes[root]);
    const Socket& row = scene.row(fd);
    scene.hold(row, fd.number(), 0);
    scene.hold(row, fd.number(), root);
  });
  EXPECT_EQ(answer, "told");
}

}  // namespace

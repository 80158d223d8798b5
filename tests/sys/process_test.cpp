// SPDX-License-Identifier: MIT
#include "sys/process.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "support/unprivileged.hpp"

namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::IsEmpty;

/// A child that waits to be ended.
class Child {
 public:
  Child() : pid_(::fork()) {
    if (pid_ == 0) {
      while (true) ::pause();
    }
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    ::kill(pid_, SIGKILL);
    reap();
  }
  void reap() const { ::waitpid(pid_, nullptr, 0); }
  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  pid_t pid_;
};

#define SKIP_WITHOUT_PIDFD(process) \
  if ((process).error() == ENOSYS) GTEST_SKIP() << "Linux before 5.3 has no pidfd_open(2)"

TEST(Process, IsSignalledAndWaitedFor) {
  const Child child;
  const auto process = sys::open_processes()->open(child.pid());
  SKIP_WITHOUT_PIDFD(process);
  ASSERT_EQ(process.error(), 0);
  const std::array descriptors{(*process)->descriptor()};
  EXPECT_THAT(sys::wait_readable(descriptors, milliseconds(0)), IsEmpty());
  EXPECT_EQ((*process)->send(0), 0);
  EXPECT_EQ((*process)->send(SIGTERM), 0);
  EXPECT_THAT(sys::wait_readable(descriptors, milliseconds(60000)), ElementsAre(descriptors[0]));
  child.reap();
  EXPECT_EQ((*process)->send(0), ESRCH) << "whoever has the number now";
}

TEST(Process, LendsWhatItHolds) {
  const sys::Fd own(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto process = sys::open_processes()->open(::getpid());
  SKIP_WITHOUT_PIDFD(process);
  const auto borrowed = (*process)->borrow(own.number());
  if (borrowed.error() == ENOSYS) GTEST_SKIP() << "Linux before 5.6 has no pidfd_getfd(2)";
  ASSERT_EQ(borrowed.error(), 0);
  std::uint64_t cookie = 0;
  socklen_t size = sizeof cookie;
  ASSERT_EQ(::getsockopt(own.number(), SOL_SOCKET, SO_COOKIE, &cookie, &size), 0);
  EXPECT_EQ(*borrowed->cookie(), cookie);
  EXPECT_EQ((*process)->borrow(1 << 20).error(), EBADF);
}

TEST(Process, WhoIsNotThereCannotBeOpened) {
  const Child child;
  ::kill(child.pid(), SIGKILL);
  child.reap();
  const auto process = sys::open_processes()->open(child.pid());
  SKIP_WITHOUT_PIDFD(process);
  EXPECT_EQ(process.error(), ESRCH);
}

TEST(Process, OfAnotherUserMayNotBeSignalled) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can become somebody else";
  const Child child;
  EXPECT_EQ(fake::ask_unprivileged([&] {
              const auto process = sys::open_processes()->open(child.pid());
              return std::to_string(process ? (*process)->send(SIGTERM) : process.error());
            }),
            std::to_string(EPERM));
}

TEST(WaitReadable, WithoutADescriptorOnlyTimePasses) {
  EXPECT_THAT(sys::wait_readable({}, milliseconds(1)), IsEmpty());
  EXPECT_THAT(sys::wait_readable({}, milliseconds(-1)), IsEmpty()) << "not for ever";
}

}  // namespace

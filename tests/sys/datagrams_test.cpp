// SPDX-License-Identifier: MIT
// Through a pair of sockets: the other end says when there is something to receive.
#include "sys/datagrams.hpp"

#include <gtest/gtest.h>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <thread>

#include "sys/fd.hpp"

namespace {

using sys::Datagrams;
using sys::Fd;

class FromAPair : public testing::Test {
 protected:
  void SetUp() override {
    std::array<int, 2> ends{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()), 0);
    ours = Fd(ends[0]);
    theirs = Fd(ends[1]);
  }

  void send(int first, int last) const {
    for (int number = first; number <= last; ++number) {
      ASSERT_EQ(::send(theirs.number(), &number, sizeof number, 0), static_cast<ssize_t>(sizeof number));
    }
  }

  static int number_of(Datagrams& datagrams) {
    int number = -1;
    const auto next = datagrams.next();
    if (next && (*next).size() == sizeof number) std::memcpy(&number, (*next).data(), sizeof number);
    return number;
  }

  /// Bytes that nobody has received, with what the kernel keeps beside them.
  [[nodiscard]] int waiting() const {
    int bytes = 0;
    EXPECT_EQ(::ioctl(theirs.number(), SIOCOUTQ, &bytes), 0);
    return bytes;
  }

  Fd ours;
  Fd theirs;
};

TEST_F(FromAPair, ComeInTheirOrderHoweverMany) {
  constexpr int many = 200;
  send(1, many);
  Datagrams datagrams(ours.number());
  for (int number = 1; number <= many; ++number) EXPECT_EQ(number_of(datagrams), number);
}

TEST_F(FromAPair, ComeAlsoAfterAWhileInWhichThereWereNone) {
  constexpr int several = 50;
  send(1, several);
  Datagrams datagrams(ours.number());
  for (int number = 1; number <= several; ++number) EXPECT_EQ(number_of(datagrams), number);
  for (int number = 0; number < several; ++number) {
    send(number, number);
    EXPECT_EQ(number_of(datagrams), number);
  }
}

TEST_F(FromAPair, AreReceivedAheadOfTheOneThatIsRead) {
  constexpr int many = 100;
  constexpr int read = 12;
  constexpr int ahead = 15;  // and one that is read
  send(1, many);
  const int all = waiting();
  Datagrams datagrams(ours.number());
  for (int number = 1; number < read; ++number) EXPECT_EQ(number_of(datagrams), number);
  const auto held = datagrams.next();
  ASSERT_TRUE(held);
  while (waiting() * many > all * (many - read - ahead)) std::this_thread::yield();
  int number = 0;
  std::memcpy(&number, (*held).data(), sizeof number);
  EXPECT_EQ(number, read) << "its place was taken";
  EXPECT_EQ(waiting() * many, all * (many - read - ahead)) << "no more have a place";
  for (number = read + 1; number <= many; ++number) EXPECT_EQ(number_of(datagrams), number);
}

TEST_F(FromAPair, NeedNotAllBeTaken) {
  constexpr int many = 200;
  for (const int taken : {0, 1, 7, 8, 9, 30}) {
    SetUp();
    send(1, many);
    Datagrams datagrams(ours.number());
    for (int number = 0; number < taken; ++number) EXPECT_NE(number_of(datagrams), -1);
  }
}

TEST_F(FromAPair, TheEndIsAnError) {
  for (const int before : {0, 1, 40}) {
    SetUp();
    send(1, before);
    theirs = Fd();
    Datagrams datagrams(ours.number());
    for (int number = 1; number <= before; ++number) EXPECT_EQ(number_of(datagrams), number);
    EXPECT_EQ(datagrams.next().error(), EPIPE);
  }
}

TEST_F(FromAPair, OneThatIsCutIsAnError) {
  const std::string large(70'000, 'x');
  for (const int before : {0, 1, 40}) {
    send(1, before);
    ASSERT_EQ(::send(theirs.number(), large.data(), large.size(), 0), static_cast<ssize_t>(large.size()));
    Datagrams datagrams(ours.number());
    for (int number = 1; number <= before; ++number) EXPECT_EQ(number_of(datagrams), number);
    EXPECT_EQ(datagrams.next().error(), ENOSPC);
  }
}

}  // namespace

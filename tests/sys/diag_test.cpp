// SPDX-License-Identifier: MIT
#include "sys/diag.hpp"

#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "support/netlink_rows.hpp"

namespace {

using sys::Bytes;

TEST(Attributes, AreHandedOutOneByOne) {
  fake::Row row = fake::with({}, 3, "abcde");  // padded by three
  row = fake::with(row, 9, "xy");
  Bytes rest = row;
  const auto first = sys::next_attribute(rest);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->type, 3);
  EXPECT_EQ(first->payload.size(), 5U);
  const auto second = sys::next_attribute(rest);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->type, 9);
  EXPECT_EQ(std::memcmp(second->payload.data(), "xy", 2), 0);
  EXPECT_FALSE(sys::next_attribute(rest));
  EXPECT_TRUE(rest.empty());
}

TEST(Attributes, MayBeEmpty) {
  const fake::Row row = fake::with({}, 1, "");
  Bytes rest = row;
  const auto only = sys::next_attribute(rest);
  ASSERT_TRUE(only);
  EXPECT_TRUE(only->payload.empty());
}

TEST(Attributes, ALengthThatDoesNotFitEndsThem) {
  for (const auto length : std::to_array<std::uint16_t>({0, 1, 3, 13, 200, 0xffff})) {
    fake::Row row = fake::with({}, 1, "12345678");  // 12 bytes long
    std::memcpy(row.data(), &length, sizeof length);
    Bytes rest = row;
    EXPECT_FALSE(sys::next_attribute(rest)) << length;
  }
}

TEST(Attributes, LessThanAHeaderIsNone) {
  const fake::Row row = fake::with({}, 1, "1234");
  for (std::size_t size = 0; size < 4; ++size) {
    Bytes rest = Bytes(row).first(size);
    EXPECT_FALSE(sys::next_attribute(rest)) << size;
  }
}

TEST(CopyFrom, ShortPayloadsAreFilledUpWithZero) {
  const std::string two("\x01\x02", 2);
  EXPECT_EQ(sys::copy_from<std::uint32_t>(std::as_bytes(std::span(two))), 0x0201U);
  EXPECT_EQ(sys::copy_from<std::uint64_t>({}), 0U);
}

TEST(CopyFrom, LongPayloadsAreCut) {
  const std::string nine("\x01\0\0\0\xff\xff\xff\xff\xff", 9);
  EXPECT_EQ(sys::copy_from<std::uint32_t>(std::as_bytes(std::span(nine))), 1U);
}

// The kernel itself, where it can be asked: what it answers must be an error or rows, never both lost.
TEST(OpenDiag, AFamilyThatDoesNotExistIsAnErrorAndTheNextDumpWorks) {
  const auto diag = sys::open_diag();
  inet_diag_req_v2 request{};
  request.sdiag_family = 200;
  const Bytes body = std::as_bytes(std::span(&request, 1));
  EXPECT_NE(diag->dump({SOCK_DIAG_BY_FAMILY, body}, [](Bytes) { ADD_FAILURE() << "no row can come"; }).error, 0);
  request.sdiag_family = AF_INET;
  request.sdiag_protocol = 6;
  request.idiag_states = UINT32_MAX;
  const auto end =
      diag->dump({SOCK_DIAG_BY_FAMILY, body}, [](Bytes row) { EXPECT_GE(row.size(), sizeof(inet_diag_msg)); });
  if (end.error == ENOENT || end.error == EPERM || end.error == EACCES || end.error == EAFNOSUPPORT) {
    GTEST_SKIP() << "no tcp_diag or no AF_NETLINK here: " << std::strerror(end.error);
  }
  EXPECT_EQ(end.error, 0);
  EXPECT_TRUE(end.ok());
  EXPECT_TRUE(diag->inodes_so_far().known());
}

// inet_diag_dump answers with ENOENT inside NLMSG_DONE for a protocol nobody registered.
TEST(OpenDiag, TheErrorHiddenInTheEndOfADumpIsSeen) {
  const auto diag = sys::open_diag();
  inet_diag_req_v2 request{};
  request.sdiag_family = AF_INET;
  request.sdiag_protocol = 253;  // RFC 3692: for experiments
  request.idiag_states = UINT32_MAX;
  const auto end = diag->dump({SOCK_DIAG_BY_FAMILY, std::as_bytes(std::span(&request, 1))}, [](Bytes) {});
  if (end.error == EPERM || end.error == EACCES || end.error == EAFNOSUPPORT) GTEST_SKIP() << "no AF_NETLINK here";
  EXPECT_FALSE(end.ok());
}

}  // namespace

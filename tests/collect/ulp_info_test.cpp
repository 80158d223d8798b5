// SPDX-License-Identifier: MIT
// What is nested in INET_DIAG_ULP_INFO: kernel TLS (net/tls/tls_main.c, tls_get_info) and the subflows
// of MPTCP (net/mptcp/diag.c, subflow_get_info).
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <linux/mptcp.h>
#include <linux/tls.h>
#include <sys/socket.h>

#include "portscope/detail_types.hpp"
#include "support/asking.hpp"
#include "support/kernel_message.hpp"
#include "support/printers.hpp"

namespace {

using fake::Asking;
using fake::bytes_of;
using fake::inet_row;
using fake::nested;
using fake::with;
using portscope::DetailKind;
using portscope::Need;
using portscope::SubflowInfo;
using portscope::TlsInfo;
using portscope::Transport;
using testing::SizeIs;

/// A TCP dump with internals, and what was kept of its first row.
struct UlpAnswer {
  Asking asking;
  collect::Pass pass;

  explicit UlpAnswer(const std::vector<fake::Row>& rows) {
    asking.request.needs = {Need::tcp_info};
    asking.diag.script(AF_INET, 0, {{rows}});
    pass = asking.dump(Transport::tcp);
  }
  explicit UlpAnswer(const fake::Row& row) : UlpAnswer(std::vector<fake::Row>{row}) {}

  [[nodiscard]] std::string name() const {
    return std::string(asking.details.text(pass.rows.at(0).details, DetailKind::ulp));
  }
  template <class T>
  [[nodiscard]] std::optional<T> value(DetailKind kind) const {
    return asking.details.value<T>(pass.rows.at(0).details, kind);
  }
};

fake::Row with_ulp(const std::string& nest) { return with(inet_row({}), INET_DIAG_ULP_INFO, nest); }

std::string tls_info() {
  return nested({{TLS_INFO_VERSION, bytes_of(std::uint16_t{TLS_1_3_VERSION})},
                 {TLS_INFO_CIPHER, bytes_of(std::uint16_t{TLS_CIPHER_AES_GCM_256})},
                 {TLS_INFO_TXCONF, bytes_of(std::uint16_t{TLS_CONF_SW})},
                 {TLS_INFO_RXCONF, bytes_of(std::uint16_t{TLS_CONF_HW})},
                 {TLS_INFO_ZC_RO_TX, ""},
                 {TLS_INFO_RX_NO_PAD, ""}});
}

std::string subflow_info() {
  return nested({{MPTCP_SUBFLOW_ATTR_TOKEN_REM, bytes_of(std::uint32_t{0xa1a2a3a4})},
                 {MPTCP_SUBFLOW_ATTR_TOKEN_LOC, bytes_of(std::uint32_t{0xb1b2b3b4})},
                 {MPTCP_SUBFLOW_ATTR_RELWRITE_SEQ, bytes_of(std::uint32_t{11})},
                 {MPTCP_SUBFLOW_ATTR_MAP_SEQ, bytes_of(std::uint64_t{0xc1c2c3c4c5c6c7c8})},
                 {MPTCP_SUBFLOW_ATTR_MAP_SFSEQ, bytes_of(std::uint32_t{12})},
                 {MPTCP_SUBFLOW_ATTR_SSN_OFFSET, bytes_of(std::uint32_t{13})},
                 {MPTCP_SUBFLOW_ATTR_MAP_DATALEN, bytes_of(std::uint16_t{0xd1d2})},
                 {MPTCP_SUBFLOW_ATTR_FLAGS, bytes_of(std::uint32_t{MPTCP_SUBFLOW_FLAG_FULLY_ESTABLISHED})},
                 {MPTCP_SUBFLOW_ATTR_ID_REM, bytes_of(std::uint8_t{3})},
                 {MPTCP_SUBFLOW_ATTR_ID_LOC, bytes_of(std::uint8_t{4})}});
}

std::string tls_ulp() {
  return nested({{INET_ULP_INFO_NAME, std::string("tls\0", 4)}, {INET_ULP_INFO_TLS, tls_info()}});
}
std::string mptcp_ulp() {
  return nested({{INET_ULP_INFO_NAME, std::string("mptcp\0", 6)}, {INET_ULP_INFO_MPTCP, subflow_info()}});
}

TEST(UlpInfo, KernelTlsIsRead) {
  const UlpAnswer answer(with_ulp(tls_ulp()));
  EXPECT_EQ(answer.name(), "tls");
  const auto tls = answer.value<TlsInfo>(DetailKind::tls);
  ASSERT_TRUE(tls);
  EXPECT_EQ(tls->version, TLS_1_3_VERSION);
  EXPECT_EQ(tls->cipher, TLS_CIPHER_AES_GCM_256);
  EXPECT_EQ(tls->transmit, TLS_CONF_SW);
  EXPECT_EQ(tls->receive, TLS_CONF_HW);
  EXPECT_TRUE(tls->zero_copy_sendfile);
  EXPECT_TRUE(tls->no_padding);
}

TEST(UlpInfo, WhatKernelTlsDoesNotTellIsUnknown) {
  const auto nest = nested({{INET_ULP_INFO_TLS, nested({{TLS_INFO_TXCONF, bytes_of(std::uint16_t{TLS_CONF_BASE})}})}});
  const auto tls = UlpAnswer(with_ulp(nest)).value<TlsInfo>(DetailKind::tls);
  ASSERT_TRUE(tls);
  EXPECT_EQ(tls->version, std::nullopt);
  EXPECT_EQ(tls->cipher, std::nullopt);
  EXPECT_EQ(tls->receive, std::nullopt);
  EXPECT_EQ(tls->transmit, TLS_CONF_BASE);
  EXPECT_FALSE(tls->zero_copy_sendfile);
}

TEST(UlpInfo, ASubflowTellsOfItsConnection) {
  const UlpAnswer answer(with_ulp(mptcp_ulp()));
  EXPECT_EQ(answer.name(), "mptcp");
  const auto subflow = answer.value<SubflowInfo>(DetailKind::subflow);
  ASSERT_TRUE(subflow);
  EXPECT_EQ(subflow->remote_token, 0xa1a2a3a4U);
  EXPECT_EQ(subflow->local_token, 0xb1b2b3b4U);
  EXPECT_EQ(subflow->relative_write_seq, 11U);
  EXPECT_EQ(subflow->map_seq, 0xc1c2c3c4c5c6c7c8U);
  EXPECT_EQ(subflow->map_subflow_seq, 12U);
  EXPECT_EQ(subflow->ssn_offset, 13U);
  EXPECT_EQ(subflow->map_data_length, 0xd1d2);
  EXPECT_EQ(subflow->flags, std::uint32_t{MPTCP_SUBFLOW_FLAG_FULLY_ESTABLISHED});
  EXPECT_EQ(subflow->remote_id, 3);
  EXPECT_EQ(subflow->local_id, 4);
  EXPECT_FALSE(answer.value<TlsInfo>(DetailKind::tls));
}

TEST(UlpInfo, WhatTheKernelTellsOnlyToAFewIsUnknownToOthers) {
  const auto nest = nested({{INET_ULP_INFO_MPTCP, nested({{MPTCP_SUBFLOW_ATTR_FLAGS, bytes_of(std::uint32_t{1})}})}});
  const auto subflow = UlpAnswer(with_ulp(nest)).value<SubflowInfo>(DetailKind::subflow);
  ASSERT_TRUE(subflow);
  EXPECT_EQ(subflow->relative_write_seq, std::nullopt);
  EXPECT_EQ(subflow->map_seq, std::nullopt);
  EXPECT_EQ(subflow->map_subflow_seq, std::nullopt);
  EXPECT_EQ(subflow->ssn_offset, std::nullopt);
  EXPECT_EQ(subflow->map_data_length, std::nullopt);
}

// An attribute's length counts its own four bytes: less is no attribute.
TEST(UlpInfo, ANestedLengthBelowFourEndsTheNest) {
  for (std::uint16_t length = 0; length < 4; ++length) {
    std::string nest = bytes_of(length) + bytes_of(std::uint16_t{INET_ULP_INFO_NAME}) + nested({{99, "rest"}});
    const UlpAnswer answer(with_ulp(nest));
    EXPECT_EQ(answer.name(), "") << length;
    nest = nested({{INET_ULP_INFO_NAME, "tls"}, {INET_ULP_INFO_TLS, nest}});
    const UlpAnswer deeper(with_ulp(nest));
    EXPECT_EQ(deeper.value<TlsInfo>(DetailKind::tls)->version, std::nullopt) << length;
  }
}

TEST(UlpInfo, ANestedLengthBeyondTheNestEndsIt) {
  const std::string nest = bytes_of(std::uint16_t{200}) + bytes_of(std::uint16_t{INET_ULP_INFO_NAME}) + "tls";
  EXPECT_EQ(UlpAnswer(with_ulp(nest)).name(), "");
}

/// `nest` cut to each length, in an attribute of just that length: what is read beyond lies beyond the message.
std::vector<fake::Row> cut_nests(const std::string& nest) {
  std::vector<fake::Row> rows;
  for (std::size_t size = 0; size <= nest.size(); ++size) {
    auto row = with_ulp(nest.substr(0, size));
    row.resize(sizeof(inet_diag_msg) + 4 + size);  // without the padding
    rows.emplace_back(row.begin(), row.end());
  }
  return rows;
}

TEST(UlpInfo, ANestCutAnywhereIsReadNoFurther) {
  for (const std::string& nest : {tls_ulp(), mptcp_ulp()}) {
    const auto rows = cut_nests(nest);
    EXPECT_THAT(UlpAnswer(rows).pass.rows, SizeIs(rows.size()));
  }
}

TEST(UlpInfo, ANestInANestCutAnywhereIsReadNoFurther) {
  for (const auto& [type, whole] :
       {std::pair{std::uint16_t{INET_ULP_INFO_TLS}, tls_info()}, {INET_ULP_INFO_MPTCP, subflow_info()}}) {
    std::vector<fake::Row> rows;
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      auto row = with_ulp(nested({{type, whole.substr(0, size)}}));
      const std::size_t padding = (4 - size % 4) % 4;
      rows.emplace_back(row.begin(), row.end() - static_cast<std::ptrdiff_t>(padding));
    }
    const UlpAnswer answer(rows);
    EXPECT_THAT(answer.pass.rows, SizeIs(rows.size()));
  }
}

}  // namespace

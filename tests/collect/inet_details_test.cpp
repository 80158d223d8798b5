// SPDX-License-Identifier: MIT
#include "collect/inet_details.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <linux/tls.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "portscope/detail_types.hpp"
#include "support/asking.hpp"
#include "support/kernel_message.hpp"
#include "support/printers.hpp"

namespace {

using fake::Asking;
using fake::bytes_of;
using fake::inet_row;
using fake::with;
using portscope::DetailId;
using portscope::DetailKind;
using portscope::EnumSet;
using portscope::Need;
using portscope::Transport;
using testing::SizeIs;

constexpr EnumSet<Need> everything{Need::tcp_info, Need::memory, Need::options, Need::timer, Need::drops};

/// One row of a TCP dump, and what was kept of it.
struct Answer {
  Asking asking;
  collect::Pass pass;

  Answer(const std::vector<fake::Row>& rows, EnumSet<Need> needs) {
    asking.request.needs = needs;
    asking.diag.script(AF_INET, 0, {{rows}});
    pass = asking.dump(Transport::tcp);
  }
  Answer(const fake::Row& row, EnumSet<Need> needs) : Answer(std::vector<fake::Row>{row}, needs) {}

  [[nodiscard]] DetailId id() const { return pass.rows.at(0).details; }
  [[nodiscard]] bool has(DetailKind kind) const { return asking.details.find(id(), kind).has_value(); }
  [[nodiscard]] std::string text(DetailKind kind) const { return std::string(asking.details.text(id(), kind)); }
  template <class T>
  [[nodiscard]] std::optional<T> value(DetailKind kind) const {
    return asking.details.value<T>(id(), kind);
  }
};

/// Every attribute that becomes a detail.
fake::Row full_row() {
  auto row = with(inet_row({}), INET_DIAG_INFO, std::string(280, 'i'));
  row = with(row, INET_DIAG_VEGASINFO, std::string(16, 'v'));
  row = with(row, INET_DIAG_DCTCPINFO, std::string(16, 'd'));
  row = with(row, INET_DIAG_BBRINFO, std::string(20, 'b'));
  row = with(row, INET_DIAG_CONG, std::string("cubic\0", 6));
  row = with(row, INET_DIAG_SKMEMINFO, std::string(36, 'm'));
  row = with(row, INET_DIAG_TOS, bytes_of(std::uint8_t{16}));
  row = with(row, INET_DIAG_TCLASS, bytes_of(std::uint8_t{32}));
  row = with(row, INET_DIAG_CLASS_ID, bytes_of(std::uint32_t{5}));
  row = with(row, INET_DIAG_MARK, bytes_of(std::uint32_t{6}));
  row = with(row, INET_DIAG_SOCKOPT, std::string(2, 'o'));
  row = with(row, INET_DIAG_MD5SIG, std::string(sizeof(tcp_diag_md5sig) * 2, 'k'));
  const auto tls = fake::nested({{TLS_INFO_VERSION, bytes_of(std::uint16_t{TLS_1_3_VERSION})}});
  const auto ulp = fake::nested({{INET_ULP_INFO_NAME, std::string("tls\0", 4)}, {INET_ULP_INFO_TLS, tls}});
  return with(row, INET_DIAG_ULP_INFO, ulp);
}

TEST(InetDetails, EachAttributeIsKeptAsItCame) {
  const Answer answer(full_row(), everything);
  for (const auto& [kind, size] :
       {std::pair{DetailKind::tcp_info, 280U}, std::pair{DetailKind::vegas, 16U}, std::pair{DetailKind::dctcp, 16U},
        std::pair{DetailKind::bbr, 20U}, std::pair{DetailKind::memory, 36U}, std::pair{DetailKind::flags, 2U}}) {
    ASSERT_TRUE(answer.has(kind)) << static_cast<int>(kind);
    EXPECT_THAT(*answer.asking.details.find(answer.id(), kind), SizeIs(size)) << static_cast<int>(kind);
  }
  EXPECT_EQ(answer.text(DetailKind::congestion), "cubic");
  EXPECT_EQ(answer.text(DetailKind::ulp), "tls");
  EXPECT_EQ(answer.value<std::uint8_t>(DetailKind::tos), 16);
  EXPECT_EQ(answer.value<std::uint8_t>(DetailKind::traffic_class), 32);
  EXPECT_EQ(answer.value<std::uint32_t>(DetailKind::class_id), 5U);
  EXPECT_EQ(answer.value<std::uint32_t>(DetailKind::mark), 6U);
  EXPECT_EQ(answer.value<std::uint32_t>(DetailKind::md5_keys), 2U);
}

TEST(InetDetails, OnlyWhatWasNeededIsKept) {
  const std::vector<std::pair<DetailKind, Need>> needed{{DetailKind::tcp_info, Need::tcp_info},
                                                        {DetailKind::vegas, Need::tcp_info},
                                                        {DetailKind::dctcp, Need::tcp_info},
                                                        {DetailKind::bbr, Need::tcp_info},
                                                        {DetailKind::congestion, Need::tcp_info},
                                                        {DetailKind::ulp, Need::tcp_info},
                                                        {DetailKind::tls, Need::tcp_info},
                                                        {DetailKind::md5_keys, Need::tcp_info},
                                                        {DetailKind::memory, Need::memory},
                                                        {DetailKind::tos, Need::options},
                                                        {DetailKind::traffic_class, Need::options},
                                                        {DetailKind::class_id, Need::options},
                                                        {DetailKind::mark, Need::options},
                                                        {DetailKind::flags, Need::options},
                                                        {DetailKind::timer, Need::timer}};
  for (const Need one : {Need::tcp_info, Need::memory, Need::options, Need::timer}) {
    const Answer answer(full_row(), {one});
    for (const auto& [kind, need] : needed) {
      EXPECT_EQ(answer.has(kind), need == one) << static_cast<int>(kind) << " with need " << static_cast<int>(one);
    }
  }
}

TEST(InetDetails, WithoutANeedThereAreNone) {
  for (const EnumSet<Need> needs : {EnumSet<Need>{}, EnumSet<Need>{Need::drops, Need::owners}}) {
    EXPECT_EQ(Answer(full_row(), needs).id(), DetailId::none);
  }
}

TEST(InetDetails, WhatIsNotWantedLeavesNothingBehind) {
  Asking asking;
  asking.request.needs = everything;
  asking.request.selection.states = {portscope::State::established};
  asking.diag.script(AF_INET, 0, {{{full_row()}}});
  EXPECT_THAT(asking.dump(Transport::tcp).rows, SizeIs(0)) << "a listener";
  EXPECT_EQ(asking.details.add({}, DetailKind::mark, {}), DetailId{1}) << "the first detail of all";
}

TEST(InetDetails, TheTimerIsThatOfTheMessage) {
  auto row = inet_row({});
  auto message = sys::copy_from<inet_diag_msg>(row);
  message.idiag_timer = 2;
  message.idiag_retrans = 3;
  message.idiag_expires = 70000;
  const auto timer = Answer(fake::row_of(message), {Need::timer}).value<portscope::Timer>(DetailKind::timer);
  ASSERT_TRUE(timer);
  EXPECT_EQ(timer->kind, 2);
  EXPECT_EQ(timer->retransmits, 3);
  EXPECT_EQ(timer->expires_ms, 70000U);
}

TEST(InetDetails, ARowCutAnywhereIsReadNoFurther) {
  const auto rows = fake::beginnings_of(full_row());
  EXPECT_THAT(Answer(rows, everything).pass.rows, SizeIs(rows.size() - sizeof(inet_diag_msg)));
}

TEST(InetDetails, MoreKeysThanWholeOnesDoNotCount) {
  const auto row = with(inet_row({}), INET_DIAG_MD5SIG, std::string(sizeof(tcp_diag_md5sig) + 1, 'k'));
  EXPECT_EQ(Answer(row, {Need::tcp_info}).value<std::uint32_t>(DetailKind::md5_keys), 1U);
}

TEST(InetDetails, InfoIsAnotherStructForEachProtocol) {
  const auto row = with(inet_row({}), INET_DIAG_INFO, std::string(96, 'i'));
  for (const auto& [transport, protocol, kind] :
       {std::tuple{Transport::tcp, 0, DetailKind::tcp_info},
        std::tuple{Transport::mptcp, int{IPPROTO_MPTCP}, DetailKind::mptcp_info},
        std::tuple{Transport::sctp, int{IPPROTO_SCTP}, DetailKind::sctp_info}}) {
    Asking asking;
    asking.request.needs = {Need::tcp_info};
    asking.diag.script(AF_INET, protocol, {{{row}}});
    asking.diag.script(AF_INET6, protocol, {{}});
    const auto pass = asking.dump(transport);
    ASSERT_THAT(pass.rows, SizeIs(1));
    EXPECT_TRUE(asking.details.find(pass.rows[0].details, kind));
  }
  Asking udp;
  udp.request.needs = {Need::tcp_info};
  udp.diag.script(AF_INET, IPPROTO_UDP, {{{row}}});
  udp.diag.script(AF_INET6, IPPROTO_UDP, {{}});
  EXPECT_EQ(udp.dump(Transport::udp).rows.at(0).details, DetailId::none);
}

unsigned extensions(Transport transport, EnumSet<Need> needs) {
  Asking asking;
  asking.request.needs = needs;
  const sys::Proc proc = asking.tree.open();
  return collect::wanted_extensions(transport, {{asking.diag, proc}, asking.request, asking.strings, asking.details});
}

TEST(InetDetails, EachNeedAsksForItsAttributes) {
  const auto bit = [](unsigned attribute) { return 1U << (attribute - 1U); };
  const auto of_tcp = [](EnumSet<Need> needs) { return extensions(Transport::tcp, needs); };
  EXPECT_EQ(of_tcp({}), 0U);
  EXPECT_EQ(of_tcp({Need::timer, Need::owners}), 0U) << "the timer stands in the message";
  EXPECT_EQ(of_tcp({Need::memory}), bit(INET_DIAG_SKMEMINFO));
  EXPECT_EQ(of_tcp({Need::drops}), bit(INET_DIAG_SKMEMINFO));
  EXPECT_EQ(of_tcp({Need::tcp_info}), bit(INET_DIAG_INFO) | bit(INET_DIAG_VEGASINFO) | bit(INET_DIAG_CONG));
  EXPECT_EQ(of_tcp({Need::options}), bit(INET_DIAG_TOS) | bit(INET_DIAG_TCLASS));
  EXPECT_EQ(extensions(Transport::mptcp, {}), bit(INET_DIAG_INFO)) << "its token leads to the subflows";
}

TEST(InetDetails, OfMptcpTheTokenIsAlwaysKept) {
  Asking asking;
  asking.diag.script(AF_INET, IPPROTO_MPTCP, {{{with(inet_row({}), INET_DIAG_INFO, std::string(96, 'i'))}}});
  const auto pass = asking.dump(Transport::mptcp);
  ASSERT_THAT(pass.rows, SizeIs(1));
  EXPECT_TRUE(asking.details.find(pass.rows[0].details, DetailKind::mptcp_info));
}

}  // namespace

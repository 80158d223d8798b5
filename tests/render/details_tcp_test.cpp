// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <linux/tcp.h>
#include <linux/tls.h>

#include "portscope/detail_types.hpp"
#include "support/detailed_socket.hpp"
#include "support/sockets.hpp"

namespace {

using fake::DetailedSocket;
using portscope::DetailKind;
using portscope::State;
using render::Age;
using render::tcp_view;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

tcp_info quiet() {
  tcp_info info{};
  info.tcpi_min_rtt = UINT32_MAX;  // no sample yet
  info.tcpi_snd_cwnd = 10;
  info.tcpi_snd_mss = 1448;
  return info;
}

tcp_info busy() {
  tcp_info info = quiet();
  info.tcpi_rtt = 12345;
  info.tcpi_min_rtt = 450;
  info.tcpi_bytes_sent = 10000;
  info.tcpi_bytes_received = 3U << 20U;
  info.tcpi_total_retrans = 4;
  info.tcpi_bytes_retrans = 500;
  info.tcpi_unacked = 2;
  info.tcpi_lost = 1;
  info.tcpi_notsent_bytes = 1536;
  info.tcpi_busy_time = 1000;
  info.tcpi_rwnd_limited = 255;
  info.tcpi_sndbuf_limited = 100;
  return info;
}

DetailedSocket connection(const tcp_info& info) {
  DetailedSocket detailed(fake::connection(fake::end("10.0.0.1", 80), fake::end("10.0.0.9", 4000)));
  detailed.add(DetailKind::tcp_info, info);
  return detailed;
}

TEST(TcpLine, TellsWhatHappensWithoutBeingAsked) {
  EXPECT_EQ(connection(busy()).add_text(DetailKind::congestion, std::string_view("cubic\0", 6)).line(tcp_view),
            "cubic, rtt 12.3ms (min 0.45ms), cwnd 10, mss 1448, sent 9.8K, received 3.0M, retransmitted 4 (5%), "
            "unacked 2, lost 1, unsent 1.5K, waits for the receiver 26%, waits for send buffer 10%");
}

TEST(TcpLine, WhatDidNotHappenIsNotTold) { EXPECT_EQ(connection(quiet()).line(tcp_view), "cwnd 10, mss 1448"); }

TEST(TcpLine, ALimitOfLessThanHalfAPercentIsNone) {
  tcp_info info = busy();
  info.tcpi_busy_time = 100000;
  info.tcpi_rwnd_limited = 500;
  info.tcpi_sndbuf_limited = 499;
  EXPECT_THAT(connection(info).line(tcp_view), HasSubstr("waits for the receiver"));
  EXPECT_THAT(connection(info).line(tcp_view), Not(HasSubstr("send buffer")));
}

TEST(TcpLine, WithoutAMinimumTheRoundTripStandsAlone) {
  tcp_info info = quiet();
  info.tcpi_rtt = 1500000;
  EXPECT_THAT(connection(info).line(tcp_view), StartsWith("rtt 1.5s, "));
}

TEST(TcpLine, WhereBytesAreNotCountedSegmentsAre) {
  tcp_info info = quiet();
  info.tcpi_total_retrans = 4;
  EXPECT_THAT(connection(info).line(tcp_view), HasSubstr("retransmitted 4"));
  EXPECT_THAT(connection(info).line(tcp_view), Not(HasSubstr("%")));
}

TEST(TcpLine, OfAListenerOnlyTheCongestionControlIsItsOwn) {
  auto detailed = connection(busy());
  detailed.socket.state = State::listen;
  EXPECT_EQ(detailed.line(tcp_view), "");
  EXPECT_EQ(detailed.add_text(DetailKind::congestion, "bbr").line(tcp_view), "bbr");
}

TEST(TcpLine, AnyLengthOfTheStructIsShownAsFarAsItGoes) {
  const tcp_info info = busy();
  const std::string_view bytes(reinterpret_cast<const char*>(&info), sizeof info);
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    DetailedSocket detailed(fake::connection(fake::end("10.0.0.1", 80), fake::end("10.0.0.9", 4000)));
    detailed.add_text(DetailKind::tcp_info, bytes.substr(0, size));
    EXPECT_EQ(detailed.line(tcp_view).empty(), size < 20) << size << ": the first number shown is snd_mss";
    EXPECT_THAT(detailed.json(tcp_view), StartsWith(R"({"congestion":null)")) << size;
  }
}

TEST(TcpLine, KernelTlsTellsItsVersion) {
  auto detailed = connection(quiet());
  detailed.add_text(DetailKind::ulp, std::string_view("tls\0", 4));
  EXPECT_EQ(detailed.line(tcp_view), "cwnd 10, mss 1448, tls");
  portscope::TlsInfo tls;
  tls.version = TLS_1_3_VERSION;
  EXPECT_EQ(detailed.add(DetailKind::tls, tls).line(tcp_view), "cwnd 10, mss 1448, tls 1.3");
}

TEST(TcpLine, KeysAreCountedOfAListenerToo) {
  auto listener = connection(quiet());
  listener.socket.state = State::listen;
  EXPECT_EQ(listener.add(DetailKind::md5_keys, std::uint32_t{2}).line(tcp_view), "md5 keys 2");
  EXPECT_THAT(connection(quiet()).add(DetailKind::md5_keys, std::uint32_t{2}).line(tcp_view), HasSubstr("md5 keys 2"));
  EXPECT_THAT(connection(quiet()).add(DetailKind::md5_keys, std::uint32_t{0}).line(tcp_view), Not(HasSubstr("md5")));
}

// Congestion controls and upper-layer protocols are named by modules, so by anybody who can load one.
TEST(TcpLine, NamesReachNoTerminalRaw) {
  const std::string hostile = "\x1b[31m\n\xe2\x80\xae\xff";
  auto detailed = connection(quiet());
  detailed.add_text(DetailKind::congestion, hostile).add_text(DetailKind::ulp, hostile);
  const std::string shown = "\\x1b[31m\\n\\u202e\\xff";
  EXPECT_EQ(detailed.line(tcp_view), shown + ", cwnd 10, mss 1448, " + shown);
  const std::string json = detailed.json(tcp_view);
  EXPECT_THAT(json, HasSubstr("\"congestion\":\"\\u001b[31m\\u000a\\u202e\xef\xbf\xbd\",\"congestion_b64\":"));
  EXPECT_THAT(json, HasSubstr("\"ulp\":\"\\u001b[31m\\u000a\\u202e\xef\xbf\xbd\",\"ulp_b64\":"));
}

TEST(TcpObject, HasTheFieldsOfTheKernelUnderTheirNames) {
  const std::string json = connection(busy()).json(tcp_view);
  EXPECT_THAT(json, HasSubstr(R"("ca_state":"open")"));
  EXPECT_THAT(json, HasSubstr(R"("rto_us":null)")) << "0: not known";
  EXPECT_THAT(json, HasSubstr(R"("rtt_us":12345)"));
  EXPECT_THAT(json, HasSubstr(R"("bytes_received":3145728)"));
  EXPECT_THAT(json, HasSubstr(R"("sack":false)"));
  EXPECT_THAT(json, HasSubstr(R"("ulp":null)"));
  EXPECT_THAT(json, HasSubstr(R"("md5_keys":null)")) << "0 is not told";
  for (const char* absent : {"bbr", "vegas", "dctcp", "tls", "\"subflow\""}) {
    EXPECT_THAT(json, Not(HasSubstr(absent)));
  }
}

TEST(TcpObject, TheHalvesOfBbrsBandwidthAreOneNumber) {
  tcp_bbr_info bbr{};
  bbr.bbr_bw_lo = 5;
  bbr.bbr_bw_hi = 2;
  bbr.bbr_min_rtt = UINT32_MAX;
  bbr.bbr_pacing_gain = 739;
  EXPECT_THAT(connection(quiet()).add(DetailKind::bbr, bbr).json(tcp_view),
              HasSubstr(R"("bbr":{"bandwidth":8589934597,"min_rtt_us":null,"pacing_gain_256":739,"cwnd_gain_256":0})"));
}

TEST(TcpObject, KernelTlsInWords) {
  portscope::TlsInfo tls;
  tls.version = TLS_1_2_VERSION;
  tls.cipher = TLS_CIPHER_CHACHA20_POLY1305;
  tls.transmit = TLS_CONF_HW;
  tls.zero_copy_sendfile = true;
  EXPECT_THAT(connection(quiet()).add(DetailKind::tls, tls).json(tcp_view),
              HasSubstr(R"("tls":{"version":"1.2","cipher":"chacha20-poly1305","receive":null,"transmit":"hardware",)"
                        R"("zero_copy_sendfile":true,"no_padding":false})"));
}

TEST(TcpObject, CiphersHaveTheNumbersOfTheKernelsHeader) {
  for (const auto& [number, name] :
       {std::pair{TLS_CIPHER_AES_GCM_128, "\"aes-gcm-128\""}, std::pair{TLS_CIPHER_AES_GCM_256, "\"aes-gcm-256\""},
        std::pair{TLS_CIPHER_AES_CCM_128, "\"aes-ccm-128\""}, std::pair{TLS_CIPHER_SM4_GCM, "\"sm4-gcm\""},
        std::pair{TLS_CIPHER_SM4_CCM, "\"sm4-ccm\""}, std::pair{TLS_CIPHER_ARIA_GCM_128, "\"aria-gcm-128\""},
        std::pair{TLS_CIPHER_ARIA_GCM_256, "\"aria-gcm-256\""}, std::pair{50, "50"}, std::pair{59, "59"},
        std::pair{65535, "65535"}}) {
    portscope::TlsInfo tls;
    tls.cipher = static_cast<std::uint16_t>(number);
    const std::string expected = std::string(R"("cipher":)") + name + ",";
    EXPECT_THAT(connection(quiet()).add(DetailKind::tls, tls).json(tcp_view), HasSubstr(expected));
  }
}

TEST(TcpObject, NumbersOfTomorrowStayNumbers) {
  portscope::TlsInfo tls;
  tls.version = 0x0305;
  tls.receive = 5;
  tls.transmit = 4;
  EXPECT_THAT(connection(quiet()).add(DetailKind::tls, tls).json(tcp_view),
              HasSubstr(R"("version":773,"cipher":null,"receive":5,"transmit":"hardware_record")"));
}

TEST(TcpObject, ASubflowTellsItsTokens) {
  portscope::SubflowInfo subflow;
  subflow.local_token = 0xabc;
  subflow.remote_token = 0xdef;
  subflow.flags = 0x10;
  subflow.local_id = 1;
  const std::string json = connection(quiet()).add(DetailKind::subflow, subflow).json(tcp_view);
  EXPECT_THAT(
      json,
      HasSubstr(R"("subflow":{"local_token":"abc","remote_token":"def","local_id":1,"remote_id":0,)"
                R"("flags":"10","relative_write_seq":null,"map_seq":null,"map_subflow_seq":null,"ssn_offset":null,)"
                R"("map_data_length":null})"));
}

Age age(const DetailedSocket& detailed) { return std::get<Age>(render::age_of(detailed.snapshot, detailed.socket)); }

tcp_info clocks(std::uint32_t sent, std::uint32_t received) {
  tcp_info info = quiet();
  info.tcpi_last_data_sent = sent;
  info.tcpi_last_data_recv = received;
  return info;
}

TEST(Age, IsExactUntilTheFirstDataGoesEitherWay) {
  tcp_info silent = clocks(70000, 69000);
  EXPECT_EQ(age(connection(silent)), (Age{70000, true}));
  silent.tcpi_data_segs_in = 1;
  EXPECT_EQ(age(connection(silent)), (Age{70000, true})) << "receiving does not set back the clock of sending";
  tcp_info sender = clocks(1000, 70000);
  sender.tcpi_data_segs_out = 1;
  EXPECT_EQ(age(connection(sender)), (Age{70000, true}));
}

TEST(Age, IsAtLeastTheLongerSilenceLater) {
  tcp_info info = clocks(1000, 3000);
  info.tcpi_data_segs_out = 1;
  info.tcpi_data_segs_in = 1;
  EXPECT_EQ(age(connection(info)), (Age{3000, false}));
  info = clocks(4000, 3000);
  info.tcpi_data_segs_out = 1;
  info.tcpi_data_segs_in = 1;
  EXPECT_EQ(age(connection(info)), (Age{4000, false}));
}

// tcpi_data_segs_* came with Linux 4.6.
TEST(Age, WithoutCountersNothingIsExact) {
  const tcp_info info = clocks(1000, 3000);
  const std::string_view bytes(reinterpret_cast<const char*>(&info), 104);
  DetailedSocket detailed(fake::connection(fake::end("10.0.0.1", 80), fake::end("10.0.0.9", 4000)));
  detailed.add_text(DetailKind::tcp_info, bytes);
  EXPECT_EQ(age(detailed), (Age{3000, false}));
}

TEST(Age, IsThatOfAConnection) {
  auto detailed = connection(clocks(1000, 3000));
  for (const State state : {State::listen, State::syn_sent, State::bound}) {
    detailed.socket.state = state;
    EXPECT_TRUE(render::is_blank(render::age_of(detailed.snapshot, detailed.socket))) << portscope::name(state);
  }
  const DetailedSocket unknown(fake::connection(fake::end("10.0.0.1", 80), fake::end("10.0.0.9", 4000)));
  EXPECT_TRUE(render::is_blank(render::age_of(unknown.snapshot, unknown.socket)));
}

/// A listener's clocks tell how long the machine runs.
TEST(Age, OfWhatEndedIsThatOfAConnectionOrNone) {
  tcp_info info = clocks(80'000'000, 80'000'000);
  auto never_connected = connection(info);
  never_connected.socket.state = State::closed;
  EXPECT_TRUE(render::is_blank(render::age_of(never_connected.snapshot, never_connected.socket)));
  info.tcpi_rtt = 30;
  auto ended = connection(info);
  ended.socket.state = State::closed;
  EXPECT_EQ(age(ended), (Age{80'000'000, true}));
}

TEST(Age, ReadsAsALimitWhereItIsOne) {
  std::string text;
  render::append_text(text, Age{7200000, true}, {});
  text += ' ';
  render::append_text(text, Age{1500, false}, {});
  EXPECT_EQ(text, "2h >1.5s");
}

}  // namespace

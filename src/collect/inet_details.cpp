// SPDX-License-Identifier: MIT
#include "collect/inet_details.hpp"

#include <linux/inet_diag.h>
#include <linux/mptcp.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <linux/tls.h>

#include <array>

#include "collect/kept_attributes.hpp"
#include "portscope/detail_types.hpp"

namespace collect {

using portscope::DetailKind;
using portscope::Need;
using portscope::Socket;

namespace {

constexpr std::uint8_t bit(unsigned attribute) { return static_cast<std::uint8_t>(1U << (attribute - 1U)); }

/// Which of the eight askable attributes a need asks for. ULP and MD5 come with INFO; DCTCP and BBR
/// answer to VEGASINFO; the class comes with the IPv6 traffic class, on IPv4 sockets too.
struct Extension {
  Need need;
  std::uint8_t bits;
};
constexpr auto extensions = std::to_array<Extension>({
    {Need::drops, bit(INET_DIAG_SKMEMINFO)},
    {Need::memory, bit(INET_DIAG_SKMEMINFO)},
    {Need::tcp_info, bit(INET_DIAG_INFO) | bit(INET_DIAG_VEGASINFO) | bit(INET_DIAG_CONG)},
    {Need::options, bit(INET_DIAG_TOS) | bit(INET_DIAG_TCLASS)},
});

constexpr auto kept_attributes = std::to_array<KeptAttribute>({
    {INET_DIAG_VEGASINFO, DetailKind::vegas, Need::tcp_info},
    {INET_DIAG_DCTCPINFO, DetailKind::dctcp, Need::tcp_info},
    {INET_DIAG_BBRINFO, DetailKind::bbr, Need::tcp_info},
    {INET_DIAG_CONG, DetailKind::congestion, Need::tcp_info},
    {INET_DIAG_SKMEMINFO, DetailKind::memory, Need::memory},
    {INET_DIAG_TOS, DetailKind::tos, Need::options},
    {INET_DIAG_TCLASS, DetailKind::traffic_class, Need::options},
    {INET_DIAG_CLASS_ID, DetailKind::class_id, Need::options},
    {INET_DIAG_MARK, DetailKind::mark, Need::options},
    {INET_DIAG_SOCKOPT, DetailKind::flags, Need::options},
});

/// INET_DIAG_INFO is another struct for each protocol.
std::optional<DetailKind> info_kind(portscope::Transport transport) {
  if (transport == portscope::Transport::tcp) return DetailKind::tcp_info;
  if (transport == portscope::Transport::mptcp) return DetailKind::mptcp_info;
  if (transport == portscope::Transport::sctp) return DetailKind::sctp_info;
  return std::nullopt;
}

portscope::TlsInfo read_tls(sys::Bytes nested) {
  portscope::TlsInfo tls;
  while (const auto attribute = sys::next_attribute(nested)) {
    const auto number = sys::copy_from<std::uint16_t>(attribute->payload);
    switch (attribute->type) {
      case TLS_INFO_VERSION:
        tls.version = number;
        break;
      case TLS_INFO_CIPHER:
        tls.cipher = number;
        break;
      case TLS_INFO_TXCONF:
        tls.transmit = number;
        break;
      case TLS_INFO_RXCONF:
        tls.receive = number;
        break;
      case TLS_INFO_ZC_RO_TX:
        tls.zero_copy_sendfile = true;
        break;
      case TLS_INFO_RX_NO_PAD:
        tls.no_padding = true;
        break;
      default:
        break;
    }
  }
  return tls;
}

portscope::SubflowInfo read_subflow(sys::Bytes nested) {
  portscope::SubflowInfo subflow;
  while (const auto attribute = sys::next_attribute(nested)) {
    const auto number = sys::copy_from<std::uint32_t>(attribute->payload);
    switch (attribute->type) {
      case MPTCP_SUBFLOW_ATTR_TOKEN_LOC:
        subflow.local_token = number;
        break;
      case MPTCP_SUBFLOW_ATTR_TOKEN_REM:
        subflow.remote_token = number;
        break;
      case MPTCP_SUBFLOW_ATTR_RELWRITE_SEQ:
        subflow.relative_write_seq = number;
        break;
      case MPTCP_SUBFLOW_ATTR_MAP_SEQ:
        subflow.map_seq = sys::copy_from<std::uint64_t>(attribute->payload);
        break;
      case MPTCP_SUBFLOW_ATTR_MAP_SFSEQ:
        subflow.map_subflow_seq = number;
        break;
      case MPTCP_SUBFLOW_ATTR_SSN_OFFSET:
        subflow.ssn_offset = number;
        break;
      case MPTCP_SUBFLOW_ATTR_MAP_DATALEN:
        subflow.map_data_length = sys::copy_from<std::uint16_t>(attribute->payload);
        break;
      case MPTCP_SUBFLOW_ATTR_FLAGS:
        subflow.flags = number;
        break;
      case MPTCP_SUBFLOW_ATTR_ID_LOC:
        subflow.local_id = sys::copy_from<std::uint8_t>(attribute->payload);
        break;
      case MPTCP_SUBFLOW_ATTR_ID_REM:
        subflow.remote_id = sys::copy_from<std::uint8_t>(attribute->payload);
        break;
      default:
        break;
    }
  }
  return subflow;
}

void read_ulp(sys::Bytes nested, const Question& question, Socket& socket) {
  constexpr auto name = std::to_array<KeptAttribute>({{INET_ULP_INFO_NAME, DetailKind::ulp}});
  keep_attributes(nested, name, question, socket);
  while (const auto attribute = sys::next_attribute(nested)) {
    if (attribute->type == INET_ULP_INFO_TLS) {
      keep_value(question, socket, DetailKind::tls, read_tls(attribute->payload));
    } else if (attribute->type == INET_ULP_INFO_MPTCP) {
      keep_value(question, socket, DetailKind::subflow, read_subflow(attribute->payload));
    }
  }
}

}  // namespace

std::uint8_t wanted_extensions(portscope::Transport transport, const Question& question) {
  std::uint8_t bits = transport == portscope::Transport::mptcp ? bit(INET_DIAG_INFO) : 0;
  for (const Extension& extension : extensions) {
    if (question.needs(extension.need)) bits |= extension.bits;
  }
  return bits;
}

void read_row_attributes(sys::Bytes attributes, Socket& socket) {
  while (const auto attribute = sys::next_attribute(attributes)) {
    switch (attribute->type) {
      case INET_DIAG_SKV6ONLY:
        socket.v6_only = sys::copy_from<std::uint8_t>(attribute->payload) != 0;
        break;
      case INET_DIAG_CGROUP_ID:
        socket.cgroup = sys::copy_from<std::uint64_t>(attribute->payload);
        break;
      case INET_DIAG_SKMEMINFO:
        socket.drops = drops_of(attribute->payload);
        break;
      case INET_DIAG_SHUTDOWN:
        socket.shutdown = shutdown_of(sys::copy_from<std::uint8_t>(attribute->payload));
        break;
      default:  // details, and the attributes of later kernels
        break;
    }
  }
}

void read_details(sys::Bytes attributes, const Question& question, Socket& socket) {
  keep_attributes(attributes, kept_attributes, question, socket);
  const bool is_mptcp = socket.transport == portscope::Transport::mptcp;  // its token leads to its subflows
  if (!question.needs(Need::tcp_info) && !is_mptcp) return;
  const auto info = info_kind(socket.transport);
  while (const auto attribute = sys::next_attribute(attributes)) {
    if (attribute->type == INET_DIAG_INFO && info) {
      socket.details = question.details.add(socket.details, *info, attribute->payload);
    } else if (attribute->type == INET_DIAG_ULP_INFO) {
      read_ulp(attribute->payload, question, socket);
    } else if (attribute->type == INET_DIAG_MD5SIG) {
      const auto keys = static_cast<std::uint32_t>(attribute->payload.size() / sizeof(tcp_diag_md5sig));
      keep_value(question, socket, DetailKind::md5_keys, keys);
    }
  }
}

}  // namespace collect

// SPDX-License-Identifier: MIT
#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

#include "collect/inet_details.hpp"
#include "collect/inet_diag.hpp"
#include "collect/sctp_row.hpp"

namespace collect {

using portscope::Address;
using portscope::Endpoint;

namespace {

/// INET_DIAG_LOCALS and INET_DIAG_PEERS are arrays of struct sockaddr_storage.
std::vector<Endpoint> read_addresses(sys::Bytes payload) {
  std::vector<Endpoint> result;
  for (; payload.size() >= sizeof(sockaddr_storage); payload = payload.subspan(sizeof(sockaddr_storage))) {
    const auto family = sys::copy_from<sa_family_t>(payload);
    if (family == AF_INET) {
      const auto four = sys::copy_from<sockaddr_in>(payload);
      std::array<std::uint8_t, 4> bytes{};
      std::memcpy(bytes.data(), &four.sin_addr, bytes.size());
      result.push_back({Address::ipv4(bytes), ntohs(four.sin_port)});
    } else if (family == AF_INET6) {
      const auto six = sys::copy_from<sockaddr_in6>(payload);
      Address::Bytes bytes{};
      std::memcpy(bytes.data(), &six.sin6_addr, bytes.size());
      result.push_back({Address::ipv6(bytes), ntohs(six.sin6_port)});
    }
  }
  return result;
}

/// Only the message of an association has the addresses of a peer (net/sctp/diag.c). Its state is
/// that of the association, and no number of TCP.
SctpRow parse_sctp(sys::Bytes body, const Question& question) {
  SctpRow row{parse_inet(portscope::Transport::sctp, body).socket, false, {}, {}};
  auto attributes = attributes_of(body);
  while (const auto attribute = sys::next_attribute(attributes)) {
    if (attribute->type == INET_DIAG_LOCALS) row.locals = read_addresses(attribute->payload);
    if (attribute->type == INET_DIAG_PEERS) {
      row.peers = read_addresses(attribute->payload);
      row.association = true;
    }
  }
  // To TCP some of its numbers are requests and time_wait, which have no user.
  const auto uid = sys::copy_from<inet_diag_msg>(body).idiag_uid;
  if (row.socket.inode != 0 || uid != 0) row.socket.uid = uid;
  const unsigned number = row.socket.state_id;
  row.socket.state = row.association ? association_state(number) : endpoint_state(number);
  if (!row.association) row.socket.peer = {};
  for (Endpoint& local : row.locals) local.port = inet(row.socket.local)->port;
  read_details(attributes_of(body), question, row.socket);
  return row;
}

}  // namespace

Pass dump_sctp(const Family& family, const Question& question) {
  Pass pass;
  pass.whole = true;
  std::vector<SctpRow> rows;
  for (const auto& [wanted, number] :
       {std::pair{portscope::Family::ipv4, AF_INET}, std::pair{portscope::Family::ipv6, AF_INET6}}) {
    if (!question.request.selection.families.contains(wanted) || pass.error != 0) continue;
    inet_diag_req_v2 request{};
    request.sdiag_family = static_cast<std::uint8_t>(number);
    request.sdiag_protocol = static_cast<std::uint8_t>(family.protocol);
    request.idiag_ext = wanted_extensions(family.transport, question);
    request.idiag_states = UINT32_MAX;
    const auto end =
        question.doors.diag.dump({SOCK_DIAG_BY_FAMILY, std::as_bytes(std::span(&request, 1))}, [&](sys::Bytes body) {
          if (body.size() >= sizeof(inet_diag_msg)) rows.push_back(parse_sctp(body, question));
        });
    pass.error = end.error;
    pass.whole = pass.whole && end.in_one_piece;
  }
  if (pass.error == 0) keep_sctp(question, pass, rows);
  return pass;
}

}  // namespace collect

// SPDX-License-Identifier: MIT
#include "collect/inet_diag.hpp"

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "collect/bound_sockets.hpp"
#include "collect/bytecode.hpp"
#include "collect/counters.hpp"
#include "collect/inet_details.hpp"
#include "collect/inet_lookup.hpp"
#include "collect/kept_attributes.hpp"
#include "portscope/detail_types.hpp"
#include "portscope/kernel_filter.hpp"

namespace collect {

using portscope::Address;
using portscope::Endpoint;
using portscope::EnumSet;
using portscope::KernelPart;
using portscope::Need;
using portscope::Socket;
using portscope::State;
using portscope::Transport;

namespace {

bool asks_for_details(Transport transport, const Question& question) {
  constexpr EnumSet<Need> detailed{Need::tcp_info, Need::memory, Need::timer, Need::options};
  return transport == Transport::mptcp || !(question.request.needs & detailed).empty();
}

void dump(const Family& family, const Question& question, Pass& pass, const sys::DiagRequest& request) {
  const bool has_details = asks_for_details(family.transport, question);
  const auto end = question.doors.diag.dump(request, [&](sys::Bytes body) {
    if (body.size() < sizeof(inet_diag_msg)) return;  // not a row of ours; never read past it
    const InetRow row = parse_inet(family.transport, body);
    if (row.counted) count(question.turn, pass, row.socket.inode);
    Socket* const kept = keep(question, pass, row.socket);
    if (kept == nullptr) {
      const std::uint64_t number = number_of(row.socket);
      if (row.counted && number != 0) pass.passed_over.push_back(number);
    } else if (has_details) {
      keep_inet_details(body, question, *kept);
    }
  });
  pass.error = end.error;
  pass.whole = pass.whole && end.in_one_piece;
}

/// What the kernel shall decide: as much of the filter as it can, unless that would keep back the
/// neighbours by which sockets are explained.
KernelPart asked_of_kernel(const Family& family, const Question& question) {
  constexpr EnumSet<Transport> with_program{Transport::tcp, Transport::udp, Transport::udplite};
  KernelPart part;
  if (question.request.push_down == portscope::PushDown::off) return part;
  if (question.neighbours == nullptr) return kernel_part(question.request.selection.filter, family.transport);
  if (question.only != nullptr && with_program.contains(family.transport)) part.program = *question.only;
  return part;
}

/// One request, for a family or for both.
struct Demand {
  std::uint8_t address_family = 0;
  std::uint8_t extensions = 0;
  std::uint32_t states = 0;
  inet_diag_sockid ports{};
  std::vector<std::byte> program;
  bool spans_tables = false;  ///< see Pass
};

/// Bound, listening and connected sockets lie in different tables, walked one after the other: a
/// server that goes from bind() to listen() meanwhile may be in neither.
bool spans_tables(EnumSet<State> asked) {
  return asked.contains(State::bound) && asked != EnumSet<State>{State::bound};
}

Demand demand_for(const Family& family, const Question& question, const KernelPart& part) {
  Demand demand;
  demand.extensions = wanted_extensions(family.transport, question);
  const auto without_peer = part.has_peer ? EnumSet<State>{State::listen, State::bound} : EnumSet<State>{};
  auto states = states_to_read(question);
  const bool is_large = question.turn.number == 0 && question.turn.so_far != nullptr && question.turn.so_far->known();
  if (is_large && may_read_all_counted(family, question)) states |= portscope::every<State>() - uncounted_states;
  demand.states = state_mask(family.transport, states - without_peer);
  demand.spans_tables =
      family.transport == Transport::tcp && spans_tables(question.request.selection.states - without_peer);
  demand.ports.idiag_sport = htons(part.local_port.value_or(0));
  demand.ports.idiag_dport = htons(part.peer_port.value_or(0));
  demand.program = bytecode(part.program);
  return demand;
}

template <class Fixed>
std::vector<std::byte> request_body(Fixed fixed, const Demand& demand) {
  fixed.idiag_ext = demand.extensions;
  fixed.idiag_states = demand.states;
  fixed.id = demand.ports;
  const auto bytes = std::as_bytes(std::span(&fixed, 1));
  std::vector<std::byte> body(bytes.begin(), bytes.end());
  if (!demand.program.empty()) sys::append_attribute(body, INET_DIAG_REQ_BYTECODE, demand.program);
  return body;
}

void append_protocol(std::uint32_t protocol, std::vector<std::byte>& body) {
  sys::append_attribute(body, INET_DIAG_REQ_PROTOCOL, std::as_bytes(std::span(&protocol, 1)));
}

/// The request of old answers for IPv4 and IPv6 in one walk over the table, which for TCP and MPTCP
/// is the dear part (inet_diag_dump_compat); others can be asked that way since Linux 5.9 only, as
/// can MPTCP at all.
void dump_both(const Family& family, const Question& question, Pass& pass, const Demand& demand) {
  inet_diag_req both{};
  both.idiag_family = AF_INET;
  auto body = request_body(both, demand);
  if (family.protocol > UINT8_MAX) append_protocol(family.protocol, body);
  dump(family, question, pass, {TCPDIAG_GETSOCK, body});
}

/// sdiag_protocol has 8 bits; MPTCP's number does not fit and goes into an attribute (Linux 5.9). An
/// older kernel must not take it for TCP's, which is what its lower 8 bits are.
void dump_one(const Family& family, const Question& question, Pass& pass, const Demand& demand) {
  const bool fits = family.protocol <= UINT8_MAX;
  inet_diag_req_v2 one{};
  one.sdiag_family = demand.address_family;
  one.sdiag_protocol = fits ? static_cast<std::uint8_t>(family.protocol) : 0;
  auto body = request_body(one, demand);
  if (!fits) append_protocol(family.protocol, body);
  dump(family, question, pass, {SOCK_DIAG_BY_FAMILY, body});
}

/// How else than by ENOENT a kernel says that there is nobody to answer: EOPNOTSUPP to the request of
/// old, EINVAL to an attribute that it does not know.
bool is_missing(const Family& family, int error) {
  return error == EOPNOTSUPP || (error == EINVAL && family.protocol > UINT8_MAX);
}

/// In place at once: a vector that grows holds its rows twice. Some that the kernel does not count come with them. 0:
/// not known, or fewer will be kept.
std::uint64_t expected_rows(const Question& question) {
  constexpr std::uint64_t uncounted = 64;
  const std::uint64_t in_table = question.turn.in_table;
  return question.request.selection.filter.is_everything() ? in_table + in_table / uncounted : 0;
}

Pass dump_tables(const Family& family, const Question& question, Demand demand) {
  const auto wanted_families = families_to_read(question);
  Pass pass;
  pass.rows.reserve(expected_rows(question));
  pass.whole = true;
  pass.spans_tables = demand.spans_tables;
  const bool in_one_walk = family.transport == Transport::tcp || family.transport == Transport::mptcp;
  const bool both =
      wanted_families.contains(portscope::Family::ipv4) && wanted_families.contains(portscope::Family::ipv6);
  if (in_one_walk && both) {
    dump_both(family, question, pass, demand);
  } else {
    for (const auto& [wanted, number] :
         {std::pair{portscope::Family::ipv4, AF_INET}, std::pair{portscope::Family::ipv6, AF_INET6}}) {
      if (!wanted_families.contains(wanted) || pass.error != 0) continue;
      demand.address_family = static_cast<std::uint8_t>(number);
      dump_one(family, question, pass, demand);
    }
  }
  if (is_missing(family, pass.error)) pass.error = ENOENT;
  return pass;
}

/// Without the walk over bound sockets, where there are none at that port, neither before nor afterwards: one that
/// connected in between was bound before, one that gave up listening is so afterwards. Nothing where that is not
/// certain.
std::optional<Pass> dump_without_bound(const Family& family, const Question& question, std::uint16_t port,
                                       Demand demand) {
  if (!has_no_bound_at(port, question)) return std::nullopt;
  demand.states &= ~state_mask(family.transport, {State::bound});
  Pass pass = dump_tables(family, question, std::move(demand));
  if (pass.error != 0 || !has_no_bound_at(port, question)) return std::nullopt;
  pass.none_is_bound = true;
  return pass;
}

}  // namespace

Endpoint endpoint_of(std::uint8_t family, const __be32 (&words)[4], __be16 port) {
  if (family == AF_INET) {
    std::array<std::uint8_t, 4> four{};
    std::memcpy(four.data(), static_cast<const void*>(words), four.size());
    return {Address::ipv4(four), ntohs(port)};
  }
  Address::Bytes sixteen{};
  std::memcpy(sixteen.data(), static_cast<const void*>(words), sixteen.size());
  return {Address::ipv6(sixteen), ntohs(port)};
}

InetRow parse_inet(Transport transport, sys::Bytes body) {
  const auto message = sys::copy_from<inet_diag_msg>(body);
  InetRow row =
      inet_row({transport, message.idiag_family == AF_INET ? portscope::Family::ipv4 : portscope::Family::ipv6,
                portscope::Source::netlink, message.idiag_state, message.idiag_timer,
                endpoint_of(message.idiag_family, message.id.idiag_src, message.id.idiag_sport),
                endpoint_of(message.idiag_family, message.id.idiag_dst, message.id.idiag_dport), message.idiag_inode,
                message.idiag_uid});
  row.socket.interface = message.id.idiag_if;
  row.socket.cookie = cookie_of(message.id.idiag_cookie);
  row.socket.recv_queue = message.idiag_rqueue;
  row.socket.send_queue = message.idiag_wqueue;
  read_row_attributes(attributes_of(body), row.socket);
  return row;
}

sys::Bytes attributes_of(sys::Bytes body) { return body.subspan(std::min(body.size(), sizeof(inet_diag_msg))); }

void keep_inet_details(sys::Bytes body, const Question& question, Socket& socket) {
  if (question.needs(Need::timer)) {
    const auto message = sys::copy_from<inet_diag_msg>(body);
    const portscope::Timer timer{message.idiag_timer, message.idiag_retrans, message.idiag_expires};
    keep_value(question, socket, portscope::DetailKind::timer, timer);
  }
  read_details(attributes_of(body), question, socket);
}

EnumSet<State> states_to_read(const Question& question) {
  constexpr EnumSet<State> not_talking{State::bound, State::unconnected};
  auto states = question.request.selection.states;
  if (question.needs(Need::time_wait_count)) states.insert(State::time_wait);
  // To count them takes a walk over all connections, which one reading does as well as two.
  if (question.needs(Need::requests) && question.turn.number == 0) states.insert(State::syn_received);
  // Who called whom is told by all others; merely bound sockets tell nothing and cost a walk more.
  if (question.needs(Need::direction)) states |= portscope::every<State>() - not_talking;
  return states;
}

bool may_read_all_counted(const Family& family, const Question& question) {
  return family.transport == Transport::tcp && states_to_read(question).contains(State::established) &&
         asked_of_kernel(family, question) == KernelPart{};
}

Pass dump_inet(const Family& family, const Question& question) {
  const KernelPart part = asked_of_kernel(family, question);
  Pass pass;
  pass.whole = true;
  if (part.program.kind == portscope::KernelFilter::Kind::never) return pass;
  if (part.connection) {
    pass = look_up(family, question, *part.connection);
    if (pass.error == 0) return pass;
  }
  Demand demand = demand_for(family, question, part);
  if (demand.spans_tables && part.local_port) {
    if (auto without_bound = dump_without_bound(family, question, *part.local_port, demand)) return *without_bound;
  }
  pass = dump_tables(family, question, demand);
  if (pass.error == 0 || demand.program.empty()) return pass;
  // A kernel that does not know an operation, or keeps it to itself (marks), refuses the program.
  demand.program.clear();
  return dump_tables(family, question, std::move(demand));
}

}  // namespace collect

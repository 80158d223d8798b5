// SPDX-License-Identifier: MIT
// /proc/net/sctp/eps and assocs (net/sctp/proc.c). Addresses are printed as people write them, the
// one in use with a star before it.
#include <cerrno>
#include <string>

#include "collect/fields.hpp"
#include "collect/sctp_row.hpp"

namespace collect {

using portscope::Address;
using portscope::Endpoint;

namespace {

std::optional<Endpoint> parse_address(std::string_view text, std::uint16_t port) {
  if (text.starts_with('*')) text.remove_prefix(1);
  const auto address = Address::parse(text);
  return address ? std::optional(Endpoint{*address, port}) : std::nullopt;
}

void set_place(SctpRow& row, std::uint16_t local_port, std::uint32_t uid, std::uint32_t inode) {
  portscope::Socket& socket = row.socket;
  socket.transport = portscope::Transport::sctp;
  socket.source = portscope::Source::proc;
  const Endpoint first = row.locals.empty() ? Endpoint{{}, local_port} : row.locals.front();
  socket.local = first;
  socket.family = first.address.is_ipv4() ? portscope::Family::ipv4 : portscope::Family::ipv6;
  if (inode != 0 || uid != 0) socket.uid = uid;
  socket.inode = inode;
}

/// `ENDPT SOCK STY SST HBKT LPORT UID INODE LADDRS...`
std::optional<SctpRow> parse_endpoint_line(std::string_view line) {
  take_word(line);
  take_word(line);
  take_word(line);  // style: 0 one-to-many, 1 peeled off, 2 one-to-one
  const auto state = to_number<std::uint8_t>(take_word(line));
  take_word(line);  // hash bucket
  const auto port = to_number<std::uint16_t>(take_word(line));
  const auto uid = to_number<std::uint32_t>(take_word(line));
  const auto inode = to_number<std::uint32_t>(take_word(line));
  if (!state || !port || !uid || !inode) return std::nullopt;
  SctpRow row;
  for (auto word = take_word(line); !word.empty(); word = take_word(line)) {
    const auto address = parse_address(word, *port);
    if (!address) return std::nullopt;
    row.locals.push_back(*address);
  }
  set_place(row, *port, *uid, *inode);
  row.socket.state_id = *state;
  row.socket.state = endpoint_state(*state);
  return row;
}

/// `ASSOC SOCK STY SST ST HBKT ASSOC-ID TX_QUEUE RX_QUEUE UID INODE LPORT RPORT LADDRS <-> RADDRS ...`;
/// numbers follow that are told by netlink under their names.
std::optional<SctpRow> parse_association_line(std::string_view line) {
  for (int column = 0; column < 4; ++column) take_word(line);
  const auto state = to_number<std::uint8_t>(take_word(line));
  take_word(line);  // hash bucket
  take_word(line);  // association id
  const auto send_queue = to_number<std::uint32_t>(take_word(line));
  const auto recv_queue = to_number<std::uint32_t>(take_word(line));
  const auto uid = to_number<std::uint32_t>(take_word(line));
  const auto inode = to_number<std::uint32_t>(take_word(line));
  const auto local_port = to_number<std::uint16_t>(take_word(line));
  const auto peer_port = to_number<std::uint16_t>(take_word(line));
  if (!state || !uid || !inode || !local_port || !peer_port) return std::nullopt;
  SctpRow row;
  row.association = true;
  bool before_arrow = true;
  for (auto word = take_word(line); !word.empty(); word = take_word(line)) {
    if (word == "<->") {
      before_arrow = false;
      continue;
    }
    const auto address = parse_address(word, before_arrow ? *local_port : *peer_port);
    if (!address) break;  // the addresses are over
    (before_arrow ? row.locals : row.peers).push_back(*address);
    // Of this end the first is told, as netlink does.
    if (word.starts_with('*') && !before_arrow) row.socket.peer = *address;
  }
  set_place(row, *local_port, *uid, *inode);
  if (std::holds_alternative<std::monostate>(row.socket.peer) && !row.peers.empty()) {
    row.socket.peer = row.peers.front();
  }
  row.socket.state_id = *state;
  row.socket.state = association_state(*state);
  row.socket.send_queue = send_queue;
  row.socket.recv_queue = recv_queue;
  return row;
}

}  // namespace

Pass scan_sctp(const Family& family, const Question& question) {
  constexpr std::array parsers{parse_endpoint_line, parse_association_line};
  Pass pass;
  pass.whole = true;
  std::vector<SctpRow> rows;
  for (std::size_t i = 0; i < parsers.size(); ++i) {
    const auto text = read_table(question, family.files.at(i));
    if (!text) {
      pass.error = text.error();
      return pass;
    }
    std::string_view rest = *text;
    take_line(rest);  // headings
    while (!rest.empty()) {
      auto row = parsers.at(i)(take_line(rest));
      if (!row) {
        pass.error = EPROTO;
        return pass;
      }
      pass.fingerprint += trace_of(row->socket.inode);
      rows.push_back(std::move(*row));
    }
    pass.whole = pass.whole && is_one_page(question, *text);
  }
  keep_sctp(question, pass, rows);
  return pass;
}

}  // namespace collect

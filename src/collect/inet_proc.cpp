// SPDX-License-Identifier: MIT
#include "collect/inet_proc.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "collect/family.hpp"
#include "collect/fields.hpp"
#include "collect/inet_row.hpp"
#include "collect/kept_attributes.hpp"
#include "portscope/detail_types.hpp"

namespace collect {

using portscope::Address;
using portscope::Endpoint;
using portscope::Socket;
using portscope::Transport;

namespace {

constexpr std::size_t word_digits = 8;

/// `0100007F:1F90`. The kernel prints the words of an address as numbers in host order, so their
/// bytes in memory are the address; the port is in host order.
std::optional<Endpoint> parse_endpoint(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon != word_digits && colon != 4 * word_digits) return std::nullopt;
  const auto port = to_number<std::uint16_t>(text.substr(colon + 1), hex);
  std::array<std::uint32_t, 4> words{};
  for (std::size_t i = 0; i < colon / word_digits; ++i) {
    const auto word = to_number<std::uint32_t>(text.substr(i * word_digits, word_digits), hex);
    if (!word) return std::nullopt;
    words.at(i) = *word;
  }
  if (!port) return std::nullopt;
  if (colon == word_digits) {
    std::array<std::uint8_t, 4> four{};
    std::memcpy(four.data(), words.data(), four.size());
    return Endpoint{Address::ipv4(four), *port};
  }
  Address::Bytes sixteen{};
  std::memcpy(sixteen.data(), words.data(), sixteen.size());
  return Endpoint{Address::ipv6(sixteen), *port};
}

struct HexPair {
  std::uint32_t first = 0;
  std::uint32_t second = 0;
};

/// `tx:rx` and `tr:when`, in hex.
std::optional<HexPair> parse_pair(std::string_view text) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const auto first = to_number<std::uint32_t>(text.substr(0, colon), hex);
  const auto second = to_number<std::uint32_t>(text.substr(std::min(colon + 1, text.size())), hex);
  if (!first || !second) return std::nullopt;
  return HexPair{*first, *second};
}

/// Datagram tables end in a count of dropped datagrams: `... inode ref pointer drops`.
void parse_drops(std::string_view rest, Socket& socket) {
  take_word(rest);  // references
  take_word(rest);  // pointer, hashed
  socket.drops = to_number<std::uint32_t>(take_word(rest));
}

/// The kernel's clock ticks of /proc, 100 a second.
std::uint32_t to_milliseconds(std::uint32_t ticks) {
  constexpr std::uint64_t second = 1000;
  static const auto frequency = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  return static_cast<std::uint32_t>(ticks * second / frequency);
}

struct ProcRow {
  InetRow row;
  portscope::Timer timer;
};

/// `sl local remote st tx:rx tr:when retrnsmt uid timeout inode ...` (proc(5)).
std::optional<ProcRow> parse_row(Transport transport, std::string_view line) {
  take_word(line);  // row number, or hash slot
  const std::string_view local_text = take_word(line);
  const auto local = parse_endpoint(local_text);
  const auto peer = parse_endpoint(take_word(line));
  const auto state = to_number<std::uint8_t>(take_word(line), hex);
  const auto queues = parse_pair(take_word(line));
  const auto timer = parse_pair(take_word(line));
  const auto retransmits = to_number<std::uint8_t>(take_word(line), hex);
  const auto uid = to_number<std::uint32_t>(take_word(line));
  take_word(line);  // timeout
  const auto inode = to_number<std::uint32_t>(take_word(line));
  if (!local || !peer || !state || !queues || !timer || !uid || !inode) return std::nullopt;

  const bool four = local_text.size() < 4 * word_digits;
  InetRow row = inet_row({transport, four ? portscope::Family::ipv4 : portscope::Family::ipv6, portscope::Source::proc,
                          *state, static_cast<std::uint8_t>(timer->first), *local, *peer, *inode, *uid});
  // Of a listener the limit is not told: 0 stands there.
  if (row.socket.state != portscope::State::listen) row.socket.send_queue = queues->first;
  row.socket.recv_queue = queues->second;
  if (transport != Transport::tcp) parse_drops(line, row.socket);
  return ProcRow{row,
                 {static_cast<std::uint8_t>(timer->first), retransmits.value_or(0), to_milliseconds(timer->second)}};
}

/// Keeps the rows of one table, but for sockets that an earlier table already had, and
/// appends the inodes of those that the kernel counts to `counted`. Linux lists an IPv4 ping
/// socket a second time in icmp6.
void scan_file(const std::string& text, const Family& family, const Question& question, Pass& pass,
               std::vector<std::uint32_t>& counted) {
  std::sort(counted.begin(), counted.end());
  const std::vector<std::uint32_t> earlier = counted;
  std::string_view rest = text;
  take_line(rest);  // headings
  while (!rest.empty()) {
    const auto parsed = parse_row(family.transport, take_line(rest));
    if (!parsed) {
      pass.error = EPROTO;  // a table of another shape than proc(5) tells must not pass for an empty one
      return;
    }
    const InetRow& row = parsed->row;
    const std::uint32_t inode = row.socket.inode;
    if (inode != 0 && std::binary_search(earlier.begin(), earlier.end(), inode)) continue;
    if (row.counted) counted.push_back(inode);
    Socket* const socket = keep(question, pass, row.socket);
    if (socket != nullptr && question.needs(portscope::Need::timer)) {
      keep_value(question, *socket, portscope::DetailKind::timer, parsed->timer);
    }
  }
  pass.whole = pass.whole && is_one_page(question, text);
}

/// Under churn a reading repeats some rows and leaves others out; only different ones count. Rows
/// without an inode (orphans, the accept queue) are taken as they come.
void sum_up(std::vector<std::uint32_t> inodes, const Turn& turn, Pass& pass) {
  std::sort(inodes.begin(), inodes.end());
  const auto first_inode = std::upper_bound(inodes.begin(), inodes.end(), 0U);
  inodes.erase(std::unique(first_inode, inodes.end()), inodes.end());
  for (const std::uint32_t inode : inodes) {
    count(turn, pass, inode);
    pass.fingerprint += trace_of(inode);
  }
}

}  // namespace

std::optional<Socket> parse_inet_line(Transport transport, std::string_view line) {
  const auto parsed = parse_row(transport, line);
  return parsed ? std::optional(parsed->row.socket) : std::nullopt;
}

Pass scan_inet(const Family& family, const Question& question) {
  constexpr std::array wanted{portscope::Family::ipv4, portscope::Family::ipv6};
  Pass pass;
  pass.whole = true;
  std::vector<std::uint32_t> counted;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!families_to_read(question).contains(wanted.at(i)) || pass.error != 0) continue;
    const auto text = read_table(question, family.files.at(i));
    if (text) {
      scan_file(*text, family, question, pass, counted);
    } else if (text.error() != ENOENT || !read_table(question, family.files[0])) {
      pass.error = text.error();  // only a kernel without IPv6 has the first file and no second
    }
  }
  sum_up(std::move(counted), question.turn, pass);
  return pass;
}

}  // namespace collect

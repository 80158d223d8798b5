// SPDX-License-Identifier: MIT
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include "collect/family.hpp"
#include "collect/fields.hpp"
#include "collect/inet_state.hpp"

namespace collect {

using portscope::Address;
using portscope::Endpoint;
using portscope::Socket;
using portscope::Transport;

namespace {

constexpr int hex = 16;
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

/// `tx:rx` in hex.
bool parse_queues(std::string_view text, Socket& socket) {
  const std::size_t colon = std::min(text.find(':'), text.size());
  const auto send = to_number<std::uint32_t>(text.substr(0, colon), hex);
  const auto receive = to_number<std::uint32_t>(text.substr(std::min(colon + 1, text.size())), hex);
  if (!send || !receive) return false;
  socket.send_queue = *send;
  socket.recv_queue = *receive;
  return true;
}

/// Datagram tables end in a count of dropped datagrams: `... inode ref pointer drops`.
void parse_drops(std::string_view rest, Socket& socket) {
  take_word(rest);  // references
  take_word(rest);  // pointer, hashed
  socket.drops = to_number<std::uint32_t>(take_word(rest));
}

/// `sl local remote st tx:rx tr:when retrnsmt uid timeout inode ...` (proc(5)).
std::optional<Socket> parse(Transport transport, std::string_view line) {
  Socket socket;
  socket.transport = transport;
  socket.source = portscope::Source::proc;
  take_word(line);  // row number, or hash slot
  const std::string_view local_text = take_word(line);
  const auto local = parse_endpoint(local_text);
  const auto peer = parse_endpoint(take_word(line));
  const auto state = to_number<std::uint8_t>(take_word(line), hex);
  if (!local || !peer || !state || !parse_queues(take_word(line), socket)) return std::nullopt;
  take_word(line);  // timer
  take_word(line);  // retransmits
  const auto uid = to_number<std::uint32_t>(take_word(line));
  take_word(line);  // timeout
  const auto inode = to_number<std::uint32_t>(take_word(line));
  if (!uid || !inode) return std::nullopt;

  const bool four = local_text.size() < 4 * word_digits;
  socket.family = four ? portscope::Family::ipv4 : portscope::Family::ipv6;
  socket.state = inet_state(transport, *state);
  socket.state_id = *state;
  socket.local = *local;
  if (peer->port != 0 || !peer->address.is_wildcard()) socket.peer = *peer;
  socket.inode = *inode;
  if (!is_mini_socket(socket.state) && (*inode != 0 || *uid != 0)) socket.uid = *uid;
  if (transport != Transport::tcp) parse_drops(line, socket);
  return socket;
}

constexpr std::size_t atomic_size = 4096;  // seq_file hands out a page at a time

void scan_file(const std::string& text, const Family& family, const Question& question, Pass& pass) {
  std::string_view rest = text;
  take_line(rest);  // headings
  while (!rest.empty()) {
    const auto socket = parse(family.transport, take_line(rest));
    if (!socket) {
      pass.error = EPROTO;  // a table of another shape than proc(5) tells must not pass for an empty one
      return;
    }
    if (!is_mini_socket(socket->state)) ++pass.hashed;
    keep(question, pass, *socket);
  }
  pass.whole = pass.whole && text.size() <= atomic_size;
}

}  // namespace

Pass scan_inet(const Family& family, const Question& question) {
  constexpr std::array wanted{portscope::Family::ipv4, portscope::Family::ipv6};
  Pass pass;
  pass.whole = true;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (!question.request.selection.families.contains(wanted.at(i)) || pass.error != 0) continue;
    const auto text = question.doors.proc.read(("thread-self/net/" + std::string(family.files.at(i))).c_str());
    if (text) {
      scan_file(*text, family, question, pass);
    } else if (text.error() != ENOENT || i == 0) {
      pass.error = text.error();  // a kernel without IPv6 has no second file
    }
  }
  return pass;
}

}  // namespace collect

// SPDX-License-Identifier: MIT
#include <algorithm>
#include <unordered_set>

#include "collect/counters.hpp"
#include "collect/fields.hpp"
#include "collect/unix_peers.hpp"

namespace collect {

using portscope::Socket;
using portscope::SocketType;
using portscope::State;
using portscope::UnixEndpoint;

namespace {

constexpr int hex = 16;

/// Numbers of /proc/net/unix (net/unix/af_unix.c, unix_seq_show): the state is that of the BSD
/// socket, and listening is a flag.
struct Row {
  std::uint32_t flags = 0;
  std::uint8_t type = 0;
  std::uint8_t state = 0;
  std::uint32_t inode = 0;
  std::string_view name;  ///< after the one blank that follows the inode
};

/// `Num RefCount Protocol Flags Type St Inode Path`. Nothing when the line is not such a row: a
/// name may hold newlines, so what looks like a broken line is the rest of a name.
std::optional<Row> parse_row(std::string_view line) {
  // A hashed kernel pointer, or `(____ptrval____)` before the kernel has gathered randomness.
  if (!take_word(line).ends_with(':')) return std::nullopt;
  const auto references = to_number<std::uint32_t>(take_word(line), hex);
  const auto protocol = to_number<std::uint32_t>(take_word(line), hex);
  const auto flags = to_number<std::uint32_t>(take_word(line), hex);
  const auto type = to_number<std::uint8_t>(take_word(line), hex);
  const auto state = to_number<std::uint8_t>(take_word(line), hex);
  const auto inode = to_number<std::uint32_t>(take_word(line));
  if (!references || !protocol || !flags || !type || !state || !inode) return std::nullopt;
  if (!line.empty()) line.remove_prefix(1);
  return Row{*flags, *type, *state, *inode, line};
}

SocketType type_of(std::uint8_t number) {
  constexpr std::uint8_t datagram = 2;
  constexpr std::uint8_t raw = 3;
  constexpr std::uint8_t seqpacket = 5;
  if (number == datagram) return SocketType::datagram;
  if (number == raw) return SocketType::raw;
  return number == seqpacket ? SocketType::seqpacket : SocketType::stream;
}

/// The states of both roads, by the numbers that sock_diag gives them.
void set_state(const Row& row, Socket& socket) {
  constexpr std::uint32_t accepting_flag = 0x10000;  // __SO_ACCEPTCON
  constexpr std::uint8_t connected_state = 3;        // SS_CONNECTED
  if ((row.flags & accepting_flag) != 0) {
    socket.state = State::listen;
    socket.state_id = 10;
  } else if (row.state == connected_state) {
    socket.state = State::established;
    socket.state_id = 1;
  } else {
    socket.state = State::unconnected;
    socket.state_id = 7;
  }
}

Socket to_socket(const Row& row, portscope::StringPool& strings) {
  Socket socket;
  socket.transport = portscope::Transport::unix_socket;
  socket.family = portscope::Family::unix_socket;
  socket.source = portscope::Source::proc;
  socket.type = type_of(row.type);
  socket.inode = row.inode;
  set_state(row, socket);
  UnixEndpoint local{portscope::StringId::none, row.inode, false};
  // NULs of an abstract name read as '@' here; a file called "@x" in the current directory
  // cannot be told from the abstract "x".
  if (!row.name.empty()) {
    local.abstract = row.name.front() == '@';
    local.name = strings.intern(local.abstract ? row.name.substr(1) : row.name);
  }
  socket.local = local;
  if (socket.state == State::established) socket.peer = UnixEndpoint{};  // there is one; which, is not told
  return socket;
}

/// Under churn a reading repeats rows; those are no more sockets.
std::uint64_t different_inodes(const std::vector<Socket>& sockets) {
  std::unordered_set<std::uint32_t> inodes;
  for (const Socket& socket : sockets) inodes.insert(socket.inode);
  return inodes.size();
}

}  // namespace

Pass scan_unix(const Family& family, const Question& question) {
  Pass pass;
  const auto before = count_sockets(question.doors.proc, family.counters);
  const auto text = question.doors.proc.read("thread-self/net/unix");
  if (!text) {
    pass.error = text.error();
    return pass;
  }
  std::string_view rest = *text;
  take_line(rest);  // headings
  std::vector<Socket> all;
  std::uint64_t embryos = 0;
  while (!rest.empty()) {
    const auto row = parse_row(take_line(rest));
    if (row && row->inode == 0) ++embryos;
    // Inode 0: an embryo that its listener has not accepted; netlink does not show them either.
    if (row && row->inode != 0) all.push_back(to_socket(*row, question.strings));
  }
  const auto after = count_sockets(question.doors.proc, family.counters);
  // A socket may have come and gone between the counts, so one such reading proves nothing yet.
  pass.forged = before && after && different_inodes(all) + embryos > std::max(*before, *after);
  pass.whole = text->size() <= one_piece_of_proc && !pass.forged;
  keep_unix(question, pass, std::move(all));
  return pass;
}

}  // namespace collect

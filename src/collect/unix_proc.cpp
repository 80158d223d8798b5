// SPDX-License-Identifier: MIT
#include <algorithm>
#include <unordered_map>

#include "collect/counters.hpp"
#include "collect/fields.hpp"
#include "collect/unix_peers.hpp"

namespace collect {

using portscope::Socket;
using portscope::State;
using portscope::UnixEndpoint;

namespace {

/// Numbers of /proc/net/unix (net/unix/af_unix.c, unix_seq_show): the state is that of the BSD
/// socket, and listening is a flag.
struct UnixRow {
  std::uint32_t flags = 0;
  std::uint8_t type = 0;
  std::uint8_t state = 0;
  std::uint32_t inode = 0;
  std::string_view name;  ///< after the one blank that follows the inode
};

/// `Num RefCount Protocol Flags Type St Inode Path`. Nothing when the line is not such a row.
std::optional<UnixRow> parse_row(std::string_view line) {
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
  return UnixRow{*flags, *type, *state, *inode, line};
}

/// A name may hold newlines; a line that is no row goes on with the name before it.
std::vector<UnixRow> parse_rows(std::string_view text) {
  std::vector<UnixRow> rows;
  take_line(text);  // headings
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (const auto row = parse_row(line)) {
      rows.push_back(*row);
    } else if (!rows.empty() && !rows.back().name.empty()) {
      const char* const begin = rows.back().name.data();
      rows.back().name = {begin, static_cast<std::size_t>(line.data() + line.size() - begin)};
    }
  }
  return rows;
}

/// The states of both roads, by the numbers that sock_diag gives them.
void set_state(const UnixRow& row, Socket& socket) {
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

Socket to_socket(const UnixRow& row, portscope::StringPool& strings) {
  Socket socket;
  socket.transport = portscope::Transport::unix_socket;
  socket.family = portscope::Family::unix_socket;
  socket.source = portscope::Source::proc;
  socket.type = socket_type(row.type);
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

struct Tally {
  std::uint64_t inodes = 0;
  std::uint64_t fingerprint = 0;
  bool contradiction = false;  ///< one inode under two names
};

/// Under churn a reading repeats rows, which are no more sockets, and shows one before and after
/// its bind(2); but it never gives a socket two names.
Tally tally(const std::vector<Socket>& sockets) {
  using portscope::StringId;
  std::unordered_map<std::uint32_t, StringId> names;
  Tally result;
  for (const Socket& socket : sockets) {
    const StringId name = std::get<UnixEndpoint>(socket.local).name;
    StringId& known = names.try_emplace(socket.inode, name).first->second;
    if (known == StringId::none) known = name;
    result.contradiction = result.contradiction || (name != StringId::none && name != known);
  }
  result.inodes = names.size();
  for (const auto& [inode, name] : names) result.fingerprint += trace_of(inode);
  return result;
}

}  // namespace

Pass scan_unix(const Family& family, const Question& question) {
  Pass pass;
  const auto before = count_sockets(question.doors.proc, family.counters);
  const auto text = read_table(question, "unix");
  if (!text) {
    pass.error = text.error();
    return pass;
  }
  std::vector<Socket> all;
  std::uint64_t embryos = 0;
  for (const UnixRow& row : parse_rows(*text)) {
    // Inode 0: an embryo that its listener has not accepted; netlink does not show them either.
    if (row.inode == 0) {
      ++embryos;
    } else {
      all.push_back(to_socket(row, question.strings));
    }
  }
  const auto after = count_sockets(question.doors.proc, family.counters);
  // A socket may have come and gone between the counts, so one such reading proves nothing yet.
  const Tally different = tally(all);
  const bool surplus = before && after && different.inodes + embryos > std::max(*before, *after);
  pass.contradiction = different.contradiction;
  pass.forged = surplus || different.contradiction;
  pass.fingerprint = different.fingerprint;
  pass.whole = is_one_page(question, *text) && !pass.forged;
  keep_unix(question, pass, std::move(all));
  return pass;
}

}  // namespace collect

// SPDX-License-Identifier: MIT
#include "collect/fields.hpp"
#include "collect/kept_attributes.hpp"
#include "collect/table_file.hpp"

namespace collect {

using portscope::Socket;

namespace {

/// `sk RefCnt Type Proto Iface R Rmem User Inode` (net/packet/af_packet.c, packet_seq_show): the
/// protocol in hex, the interface as its index, R whether it is running.
std::optional<Row> parse_packet_line(std::string_view line) {
  take_word(line);  // a hashed kernel pointer
  take_word(line);  // references
  const auto type = to_number<unsigned>(take_word(line));
  const auto protocol = to_number<std::uint16_t>(take_word(line), hex);
  const auto interface = to_number<std::int32_t>(take_word(line));  // -1: the interface is gone
  take_word(line);
  const auto memory = to_number<std::uint32_t>(take_word(line));
  const auto uid = to_number<std::uint32_t>(take_word(line));
  const auto inode = to_number<std::uint32_t>(take_word(line));
  if (!type || !protocol || !interface || !memory || !uid || !inode) return std::nullopt;
  Socket socket;
  socket.transport = portscope::Transport::packet;
  socket.family = portscope::Family::packet;
  socket.source = portscope::Source::proc;
  socket.state = portscope::State::unconnected;
  socket.state_id = 7;
  socket.type = socket_type(*type);
  socket.local = portscope::PacketEndpoint{*protocol};
  socket.interface = static_cast<std::uint32_t>(*interface);  // as netlink tells it
  socket.recv_queue = *memory;
  socket.uid = *uid;
  socket.inode = *inode;
  return Row{socket, {}};
}

}  // namespace

Pass scan_packet(const Family& family, const Question& question) {
  return scan_table(family, question, parse_packet_line);
}

}  // namespace collect

// SPDX-License-Identifier: MIT
#include "collect/fields.hpp"
#include "collect/netlink_row.hpp"
#include "collect/table_file.hpp"

namespace collect {

namespace {

/// `sk Eth Pid Groups Rmem Wmem Dump Locks Drops Inode` (net/netlink/af_netlink.c,
/// netlink_native_seq_show): Eth is the protocol, Pid the port id, of the groups only the first 32
/// are told. Whether it is connected is not.
std::optional<Row> parse_netlink_line(std::string_view line) {
  take_word(line);  // a hashed kernel pointer
  const auto protocol = to_number<std::uint8_t>(take_word(line));
  const auto port_id = to_number<std::uint32_t>(take_word(line));
  const auto groups = to_number<std::uint32_t>(take_word(line), hex);
  const auto memory = to_number<std::uint32_t>(take_word(line));
  take_word(line);  // memory of what is being sent
  take_word(line);  // a dump is going on
  take_word(line);  // references
  const auto drops = to_number<std::uint32_t>(take_word(line));
  const auto inode = to_number<std::uint32_t>(take_word(line));
  if (!protocol || !port_id || !groups || !memory || !drops || !inode) return std::nullopt;
  Row row{netlink_socket(*protocol, *port_id), {}};
  row.socket.source = portscope::Source::proc;
  row.socket.recv_queue = *memory;
  row.socket.drops = *drops;
  row.socket.inode = *inode;
  row.details.push_back({portscope::DetailKind::netlink_groups, *groups});
  return row;
}

}  // namespace

Pass scan_netlink(const Family& family, const Question& question) {
  return scan_table(family, question, parse_netlink_line);
}

}  // namespace collect

// SPDX-License-Identifier: MIT
// Whatever stands in a filter: it is read or refused, and the kernel never keeps back what it may hold of.
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "collect/bytecode.hpp"
#include "collect/fields.hpp"
#include "portscope/query.hpp"
#include "portscope/selection.hpp"
#include "support/bytecode_machine.hpp"
#include "support/sockets.hpp"

namespace {

using portscope::Expression;
using portscope::KernelFilter;
using portscope::Socket;
using portscope::Transport;
using portscope::Truth;

const portscope::StringPool no_strings;

void expect(bool condition, const char* rule, const std::string& text) {
  if (condition) return;
  std::fprintf(stderr, "broken: %s\nof the filter: %s\n", rule, text.c_str());
  std::abort();
}

/// Some of every kind: waiting and talking, IPv4, IPv6, one within the other, bound to an interface.
std::vector<Socket> make_sockets() {
  using fake::connection;
  using fake::end;
  using fake::listener;
  std::vector<Socket> sockets{
      listener("0.0.0.0", 80),
      listener("127.0.0.1", 8080),
      listener("::", 443),
      fake::v6only_listener(22),
      listener("fe80::1", 1),
      connection(end("127.0.0.1", 8080), end("127.0.0.1", 65535)),
      connection(end("10.1.2.3", 1024), end("192.0.2.1", 80)),
      connection(end("::1", 443), end("::1", 40000)),
      connection(end("2001:db8::1", 40000), end("2001:db8::2", 22)),
  };
  Socket mapped = connection(end("127.0.0.1", 443), end("10.1.2.3", 80));
  mapped.family = portscope::Family::ipv6;
  sockets.push_back(mapped);
  std::uint32_t number = 0;
  for (Socket& socket : sockets) {
    socket.interface = number % 3;
    socket.cgroup = 1 + number % 2;
    socket.inode = 100 + number;
    socket.cookie = 0x1000U + number;
    socket.uid = 1000 * (number % 2);
    ++number;
  }
  const std::size_t count = sockets.size();
  for (std::size_t i = 0; i < count; ++i) {
    Socket udp = sockets[i];
    udp.transport = Transport::udp;
    if (udp.state == portscope::State::listen) udp.state = portscope::State::unconnected;
    sockets.push_back(udp);
  }
  return sockets;
}

const std::vector<Socket>& sockets() {
  static const std::vector<Socket> made = make_sockets();
  return made;
}

/// As take_snapshot does with the names of interfaces and cgroups, where they are numbers.
void resolve_numbers(Expression& filter) {
  each_condition(filter, [](portscope::Condition& condition) {
    if (condition.field != portscope::FieldId::dev && condition.field != portscope::FieldId::cgroup) return;
    const auto* texts = std::get_if<portscope::Texts>(&condition.values);
    if (texts == nullptr) return;
    portscope::Numbers numbers;
    for (const std::string& text : *texts) {
      const auto number = collect::to_number<std::uint32_t>(text);
      if (!number) return;
      numbers.push_back({*number, *number});
    }
    condition.values = std::move(numbers);
  });
}

/// Its row does not tell the mark of a socket, so that nobody can say what the kernel would.
bool asks_for_mark(const Expression& filter) {
  bool asks = false;
  each_condition(filter, [&](const portscope::Condition& condition) {
    asks = asks || condition.field == portscope::FieldId::fwmark;
  });
  return asks;
}

void check_push_down(const Expression& filter, Transport transport, const std::string& text) {
  const KernelFilter asked = kernel_filter(filter, transport);
  static_cast<void>(to_text(asked));
  const auto ends = required_ends(asked);
  const bool never = asked.kind == KernelFilter::Kind::never;
  const auto code = never ? std::vector<std::byte>{} : collect::bytecode(asked);
  expect(code.empty() || fake::kernel_accepts(code), "the kernel accepts the program", text);
  for (const Socket& socket : sockets()) {
    if (socket.transport != transport) continue;
    const auto entry = fake::entry_of(socket);
    const bool handed_out = kernel_holds(asked, entry);
    if (!code.empty()) expect(kernel_runs(code, entry) == handed_out, "the program says what the filter says", text);
    const bool may_match = holds(filter, {socket, no_strings}) != Truth::no;
    if (!may_match || asks_for_mark(filter)) continue;
    expect(handed_out, "the kernel keeps nothing back", text);
    expect(!ends.local_port || ends.local_port == entry.local.port, "the required local port is required", text);
    expect(!ends.peer_port || ends.peer_port == entry.peer.port, "the required peer port is required", text);
    expect(!ends.local_address || ends.local_address == entry.local.address, "so is the local address", text);
    expect(!ends.peer_address || ends.peer_address == entry.peer.address, "so is the peer's address", text);
  }
}

void check(const std::vector<std::string>& words, const std::string& text) {
  Expression filter;
  try {
    filter = portscope::parse_query(words);
  } catch (const portscope::QueryError& error) {
    expect(error.begin() <= error.text().size(), "the fault begins in the text", text);
    expect(error.length() <= error.text().size() - error.begin(), "the fault ends in the text", text);
    expect(error.length() > 0 || error.begin() == error.text().size(), "the fault is somewhere", text);
    expect(error.what()[0] != '\0', "the fault has a name", text);
    return;
  }
  resolve_numbers(filter);
  static_cast<void>(needs_of(filter));
  static_cast<void>(holder_conditions(filter));
  for (const Transport transport : {Transport::tcp, Transport::udp}) check_push_down(filter, transport, text);
  portscope::Selection selection;
  selection.filter = filter;
  narrow(selection);
  for (const Socket& socket : sockets()) {
    if (holds(filter, {socket, no_strings}) == Truth::no) continue;
    const bool stays = selection.transports.contains(socket.transport) && selection.families.contains(socket.family) &&
                       selection.states.contains(socket.state);
    expect(stays, "what may match is not narrowed away", text);
  }
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  while (begin <= text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return lines;
}

}  // namespace

/// Called by libFuzzer, and by replay.cpp. A filter is one word of the shell, or has one on each line.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  if (!text.empty()) check({text}, text);
  check(lines_of(text), text);
  return 0;
}

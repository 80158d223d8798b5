// SPDX-License-Identifier: MIT
#include "render/close.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "render/document.hpp"
#include "render/formats.hpp"
#include "render/socket_json.hpp"

namespace render {

using portscope::ClosedSocket;
using portscope::Closing;
using portscope::EnumSet;
using portscope::Socket;
using portscope::Transport;

namespace {

constexpr EnumSet<Transport> closable{Transport::tcp, Transport::udp, Transport::udplite};

std::string counted(std::size_t count) { return fmt::format("{} {}", count, count == 1 ? "socket" : "sockets"); }

/// Why one was not closed, and what would help.
std::string reason(const Socket& socket, const ClosedSocket& closed) {
  switch (closed.fate) {
    case Closing::closed:
      return "";
    case Closing::gone:
      return "the kernel does not find it any more";
    case Closing::denied:
      return "CAP_NET_ADMIN is missing; run as root";
    case Closing::unsupported:
      if (socket.state == portscope::State::time_wait) return "this kernel closes no time_wait, which ends by itself";
      if (closable.contains(socket.transport)) return "this kernel was built without CONFIG_INET_DIAG_DESTROY";
      if (socket.transport == Transport::mptcp)
        return "the kernel closes no MPTCP socket; -t names the TCP ones below it";
      return fmt::format("the kernel closes no {} socket, only those of TCP and UDP", name(socket.transport));
    case Closing::unreachable:
      return socket.cookie == 0 ? "its identity is not known, as /proc does not tell it"
                                : "the kernel finds no socket that is bound and does not listen; end its process";
    case Closing::failed:
      return closed.why;
  }
  return "";
}

}  // namespace

void write_close_plan(const CloseAnswer& answer, const Look& look, const Sink& sink) {
  if (answer.sockets.empty()) return sink("No socket matches.\n");
  sink(fmt::format("{} to be closed:\n", counted(answer.sockets.size())));
  View view{&answer.snapshot, answer.sockets, {}, false, look};
  for (const std::string_view name : {"transport", "state", "local", "peer", "owners", "user", "unit"}) {
    view.columns.push_back(find_column(name));
  }
  write_table(view, sink);
}

void write_close_outcome(const CloseAnswer& answer, const Sink& sink) {
  if (answer.closed.empty()) return;
  std::size_t done = 0;
  std::map<std::string, std::size_t> reasons;
  for (const ClosedSocket& closed : answer.closed) {
    const std::string why = reason(answer.snapshot.sockets[closed.socket], closed);
    why.empty() ? ++done : ++reasons[why];
  }
  if (!answer.dry_run) sink(fmt::format("{} of {} closed.\n", done, counted(answer.closed.size())));
  const std::string_view how = answer.dry_run ? "would not be" : "not";
  for (const auto& [why, count] : reasons) sink(fmt::format("{} {}: {}.\n", count, how, why));
}

void write_close_json(const CloseAnswer& answer, const Look& look, const Sink& sink) {
  std::string out;
  JsonWriter json(out, look.json);
  json.begin_object();
  write_document_head(json, "portscope.close/1", answer.snapshot);
  json.key("dry_run");
  json.boolean(answer.dry_run);
  json.key("result");
  json.text(name(answer.result));
  json.key("closed");
  json.number(static_cast<std::uint64_t>(
      std::count_if(answer.closed.begin(), answer.closed.end(),
                    [](const ClosedSocket& closed) { return closed.fate == Closing::closed; })));
  json.key("sockets");
  write_socket_array(json, answer.snapshot, answer.sockets);
  json.key("closings");
  json.begin_array();
  for (const ClosedSocket& closed : answer.closed) {
    json.begin_object();
    const Socket& socket = answer.snapshot.sockets[closed.socket];
    write_member(json, "cookie", socket.cookie != 0 ? Cell{Hex{socket.cookie}} : Cell{});
    json.key("fate");
    json.text(name(closed.fate));
    write_known(json, "why", closed.why, !closed.why.empty());
    json.end_object();
  }
  json.end_array();
  json.end_object();
  out += '\n';
  sink(out);
}

}  // namespace render

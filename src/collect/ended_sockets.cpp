// SPDX-License-Identifier: MIT
#include "collect/ended_sockets.hpp"

#include <linux/inet_diag.h>
#include <netinet/in.h>

#include <cerrno>
#include <utility>

#include "collect/errors.hpp"
#include "collect/inet_diag.hpp"
#include "collect/kept_attributes.hpp"
#include "portscope/ended_sockets.hpp"
#include "sys/machine.hpp"

namespace collect {

using portscope::DetailKind;
using portscope::Gap;
using portscope::Snapshot;
using portscope::Socket;
using portscope::Transport;

namespace {

/// The message does not say elsewhere of which protocol it is (net/ipv4/inet_diag.c, inet_diag_handler_get_info).
Transport transport_of(sys::Bytes attributes) {
  const auto protocol = sys::copy_from<std::uint8_t>(sys::find_attribute(attributes, INET_DIAG_PROTOCOL));
  return protocol == IPPROTO_UDP ? Transport::udp : Transport::tcp;
}

void add_ended(sys::Bytes body, Snapshot& snapshot) {
  if (body.size() < sizeof(inet_diag_msg)) return;
  const auto attributes = attributes_of(body);
  Socket socket = parse_inet(transport_of(attributes), body).socket;
  socket.state = portscope::State::closed;
  socket.owner_status = portscope::OwnerStatus::gone;
  socket.recv_queue = std::nullopt;  // what is left in there is no amount any more
  socket.send_queue = std::nullopt;
  const auto counters = sys::find_attribute(attributes, INET_DIAG_INFO);
  if (socket.transport == Transport::tcp && !counters.empty()) {
    socket.details = snapshot.details.add(socket.details, DetailKind::tcp_info, counters);
  }
  snapshot.sockets.push_back(socket);
}

}  // namespace

Announcements::Announcements(sys::Diag& diag) {
  auto events = diag.watch_destroyed();
  if (events) {
    events_ = std::move(*events);
  } else {
    error_ = events.error();
  }
}

void Announcements::take(Snapshot& snapshot) {
  if (const int error = std::exchange(error_, 0); error != 0) {
    snapshot.gaps.push_back({Gap::What::sockets, std::nullopt, errno_name(error), std::nullopt,
                             "the kernel does not tell which sockets end: those that come and go between two looks are "
                             "missed, and nothing has its last counters"});
  }
  if (!events_) return;
  int error = ENOBUFS;
  while (error == ENOBUFS) {
    error = events_->receive([&](sys::Bytes body) { add_ended(body, snapshot); });
  }
  note_lost(snapshot);
}

void Announcements::note_lost(Snapshot& snapshot) {
  const std::uint64_t lost = events_->lost();
  if (lost == lost_) return;
  snapshot.gaps.push_back({Gap::What::sockets, std::nullopt, "ENOBUFS", lost - std::exchange(lost_, lost),
                           "that many ends of sockets were not read in time; a larger net.core.rmem_max, or to run as "
                           "root, leaves more room for them"});
}

}  // namespace collect

namespace portscope {

struct EndedSockets::Inside {
  std::unique_ptr<sys::Diag> diag = sys::open_diag();
  collect::Announcements announcements{*diag};
};

EndedSockets::EndedSockets() : inside_(std::make_unique<Inside>()) {}

EndedSockets::~EndedSockets() = default;

int EndedSockets::descriptor() const { return inside_->announcements.descriptor(); }

Snapshot EndedSockets::take() {
  Snapshot snapshot;
  snapshot.time = Time(sys::read_clock().now);
  inside_->announcements.take(snapshot);
  return snapshot;
}

}  // namespace portscope

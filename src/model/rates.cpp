// SPDX-License-Identifier: MIT
#include <algorithm>

#include "portscope/changes.hpp"
#include "portscope/kernel_structs.hpp"

namespace portscope {

namespace {

const StructField* tcp_field(std::string_view name) {
  const auto fields = fields_of(DetailKind::tcp_info);
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& field) { return field.name == name; });
  return found != fields.end() ? &*found : nullptr;
}

std::optional<std::uint64_t> tcp_value(const StructField* field, DetailStore::Bytes info) {
  return field != nullptr ? value_of(*field, info) : std::nullopt;
}

/// A counter that went back belongs to something else.
double a_second(std::uint64_t before, std::uint64_t after, double seconds) {
  return after < before ? 0 : static_cast<double>(after - before) / seconds;
}

}  // namespace

/// bytes_sent came with Linux 4.19; what was acknowledged has been counted for longer.
std::optional<RateMeter::Counters> RateMeter::read(const Snapshot& snapshot, const Socket& socket) {
  static const StructField* const sent = tcp_field("bytes_sent");
  static const StructField* const acked = tcp_field("bytes_acked");
  static const StructField* const received = tcp_field("bytes_received");
  static const StructField* const retransmits = tcp_field("total_retrans");
  if (socket.cookie == 0) return std::nullopt;
  if (socket.state == State::listen) {
    if (!socket.drops) return std::nullopt;
    return Counters{0, 0, 0, *socket.drops};
  }
  const auto info = snapshot.details.find(socket.details, DetailKind::tcp_info);
  if (!info) return std::nullopt;
  const auto in = tcp_value(received, *info);
  auto out = tcp_value(sent, *info);
  if (!out) out = tcp_value(acked, *info);
  if (!in || !out) return std::nullopt;
  return Counters{*out, *in, tcp_value(retransmits, *info).value_or(0), 0};
}

Rate RateMeter::between(const Counters& before, const Counters& after, double seconds) {
  return {a_second(before.sent, after.sent, seconds), a_second(before.received, after.received, seconds),
          a_second(before.retransmits, after.retransmits, seconds), a_second(before.refused, after.refused, seconds)};
}

void RateMeter::take(const Snapshot& snapshot, std::size_t rows) {
  ++look_;
  for (std::size_t row = 0; row < rows; ++row) {
    const Socket& socket = snapshot.sockets[row];
    const auto counters = read(snapshot, socket);
    if (!counters) continue;
    Entry& entry = entries_[socket.cookie];
    const double seconds = std::chrono::duration<double>(snapshot.time - entry.time).count();
    if (entry.look != 0 && seconds > 0) {
      entry.rate = between(entry.counters, *counters, seconds);
      std::rotate(entry.history.begin(), entry.history.begin() + 1, entry.history.end());
      entry.history.back() = static_cast<float>(entry.rate->sent + entry.rate->received);
    }
    entry.counters = *counters;
    entry.time = snapshot.time;
    entry.look = look_;
  }
  std::erase_if(entries_, [&](const auto& item) { return item.second.look != look_; });
}

std::optional<Rate> RateMeter::of(const Socket& socket) const {
  const auto found = entries_.find(socket.cookie);
  return found != entries_.end() ? found->second.rate : std::nullopt;
}

const RateMeter::History* RateMeter::history_of(const Socket& socket) const {
  const auto found = entries_.find(socket.cookie);
  return found != entries_.end() && found->second.rate ? &found->second.history : nullptr;
}

}  // namespace portscope

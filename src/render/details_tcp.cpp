// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <iterator>

#include "portscope/age.hpp"
#include "portscope/detail_types.hpp"
#include "render/details.hpp"
#include "render/quantity.hpp"
#include "render/text.hpp"

namespace render {

using portscope::DetailKind;
using portscope::Snapshot;
using portscope::Socket;

namespace {

Cell version_name(std::uint16_t version) {
  if (version == 0x0303) return Word{"1.2"};
  if (version == 0x0304) return Word{"1.3"};
  return std::uint64_t{version};
}

/// TLS_CIPHER_*, include/uapi/linux/tls.h
Cell cipher_name(std::uint16_t cipher) {
  constexpr std::uint16_t first = 51;
  constexpr auto names =
      std::to_array<std::string_view>({"aes-gcm-128", "aes-gcm-256", "aes-ccm-128", "chacha20-poly1305", "sm4-gcm",
                                       "sm4-ccm", "aria-gcm-128", "aria-gcm-256"});
  if (cipher >= first && cipher - first < static_cast<int>(names.size())) {
    return Word{names.at(static_cast<std::size_t>(cipher - first))};
  }
  return std::uint64_t{cipher};
}

/// TLS_CONF_*
Cell offload_name(const std::optional<std::uint16_t>& place) {
  constexpr auto names = std::to_array<std::string_view>({"none", "base", "software", "hardware", "hardware_record"});
  if (!place) return {};
  return *place < names.size() ? Cell{Word{names.at(*place)}} : Cell{std::uint64_t{*place}};
}

Object tls_object(const portscope::TlsInfo& tls) {
  return {{{"version", tls.version ? version_name(*tls.version) : Cell{}},
           {"cipher", tls.cipher ? cipher_name(*tls.cipher) : Cell{}},
           {"receive", offload_name(tls.receive)},
           {"transmit", offload_name(tls.transmit)},
           {"zero_copy_sendfile", tls.zero_copy_sendfile},
           {"no_padding", tls.no_padding}}};
}

Object subflow_object(const portscope::SubflowInfo& subflow) {
  return {{{"local_token", Hex{subflow.local_token}},
           {"remote_token", Hex{subflow.remote_token}},
           {"local_id", std::uint64_t{subflow.local_id}},
           {"remote_id", std::uint64_t{subflow.remote_id}},
           {"flags", Hex{subflow.flags}},
           member("relative_write_seq", subflow.relative_write_seq),
           {"map_seq", subflow.map_seq ? Cell{Hex{*subflow.map_seq}} : Cell{}},
           member("map_subflow_seq", subflow.map_subflow_seq),
           member("ssn_offset", subflow.ssn_offset),
           member("map_data_length", subflow.map_data_length)}};
}

/// The two halves of the bandwidth make one number, bytes a second.
Object bbr_object(const DetailReader& details) {
  constexpr unsigned half = 32;
  constexpr auto kind = DetailKind::bbr;
  const std::uint64_t bandwidth =
      (details.number(kind, "bandwidth_high").value_or(0) << half) | details.number(kind, "bandwidth_low").value_or(0);
  return {{{"bandwidth", bandwidth},
           member("min_rtt_us", details.number(kind, "min_rtt_us")),
           member("pacing_gain_256", details.number(kind, "pacing_gain_256")),
           member("cwnd_gain_256", details.number(kind, "cwnd_gain_256"))}};
}

Object tcp_object(const Snapshot& snapshot, const Socket& socket) {
  const DetailReader details(snapshot, socket);
  Object object;
  const auto congestion = details.text(DetailKind::congestion);
  object.members.push_back({"congestion", congestion.empty() ? Cell{} : Cell{Text{congestion}}});
  details.append_fields(object, DetailKind::tcp_info);
  details.append_nested(object, "vegas", DetailKind::vegas);
  details.append_nested(object, "dctcp", DetailKind::dctcp);
  if (details.has(DetailKind::bbr)) object.members.push_back({"bbr", bbr_object(details)});
  const auto ulp = details.text(DetailKind::ulp);
  object.members.push_back({"ulp", ulp.empty() ? Cell{} : Cell{Text{ulp}}});
  if (const auto tls = details.value<portscope::TlsInfo>(DetailKind::tls)) {
    object.members.push_back({"tls", tls_object(*tls)});
  }
  if (const auto subflow = details.value<portscope::SubflowInfo>(DetailKind::subflow)) {
    object.members.push_back({"subflow", subflow_object(*subflow)});
  }
  // Told to CAP_NET_ADMIN only, and then only when there are some.
  object.members.push_back(member("md5_keys", details.number(DetailKind::md5_keys, "md5_keys")));
  return object;
}

void add_round_trip(Statements& line, const DetailReader& details) {
  const auto rtt = details.number(DetailKind::tcp_info, "rtt_us");
  if (!rtt) return;
  std::string& out = line.next();
  out += "rtt ";
  append_duration_us(out, *rtt);
  if (const auto least = details.number(DetailKind::tcp_info, "min_rtt_us")) {
    out += " (min ";
    append_duration_us(out, *least);
    out += ')';
  }
}

/// How much was sent again, in bytes of all bytes where the kernel counts them.
void add_retransmission(Statements& line, const DetailReader& details) {
  const auto total = details.number(DetailKind::tcp_info, "total_retrans").value_or(0);
  if (total == 0) return;
  std::string& out = line.next();
  fmt::format_to(std::back_inserter(out), "retransmitted {}", total);
  const auto sent = details.number(DetailKind::tcp_info, "bytes_sent").value_or(0);
  const auto again = details.number(DetailKind::tcp_info, "bytes_retrans").value_or(0);
  constexpr double percent = 100;
  if (sent > 0 && again > 0) {
    fmt::format_to(std::back_inserter(out), " ({:.2g}%)",
                   percent * static_cast<double>(again) / static_cast<double>(sent));
  }
}

/// What held the sender up, as a share of the time it had something to send.
void add_limit(Statements& line, const DetailReader& details, std::string_view name, std::string_view field) {
  const auto busy = details.number(DetailKind::tcp_info, "busy_time_us").value_or(0);
  const auto limited = details.number(DetailKind::tcp_info, field).value_or(0);
  constexpr std::uint64_t percent = 100;
  if (busy == 0 || limited * 2 * percent < busy) return;  // less than half a percent is none
  fmt::format_to(std::back_inserter(line.next()), "{} {:.0f}%", name,
                 static_cast<double>(percent) * static_cast<double>(limited) / static_cast<double>(busy));
}

void add_upper_protocol(Statements& line, const DetailReader& details) {
  const auto ulp = details.text(DetailKind::ulp);
  if (ulp.empty()) return;
  std::string& out = line.next();
  append_visible(out, ulp);
  if (const auto tls = details.value<portscope::TlsInfo>(DetailKind::tls); tls && tls->version) {
    out += ' ';
    append_text(out, version_name(*tls->version), {});
  }
}

std::string tcp_line(const Snapshot& snapshot, const Socket& socket) {
  constexpr auto info = DetailKind::tcp_info;
  const DetailReader details(snapshot, socket);
  Statements line;
  if (const auto name = details.text(DetailKind::congestion); !name.empty()) append_visible(line.next(), name);
  line.add_count("md5 keys", details.number(DetailKind::md5_keys, "md5_keys"));
  // Of a listener the kernel fills the rest with what connections will begin with.
  if (socket.state == portscope::State::listen) return line.take();
  add_round_trip(line, details);
  line.add_count("cwnd", details.number(info, "snd_cwnd"));
  line.add_count("mss", details.number(info, "snd_mss"));
  line.add_amount("sent", details.number(info, "bytes_sent"));
  line.add_amount("received", details.number(info, "bytes_received"));
  add_retransmission(line, details);
  line.add_count("unacked", details.number(info, "unacked"));
  line.add_count("lost", details.number(info, "lost"));
  line.add_amount("unsent", details.number(info, "notsent_bytes"));
  add_limit(line, details, "waits for the receiver", "rwnd_limited_us");
  add_limit(line, details, "waits for send buffer", "sndbuf_limited_us");
  add_upper_protocol(line, details);
  return line.take();
}

}  // namespace

const DetailView tcp_view{"tcp", tcp_object, tcp_line};

Cell age_of(const Snapshot& snapshot, const Socket& socket) {
  const auto age = portscope::age_of(snapshot, socket);
  return age ? Cell{Age{age->at_least_ms, age->exact}} : Cell{};
}

}  // namespace render

// SPDX-License-Identifier: MIT
#include "render/summary.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <string>

#include "render/ends.hpp"
#include "render/formats.hpp"
#include "render/grid.hpp"
#include "render/text.hpp"

namespace render {

using portscope::DestinationUse;
using portscope::EphemeralPorts;
using portscope::NetSettings;
using portscope::ProcessShare;
using portscope::Snapshot;
using portscope::Summary;
using portscope::SummaryRow;

namespace {

constexpr std::size_t most_rows = 5;  // below a title; JSON has the rest

struct Page {
  const Summary& summary;
  const Snapshot& snapshot;
  const Look& look;
  const Sink& sink;

  /// A sentence, wrapped where the terminal ends.
  void say(std::string_view text) const {
    std::string out;
    append_wrapped(out, text, 0, look.width.value_or(0));
    sink(out);
  }
  /// The same above what belongs to it.
  void title(std::string_view text) const {
    sink("\n");
    say(text);
  }
  void say_rest(std::size_t all, std::string_view one, std::string_view many) const {
    if (all > most_rows) say(counted(all - most_rows, fmt::format("more {}", one), fmt::format("more {}", many)));
  }
  static std::string counted(std::uint64_t count, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", count, count == 1 ? one : many);
  }
};

void write_counts(const Page& page) {
  Grid grid({{"PROTO"}, {"STATE"}, {"SOCKETS", true}, {"IPV4", true}, {"IPV6", true}});
  const auto add = [&](std::string_view text) { grid.add(text, Emphasis::plain); };
  for (const SummaryRow& row : page.summary.counts) {
    add(name(row.transport));
    add(name(row.state));
    add(std::to_string(row.total));
    const bool over_ip = portscope::inet_transports.contains(row.transport);
    add(over_ip ? std::to_string(row.ipv4) : "-");
    add(over_ip ? std::to_string(row.ipv6) : "-");
  }
  grid.write(page.look, page.sink);
}

void write_remains(const Page& page) {
  const Summary& summary = page.summary;
  if (summary.time_wait == 0 && summary.orphans == 0) return;
  page.title(fmt::format("{} in time_wait, {}{}", summary.time_wait,
                         Page::counted(summary.orphans, "orphan", "orphans"),
                         summary.orphans > 0 ? " (closed by the program, but the connection is not over)" : ""));
}

/// The name stands last: whatever it looks like, nothing follows it.
void write_processes(const Page& page) {
  const auto& shares = page.summary.processes;
  if (shares.empty()) return;
  page.sink("\n");
  Grid grid({{"SOCKETS", true},
             {"LISTENING", true, Cut::end, true},
             {"ESTABLISHED", true, Cut::end, true},
             {"PID", true},
             {"PROCESS"}});
  std::string text;
  for (std::size_t i = 0; i < std::min(shares.size(), most_rows); ++i) {
    const ProcessShare& share = shares[i];
    const portscope::Process& process = page.snapshot.processes[share.process];
    for (const std::uint64_t number : {share.sockets, share.listening, share.established}) {
      grid.add(std::to_string(number), Emphasis::plain);
    }
    grid.add(std::to_string(process.pid), Emphasis::plain);
    text.clear();
    const bool named = process.name != portscope::StringId::none;
    append_text(text, named ? Cell{Text{page.snapshot.text(process.name)}} : Cell{}, {});
    grid.add(text, Emphasis::plain);
  }
  grid.write(page.look, page.sink);
  page.say_rest(shares.size(), "process", "processes");
}

/// Four fifths: time to do something.
bool is_scarce(std::uint32_t used, std::uint32_t all) { return used * std::uint64_t{5} >= all * std::uint64_t{4}; }

void write_destinations(const Page& page, const EphemeralPorts& ports) {
  Grid grid({{"SOURCE"},
             {"DESTINATION", false, Cut::middle},
             {"USED", true},
             {"LEFT", true},
             {"TIME_WAIT", true, Cut::end, true}});
  std::string destination;
  for (std::size_t i = 0; i < std::min(ports.destinations.size(), most_rows); ++i) {
    const DestinationUse& use = ports.destinations[i];
    destination.clear();
    append_endpoint(destination, use.destination);
    grid.add(use.source.to_string(), Emphasis::plain);
    grid.add(destination, Emphasis::plain);
    grid.add(std::to_string(use.used), Emphasis::plain);
    const bool scarce = is_scarce(use.used, use.used + use.left);
    grid.add(std::to_string(use.left), use.left == 0 ? Emphasis::alarm : scarce ? Emphasis::warning : Emphasis::plain);
    grid.add(std::to_string(use.time_wait), Emphasis::plain);
  }
  grid.write(page.look, page.sink);
  page.say_rest(ports.destinations.size(), "destination", "destinations");
}

void write_ephemeral_ports(const Page& page, const EphemeralPorts& ports) {
  if (ports.destinations.empty()) return;
  page.title(fmt::format("Ephemeral ports: {}-{}, {} of them reserved and {} bound, so {} to each destination",
                         ports.range.first, ports.range.last, ports.reserved, ports.bound,
                         ports.available - ports.bound));
  write_destinations(page, ports);
  for (const portscope::SourceUse& use : ports.sources) {
    if (!is_scarce(use.used, ports.available)) break;
    page.say(fmt::format("{} has {} of {} in use: bind() to port 0 finds none when all are", use.address.to_string(),
                         use.used, ports.available));
  }
}

/// Some sockets with some of the columns of every other table.
void list_sockets(const Page& page, const std::vector<std::uint32_t>& positions,
                  std::initializer_list<std::string_view> columns) {
  View view;
  view.snapshot = &page.snapshot;
  view.look = page.look;
  view.look.footer = false;
  view.order.assign(positions.begin(),
                    positions.begin() + static_cast<std::ptrdiff_t>(std::min(positions.size(), most_rows)));
  for (const std::string_view column : columns) view.columns.push_back(find_column(column));
  write_table(view, page.sink);
  page.say_rest(positions.size(), "listener", "listeners");
}

void write_listeners_inside(const Page& page, const EphemeralPorts& ports) {
  if (ports.listeners_inside.empty()) return;
  page.title(
      fmt::format("Listening inside {}-{} without being in net.ipv4.ip_local_reserved_ports: while such a service "
                  "is down, a client may be given its port",
                  ports.range.first, ports.range.last));
  list_sockets(page, ports.listeners_inside, {"transport", "local", "owners", "unit"});
}

/// The counters of the namespace are TCP's: of no interest where nobody asked for it.
bool is_about_tcp(const Page& page) {
  const auto& rows = page.summary.counts;
  return std::any_of(rows.begin(), rows.end(), [](const SummaryRow& row) {
    return row.transport == portscope::Transport::tcp || row.transport == portscope::Transport::mptcp;
  });
}

void write_retransmission(const Page& page) {
  const NetSettings& settings = page.snapshot.settings;
  const auto ppm = portscope::retransmitted_ppm(settings);
  if (!ppm || *settings.segments_retransmitted == 0) return;
  constexpr double percent = 10'000;
  const std::string share = *ppm == 0 ? "less than 0.0001" : fmt::format("{:.3g}", static_cast<double>(*ppm) / percent);
  page.title(fmt::format("{}% of what TCP sent since this network namespace began was sent again: {} of {} segments",
                         share, *settings.segments_retransmitted,
                         *settings.segments_out + *settings.segments_retransmitted));
}

void write_overflows(const Page& page) {
  const NetSettings& settings = page.snapshot.settings;
  const auto& listeners = page.summary.overflowed_listeners;
  if (!listeners.empty()) {
    page.title("Listeners that refused connections");
    list_sockets(page, listeners, {"transport", "local", "listen", "owners"});
  }
  if (settings.listen_overflows.value_or(0) == 0) return;
  const std::string text =
      fmt::format("Since this network namespace began, {} because a queue was full",
                  Page::counted(*settings.listen_overflows, "connection was refused", "connections were refused"));
  listeners.empty() ? page.title(text) : page.say(text);
}

}  // namespace

void write_summary(const Summary& summary, const Snapshot& snapshot, const Look& look, const Sink& sink) {
  const Page page{summary, snapshot, look, sink};
  write_counts(page);
  write_remains(page);
  write_processes(page);
  if (summary.ephemeral_ports) {
    write_ephemeral_ports(page, *summary.ephemeral_ports);
    write_listeners_inside(page, *summary.ephemeral_ports);
  }
  if (!is_about_tcp(page)) return;
  write_retransmission(page);
  write_overflows(page);
}

}  // namespace render

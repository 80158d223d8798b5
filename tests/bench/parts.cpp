// SPDX-License-Identifier: MIT
// How long the parts take by themselves, for each of so many sockets: ninja -C build tests/bench/parts
#include <benchmark/benchmark.h>

#include <string_view>
#include <vector>

#include "collect/digit_sort.hpp"
#include "collect/wanted.hpp"
#include "render/formats.hpp"
#include "render/view.hpp"

namespace {

using portscope::Snapshot;
using portscope::Socket;

/// Connections of a server, half of them at either end, in the order of a hash table; 50 processes hold them.
Snapshot connections(std::size_t count) {
  constexpr std::uint32_t processes = 50;
  constexpr std::uint16_t service = 7000;
  constexpr std::uint32_t scatter = 2654435761U;  // Knuth's multiplicative hash
  Snapshot snapshot;
  for (std::uint32_t i = 0; i < processes; ++i) {
    portscope::Process process;
    process.pid = static_cast<std::int32_t>(1000 + i);
    process.name = snapshot.strings.intern("server");
    snapshot.processes.push_back(process);
  }
  snapshot.sockets.resize(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t mixed = i * scatter;
    Socket& socket = snapshot.sockets[i];
    socket.state = portscope::State::established;
    socket.inode = 1 + mixed % static_cast<std::uint32_t>(2 * count);
    socket.cookie = i + 1;
    socket.uid = 0;
    socket.recv_queue = socket.send_queue = 0;
    socket.owner_status = portscope::OwnerStatus::known;
    const portscope::Endpoint server{portscope::Address::ipv4({127, 1, static_cast<std::uint8_t>(mixed >> 8U), 1}),
                                     service};
    const portscope::Endpoint client{portscope::Address::ipv4({127, 101, 1, 1}),
                                     static_cast<std::uint16_t>(mixed >> 16U)};
    socket.local = i % 2 == 0 ? server : client;
    socket.peer = i % 2 == 0 ? client : server;
    snapshot.holders.push_back({socket.inode, i % processes, static_cast<std::int32_t>(i), 0});
  }
  collect::sort_by_inode(snapshot.holders);
  return snapshot;
}

void per_socket(benchmark::State& state) {
  state.counters["per_socket"] = benchmark::Counter(
      static_cast<double>(state.range(0)), benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void want(benchmark::State& state) {
  const Snapshot snapshot = connections(static_cast<std::size_t>(state.range(0)));
  for ([[maybe_unused]] auto round : state) benchmark::DoNotOptimize(collect::wanted_sockets(snapshot));
  per_socket(state);
}
BENCHMARK(want)->RangeMultiplier(10)->Range(10000, 1000000)->Unit(benchmark::kMillisecond);

void order(benchmark::State& state) {
  const Snapshot snapshot = connections(static_cast<std::size_t>(state.range(0)));
  for ([[maybe_unused]] auto round : state) benchmark::DoNotOptimize(render::sorted(snapshot, {}));
  per_socket(state);
}
BENCHMARK(order)->RangeMultiplier(10)->Range(10000, 1000000)->Unit(benchmark::kMillisecond);

void write(benchmark::State& state, std::string_view name) {
  const Snapshot snapshot = connections(static_cast<std::size_t>(state.range(0)));
  const render::Format* format = render::find_format(name);
  render::View view{&snapshot, render::sorted(snapshot, {}), {}, false, {}};
  const auto layout = format->layout;
  for (const render::Column& column : render::columns()) {
    if (column.layouts.contains(layout)) view.columns.push_back(&column);
  }
  std::size_t bytes = 0;
  for ([[maybe_unused]] auto round : state) format->write(view, [&](std::string_view piece) { bytes += piece.size(); });
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
  per_socket(state);
}
BENCHMARK_CAPTURE(write, table, "table")->RangeMultiplier(10)->Range(10000, 1000000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(write, json, "json")->RangeMultiplier(10)->Range(10000, 1000000)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(write, csv, "csv")->RangeMultiplier(10)->Range(10000, 1000000)->Unit(benchmark::kMillisecond);

}  // namespace

// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <future>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <thread>
#include <type_traits>
#include <vector>

#include "render/view.hpp"

namespace render {

/// On how many CPUs it pays to work on so many rows at the same time.
inline std::size_t workers_for(std::size_t rows) {
  constexpr std::size_t worth_a_thread = 4096;
  constexpr std::size_t most = 8;
  if (rows < 2 * worth_a_thread) return 1;
  const std::size_t cpus = std::max(std::thread::hardware_concurrency(), 1U);
  return std::clamp<std::size_t>(rows / worth_a_thread, 1, std::min(cpus, most));
}

/// Does work(0) to work(count - 1) at the same time, or as much of it as threads can be had for. What one of them
/// throws comes out here, when all have ended.
template <class Work>
void side_by_side(std::size_t count, const Work& work) {
  std::vector<std::future<void>> others;
  others.reserve(count);
  std::size_t mine = 1;
  try {
    for (std::size_t number = count; number > 1; --number)
      others.push_back(std::async(std::launch::async, std::cref(work), number - 1));
  } catch (const std::system_error&) {
    mine = count - others.size();  // a limit of processes: then it takes longer
  }
  for (std::size_t number = 0; number < mine; ++number) work(number);
  for (auto& other : others) other.get();
}

/// What works on parts of the rows. What it changes all the time shares no cache line with what another one changes.
template <class Write>
struct alignas(64) PartWriter {
  std::string out;
  std::optional<Write> write;
};

/// Appends all rows to `out`, as if one had written them after the other, and hands over what becomes large; the end
/// stays in `out`, so that few rows go out in one piece with what stands around them. `make(part, is_first)` makes what
/// appends a socket to `part`; each CPU has one of its own. The first row is written by the one that is first.
template <class Make>
void write_in_parts(const View& view, std::string& out, const Sink& sink, const Make& make) {
  constexpr std::size_t part = 4096;
  const std::span<const std::uint32_t> rows(view.order);
  std::vector<PartWriter<std::invoke_result_t<Make, std::string&, bool>>> writers(workers_for(rows.size()));
  for (auto& writer : writers) writer.write.emplace(make(writer.out, &writer == &writers.front()));
  if (!rows.empty()) writers.front().out.swap(out);
  for (std::size_t begin = 0; begin < rows.size(); begin += part * writers.size()) {
    side_by_side(writers.size(), [&](std::size_t number) {
      const auto rest = rows.subspan(std::min(begin + number * part, rows.size()));
      for_each_socket(*view.snapshot, rest.first(std::min(part, rest.size())), *writers[number].write);
    });
    for (auto& writer : writers) {
      if (writer.out.empty()) continue;
      if (!out.empty()) sink(out);
      out.clear();
      out.swap(writer.out);
    }
  }
}

}  // namespace render

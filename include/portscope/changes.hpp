// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "portscope/snapshot.hpp"

namespace portscope {

enum class ChangeKind : std::uint8_t {
  opened,
  changed,  ///< it is in another state
  closed
};
template <>
struct Names<ChangeKind> {
  static constexpr auto list = std::to_array<std::string_view>({"opened", "changed", "closed"});
};

/// What became of one socket between two looks.
struct Change {
  ChangeKind kind = ChangeKind::opened;
  std::uint32_t row = 0;     ///< in the later snapshot; of a closed one in the earlier
  std::uint32_t before = 0;  ///< of a changed one: its row in the earlier snapshot

  bool operator==(const Change&) const = default;
};

/// What changed between two answers to the same question. A socket is the same when its cookie is; where there is none
/// (rows of /proc), when protocol, inode and IP ends are. In the order of the later rows; those that are closed come
/// last, in the order of the earlier ones. Of `before`, only the first `rows` count.
std::vector<Change> compare(const Snapshot& before, std::size_t rows, const Snapshot& after);
std::vector<Change> compare(const Snapshot& before, const Snapshot& after);

/// Adds sockets of an earlier snapshot behind those of a later one, with their holders, names and details, so that what
/// was closed can be shown beside what is there.
void append_rows(Snapshot& to, const Snapshot& from, std::span<const std::uint32_t> rows);

/// What a socket did per second, of late.
struct Rate {
  double sent = 0;         ///< bytes, those sent again too
  double received = 0;     ///< bytes
  double retransmits = 0;  ///< segments
  double refused = 0;      ///< of a listener: connections
};

/// Tells rates from the counters of two looks, socket by socket, by their cookies. Counters are those of struct
/// tcp_info, and the drops of a listener; a socket without (UDP has none) has no rate, which is not the rate 0.
class RateMeter {
 public:
  static constexpr std::size_t history = 8;
  using History = std::array<float, history>;  ///< bytes a second in both directions, the latest last

  /// Reads the counters of the first `rows` sockets; forgets sockets that are gone.
  void take(const Snapshot& snapshot, std::size_t rows);

  /// Nothing for a socket that has no counters, or was seen only once.
  [[nodiscard]] std::optional<Rate> of(const Socket& socket) const;
  [[nodiscard]] const History* history_of(const Socket& socket) const;

 private:
  struct Counters {
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
    std::uint64_t retransmits = 0;
    std::uint64_t refused = 0;
  };
  struct Entry {
    Counters counters;
    Time time{};
    std::uint64_t look = 0;
    std::optional<Rate> rate;
    History history{};
  };
  static std::optional<Counters> read(const Snapshot& snapshot, const Socket& socket);
  static Rate between(const Counters& before, const Counters& after, double seconds);

  std::unordered_map<std::uint64_t, Entry> entries_;
  std::uint64_t look_ = 0;
};

}  // namespace portscope

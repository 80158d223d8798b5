// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "portscope/age.hpp"
#include "portscope/changes.hpp"

namespace portscope {

class Farewells;
class Shown;

/// What became of one socket, and when that was noticed.
struct Event {
  ChangeKind kind = ChangeKind::opened;
  Time time{};
  std::uint32_t row = 0;                ///< in the snapshot that it comes with
  std::optional<ConnectionAge> lasted;  ///< of a closed one; nothing when it was never seen open and does not tell
};

/// Makes one story of two sources: looks, which tell everything of sockets that are there at that moment, and the
/// kernel's announcements of those that end, which have no process and no user but the last counters. The cookie joins
/// them; rows of /proc have none and are joined by their ends. Each socket is told as opened at most once, and as
/// closed at most once; but one that leaves the selection counts as closed, and as opened when it matches again.
///
/// A socket that came and went between two looks is told as closed only, with OwnerStatus::gone. A TCP connection is
/// announced when its program has done with it, and also when it goes on as fin_wait_2 or time_wait; where time_wait is
/// wanted, the next look decides which, else it is closed and what goes on is not told. Rows that nobody holds any more
/// (time_wait, orphans, closed while we looked) keep the holders that they had, with OwnerStatus::gone.
class Journal {
 public:
  using Tell = std::function<void(const Snapshot&, const Event&)>;

  /// Tells of sockets that match. Announcements are judged by it, too; what they do not tell is not known.
  explicit Journal(Selection selection);
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  ~Journal();

  /// A look begins now; one at a time.
  void begin_look();
  /// What it showed, and since the one before: what was opened, changed and closed. The first one is where the story
  /// begins: nothing of it is told.
  void take(Snapshot look, const Tell& tell);
  /// What was announced since (EndedSockets).
  void hear(Snapshot ended, const Tell& tell);

  /// How many sockets of announcements could not be judged, since this was asked last.
  std::uint64_t take_undecided();

 private:
  struct Waiting {
    std::uint64_t look = 0;  ///< the number of the one that decides
    Time heard{};
  };
  /// It ended, though the look shows it open.
  struct Late {
    std::uint32_t row = 0;
    Time heard{};
  };

  [[nodiscard]] std::optional<std::uint64_t> deciding_look(const Socket& socket);
  [[nodiscard]] bool is_wanted(const Snapshot& ended, const Socket& socket);
  [[nodiscard]] const Shown& known();
  [[nodiscard]] bool was_told(const Socket& announced);
  [[nodiscard]] bool is_over(const Socket& shown);
  [[nodiscard]] std::optional<ConnectionAge> lasted(const Snapshot& snapshot, const Socket& socket, Time now) const;
  [[nodiscard]] std::vector<Waiting> take_due(Snapshot& due, const Shown& shown);
  [[nodiscard]] std::vector<Late> join_announced(Snapshot& look, const Tell& tell);
  void tell_end(const Snapshot& ended, std::uint32_t row, Time heard, const Tell& tell);
  void tell_closed(const Snapshot& snapshot, std::uint32_t row, Time now, const Tell& tell);
  void tell_missed(std::uint32_t row, Time now, const Tell& tell);
  void tell_changes(const Snapshot& look, const std::vector<bool>& over, const Tell& tell);
  void become(Snapshot look, const std::vector<bool>& over);

  Selection selection_;
  std::uint64_t looks_ = 0;  // begun
  bool looking_ = false;
  bool has_begun_ = false;                         // the first look was taken
  Snapshot now_;                                   // the latest look
  std::unique_ptr<Shown> known_;                   // in now_; nothing until somebody asks
  std::unordered_map<std::uint64_t, Time> since_;  // when each was seen first, by cookie
  std::unique_ptr<Farewells> farewells_;           // told as closed
  Snapshot announced_;                             // sockets that a look has to decide on
  std::vector<Waiting> waiting_;                   // one for each of them
  std::uint64_t undecided_ = 0;
};

}  // namespace portscope

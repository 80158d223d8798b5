// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>

#include "portscope/socket.hpp"

namespace portscope {

/// Numbers with the look in which each was noted last. When there are too many, the oldest are forgotten.
class RecentKeys {
 public:
  void add(std::uint64_t key, std::uint64_t look);
  [[nodiscard]] std::optional<std::uint64_t> look_of(std::uint64_t key) const;
  /// Whether it was there; it is not any more.
  bool take(std::uint64_t key);
  void forget_before(std::uint64_t look);
  [[nodiscard]] bool empty() const { return notes_.empty(); }

 private:
  static constexpr std::size_t most = 1U << 16U;

  struct Note {
    std::uint64_t look = 0;
    std::uint64_t number = 0;  // of what was noted so far
  };
  struct Turn {
    std::uint64_t key = 0;
    Note note;
  };
  void forget_oldest();

  std::unordered_map<std::uint64_t, Note> notes_;
  std::deque<Turn> order_;  // also of those that were taken or noted again since
  std::uint64_t count_ = 0;
};

/// Remembers who was told as closed, because two sources tell of one end, and either may be the first: the look that
/// misses a socket (reset by its peer, it leaves the tables; it left the filter), or the announcement, which comes when
/// the program has closed it too, while a look may still show it, or what goes on of it. Looks are told by number.
///
/// A socket is known by its cookie; a row of /proc, which has none, by its ends.
class Farewells {
 public:
  /// Its end was announced.
  void note_ended(const Socket& socket, std::uint64_t look);
  /// A look did not show it any more, and nothing was announced.
  void note_missed(const Socket& socket, std::uint64_t look);
  /// It is there again, and its next end is to be told.
  void forget_missed(const Socket& socket) { missed_.take(key_of(socket)); }

  /// Whether this one, whose end is announced, was told already because a look had missed it. That is known once.
  bool take_missed(const Socket& announced) { return missed_.take(key_of(announced)); }
  /// The same, of a row that has no cookie.
  bool take_missed_ends(const Socket& announced) { return missed_.take(key_of_ends(announced)); }

  [[nodiscard]] bool has_ended(const Socket& socket) const { return ended_.look_of(key_of(socket)).has_value(); }
  /// Whether what this look shows is a socket that was told as closed, or what goes on of one. Noted again, it stays
  /// remembered while looks show it.
  [[nodiscard]] bool covers(const Socket& shown, std::uint64_t look) const;
  /// Whether it goes on of a connection that was told as closed, to which nobody had given a cookie before.
  [[nodiscard]] bool covers_by_ends(const Socket& shown) const;
  void note_again(const Socket& shown, std::uint64_t look);
  /// What that look did not show will not be shown by later ones.
  void end_look(std::uint64_t look) { ended_.forget_before(look); }
  [[nodiscard]] bool empty() const { return ended_.empty() && missed_.empty(); }

 private:
  [[nodiscard]] static std::uint64_t key_of_ends(const Socket& socket);
  [[nodiscard]] static std::uint64_t key_of(const Socket& socket);

  RecentKeys ended_;
  RecentKeys missed_;
};

}  // namespace portscope

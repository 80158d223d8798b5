// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "watch/deed.hpp"
#include "watch/fields.hpp"
#include "watch/wishes.hpp"

namespace watch {

/// What the keys go to.
enum class Mode : std::uint8_t { list, filter, details, help, dialogue };

/// What makes sockets stand together below a line of their own.
enum class Grouping : std::uint8_t { none, process, port, peer, state };

/// How the rows are ordered; without a field in the usual order.
struct Sorting {
  std::optional<Field> field;
  bool descending = false;

  bool operator==(const Sorting&) const = default;
};

/// A line of the list: a socket, or a group of them.
struct Row {
  enum class Kind : std::uint8_t { socket, group };

  Kind kind = Kind::socket;
  std::uint32_t index = 0;     ///< in Snapshot::sockets, or in Arrangement::groups
  std::uint64_t identity = 0;  ///< the same at each look

  bool operator==(const Row&) const = default;
};

struct Group {
  std::string name;  ///< harmless text
  std::size_t sockets = 0;
  std::optional<portscope::Rate> rate;  ///< the sum; nothing when none of them has one
  bool folded = false;
};

/// The lines of the list, in their order.
struct Arrangement {
  std::vector<Row> rows;
  std::size_t pinned = 0;  ///< so many of the first rows stay on the screen
  std::vector<Group> groups;
  std::size_t sockets = 0;  ///< folded ones too
};

/// What the user wants done to a socket, and how far it has got.
struct Dialogue {
  enum class Step : std::uint8_t { planning, asking, acting, told };

  Deed deed = Deed::kill;
  std::uint64_t number = 0;  ///< tells what is brought for it from what came too late for another
  Step step = Step::planning;
  std::string text;
  std::string question;
};

/// How the view stands: plain data, changed by press().
struct State {
  Mode mode = Mode::list;
  Wishes wishes;
  std::string edited;          ///< the filter being typed
  std::string filter_before;   ///< to go back to
  std::optional<Fault> fault;  ///< of the filter being typed
  Sorting sorting;
  Grouping grouping = Grouping::none;
  std::set<std::string> unfolded;  ///< groups, by name
  std::set<std::uint64_t> pinned;  ///< sockets that stay on top, by identity
  bool names = false;              ///< of services, instead of ports
  bool details = false;            ///< are open, even while a filter is typed
  Dialogue dialogue;               ///< in that mode
  bool paused = false;
  std::chrono::milliseconds interval{1000};
  std::size_t selected = 0;    ///< position in Arrangement::rows
  std::uint64_t identity = 0;  ///< of the selected row, which is followed when rows move
  std::size_t top = 0;         ///< so many rows, those that are not pinned, are above the screen
  std::size_t pane_top = 0;    ///< the first line of the pane
  std::string notice;          ///< told once, in the last line
};

/// Lines of the screen, and what they are for.
struct Size {
  std::size_t lines = 24;
  std::size_t columns = 80;

  bool operator==(const Size&) const = default;
};
struct Areas {
  std::size_t first_row = 2;  ///< below the status and the headings
  std::size_t rows = 0;
  std::size_t pane = 0;  ///< lines of details, help or a dialogue, above the last line
};
Areas areas_of(const State& state, const Size& size);

/// How many of the pinned rows stay on the screen: the others are not crowded out.
std::size_t pinned_on_screen(const Arrangement& arrangement, const Areas& areas);
/// The row in line `at` of those for rows; there may be none.
std::size_t row_on_screen(const Arrangement& arrangement, const State& state, const Areas& areas, std::size_t at);

}  // namespace watch

// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "portscope/snapshot.hpp"
#include "render/json_writer.hpp"

namespace render {

/// The question does not arise for this row; JSON leaves the member out.
struct Inapplicable {
  auto operator<=>(const Inapplicable&) const = default;
};

/// A word of our own vocabulary, the same in every output.
struct Word {
  std::string_view text;
  auto operator<=>(const Word&) const = default;
};

/// Text from outside: a name, a path. Any bytes; escaped by whoever writes it.
struct Text {
  std::string_view bytes;
  auto operator<=>(const Text&) const = default;
};

/// One value for each holder of a socket; a text that is not known is still somebody's.
using Texts = std::vector<std::optional<Text>>;
using Numbers = std::vector<std::uint64_t>;

/// 64 bits that are an identity, not an amount; lower-case hex.
struct Hex {
  std::uint64_t value = 0;
  auto operator<=>(const Hex&) const = default;
};

/// One end of a socket, with its port and, where bound or scoped, its interface.
struct End {
  const portscope::Snapshot* snapshot = nullptr;
  const portscope::Socket* socket = nullptr;
  const portscope::AnyEndpoint* end = nullptr;
};

/// The same end without its port.
struct EndAddress : End {};

/// A user: by name, where the id has one.
struct User {
  std::uint32_t uid = 0;
  bool has_name = false;
  Text name;
};

/// A command line of each holder: arguments, each ended by NUL.
struct CommandLine {
  std::string_view arguments;
  bool cut = false;  ///< there is more
  auto operator<=>(const CommandLine& other) const { return arguments <=> other.arguments; }
  bool operator==(const CommandLine& other) const { return arguments == other.arguments; }
};
using CommandLines = std::vector<std::optional<CommandLine>>;
std::vector<std::string_view> split_arguments(std::string_view arguments);

/// Who holds a socket, or why that is not known.
struct Owners {
  const portscope::Snapshot* snapshot = nullptr;
  const portscope::Socket* socket = nullptr;
};

/// How full a listener's queue is, and who limits it.
struct ListenQueue {
  const portscope::Snapshot* snapshot = nullptr;
  const portscope::Socket* socket = nullptr;
};

/// How many connections are in SYN_RECV there; nothing when nobody counted.
std::optional<std::uint32_t> requests_of(const ListenQueue& queue);
/// What the limit of the queue comes from: `argument` of listen(2), or `somaxconn`, which cuts (or
/// equals) it; empty when that is not known.
std::string_view limit_of(const ListenQueue& queue);

/// How old a connection is, as far as the kernel lets one tell.
struct Age {
  std::uint64_t at_least_ms = 0;
  bool exact = false;
  // NOLINTNEXTLINE(readability-implicit-bool-conversion): that is how = default compares a bool
  auto operator<=>(const Age&) const = default;
};

/// A network namespace.
struct NetnsCell {
  const portscope::Netns* netns = nullptr;
};

/// A named value inside an object, and a value inside an array; whole cells, so any depth.
struct Member;
struct Object {
  std::vector<Member> members;
};
struct Array {
  std::vector<Member> elements;  ///< without names
};

/// What belongs together of a socket beyond its row: an object in JSON, a line for people.
struct DetailView {
  std::string_view name;
  Object (*object)(const portscope::Snapshot&, const portscope::Socket&);
  std::string (*line)(const portscope::Snapshot&, const portscope::Socket&);
};
struct Details {
  const portscope::Snapshot* snapshot = nullptr;
  const portscope::Socket* socket = nullptr;
  const DetailView* view = nullptr;
};

/// The address of a network card, as ip(8) writes it: `01:00:5e:00:00:06`.
struct HardwareAddress {
  std::vector<std::uint8_t> bytes;
  auto operator<=>(const HardwareAddress&) const = default;
};

/// What stands in one column of one row: typed, so that every format and the sort order come
/// from the same value. monostate: nothing is known, or there is none (JSON null).
using Cell = std::variant<std::monostate, Inapplicable, bool, std::uint64_t, Word, Text, Hex, Texts, Numbers,
                          CommandLines, End, EndAddress, User, Owners, ListenQueue, NetnsCell, Object, Array, Details,
                          Age, portscope::Endpoint, HardwareAddress>;

struct Member {
  std::string_view name;
  Cell value;
};

/// How text for people is cut short.
struct Brevity {
  std::size_t most_pids = SIZE_MAX;  ///< of one name in Owners; the rest is counted
};

/// Whether there is anything to say.
inline bool is_blank(const Cell& cell) {
  return std::holds_alternative<std::monostate>(cell) || std::holds_alternative<Inapplicable>(cell);
}

/// Appends the cell as one line of harmless UTF-8; `-` when there is nothing to say.
void append_text(std::string& out, const Cell& cell, const Brevity& brevity);

/// Measures what append_text would append, and makes the text only where its width is not plain.
class TextMeter {
 public:
  explicit TextMeter(const Brevity& brevity) : brevity_(brevity) {}

  /// In columns of a terminal.
  std::size_t width(const Cell& cell);

 private:
  Brevity brevity_;
  std::string text_;
};

/// Writes the cell as the member `key` (and `key_b64` where bytes were lost).
void write_member(JsonWriter& json, std::string_view key, const Cell& cell);

/// Orders two cells of one column: numbers by value, ends by address and then port, nothing first.
std::strong_ordering compare(const Cell& a, const Cell& b);

/// How a cell stands out on a terminal.
enum class Emphasis : std::uint8_t { plain, faint, warning, alarm };
Emphasis emphasis(const Cell& cell);

}  // namespace render

// SPDX-License-Identifier: MIT
#include "cli/lists.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>

#include "cli/usage_error.hpp"
#include "model/nearest.hpp"

namespace cli {

using portscope::did_you_mean;
using portscope::EnumSet;
using portscope::SourceChoice;
using portscope::Transport;

std::vector<std::string_view> split(std::string_view list) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t comma = list.find(',');
    words.push_back(list.substr(0, comma));
    if (comma == std::string_view::npos) return words;
    list.remove_prefix(comma + 1);
  }
}

namespace {

UsageError::Mark mark(const std::string& list, std::string_view word) {
  return {list, static_cast<std::size_t>(word.data() - list.data()), word.size()};
}

[[noreturn]] void fail(const std::string& list, std::string_view word, const std::string& kind,
                       const std::vector<std::string_view>& known) {
  throw UsageError("'" + std::string(word) + "' is no " + kind + did_you_mean(word, known), mark(list, word));
}

const render::Column* column_named(const std::string& list, std::string_view word) {
  if (const render::Column* column = render::find_column(word)) return column;
  std::vector<std::string_view> known;
  for (const render::Column& column : render::columns()) known.push_back(column.name);
  fail(list, word, "column, see --list-columns", known);
}

}  // namespace

EnumSet<Transport> parse_transports(const std::string& list) {
  EnumSet<Transport> transports;
  for (const std::string_view word : split(list)) {
    if (word == "inet") {
      transports |= portscope::inet_transports;
    } else if (word == "all") {
      transports |= portscope::every<Transport>();
    } else if (const auto transport = portscope::named<Transport>(word)) {
      transports.insert(*transport);
    } else {
      std::vector<std::string_view> known{"inet", "all"};
      known.insert(known.end(), portscope::Names<Transport>::list.begin(), portscope::Names<Transport>::list.end());
      fail(list, word, "protocol", known);
    }
  }
  return transports;
}

std::vector<const render::Column*> parse_columns(const std::string& list) {
  std::vector<const render::Column*> columns;
  for (const std::string_view word : split(list)) {
    const render::Column* column = column_named(list, word);
    if (std::find(columns.begin(), columns.end(), column) != columns.end()) {
      throw UsageError("column '" + std::string(word) + "' is named twice", mark(list, word));
    }
    columns.push_back(column);
  }
  return columns;
}

std::vector<render::SortKey> parse_sort(const std::string& list) {
  std::vector<render::SortKey> keys;
  for (std::string_view word : split(list)) {
    const bool descending = word.starts_with('-');
    if (descending) word.remove_prefix(1);
    keys.push_back({column_named(list, word), descending});
  }
  return keys;
}

SourceChoice parse_source(const std::string& word) {
  if (const auto choice = portscope::named<SourceChoice>(word)) return *choice;
  const auto& known = portscope::Names<SourceChoice>::list;
  fail(word, word, "source: auto, netlink or proc", {known.begin(), known.end()});
}

portscope::OwnerRoad parse_owner_road(const std::string& word) {
  if (const auto road = portscope::named<portscope::OwnerRoad>(word)) return *road;
  const auto& known = portscope::Names<portscope::OwnerRoad>::list;
  fail(word, word, "way to find owners: auto, bpf, proc, pinned or none", {known.begin(), known.end()});
}

portscope::Family parse_family(const std::string& word) {
  using portscope::Family;
  // The names of ss -f; ours are those of Names<Family>.
  if (word == "inet") return Family::ipv4;
  if (word == "inet6") return Family::ipv6;
  if (word == "link") return Family::packet;
  if (const auto family = portscope::named<Family>(word)) return *family;
  std::vector<std::string_view> known{"inet", "inet6", "link"};
  known.insert(known.end(), portscope::Names<Family>::list.begin(), portscope::Names<Family>::list.end());
  fail(word, word, "family", known);
}

std::optional<bool> parse_color(const std::string& word) {
  if (word == "auto") return std::nullopt;
  if (word == "always") return true;
  if (word == "never") return false;
  fail(word, word, "colour setting: auto, always or never", {"auto", "always", "never"});
}

const render::Format* parse_format(const std::string& name) {
  if (const render::Format* format = render::find_format(name)) return format;
  std::vector<std::string_view> known;
  for (const render::Format& format : render::formats()) known.push_back(format.name);
  fail(name, name, "format, see --list-formats", known);
}

std::size_t parse_count(const std::string& number) {
  std::size_t count = 0;
  const char* const end = number.data() + number.size();
  const auto result = std::from_chars(number.data(), end, count);
  if (result.ec != std::errc{} || result.ptr != end || count == 0 || count > UINT16_MAX) {
    throw UsageError("'" + number + "' is no count of ports: 1 to 65535", {number, 0, number.size()});
  }
  return count;
}

namespace {

/// Nothing when the word is no number between these.
std::optional<double> number_between(const std::string& word, double least, double most) {
  double number = 0;
  const char* const end = word.data() + word.size();
  const auto [rest, error] = std::from_chars(word.data(), end, number, std::chars_format::fixed);
  if (error != std::errc{} || rest != end || !(number >= least && number <= most)) return std::nullopt;
  return number;
}

}  // namespace

std::chrono::milliseconds parse_seconds(const std::string& word) {
  constexpr double most = 366.0 * 24 * 3600;
  const auto seconds = number_between(word, 0, most);
  if (!seconds) throw UsageError("'" + word + "' is no number of seconds, such as 5 or 0.5", {word, 0, word.size()});
  return std::chrono::ceil<std::chrono::milliseconds>(std::chrono::duration<double>(*seconds));
}

std::chrono::milliseconds parse_interval(const std::string& text) {
  constexpr double shortest = 0.1;
  constexpr double longest = 3600;
  if (text.empty()) return std::chrono::seconds(1);
  const auto seconds = number_between(text, shortest, longest);
  if (!seconds) throw UsageError("'" + text + "' is no interval: seconds from 0.1 to 3600", {text, 0, text.size()});
  return std::chrono::round<std::chrono::milliseconds>(std::chrono::duration<double>(*seconds));
}

std::string parse_path(const std::string& path) {
  if (path.empty()) throw UsageError("--output needs the name of a file");
  return path;
}

}  // namespace cli

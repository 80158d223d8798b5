// SPDX-License-Identifier: MIT
#include <fmt/compile.h>
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>

#include "render/cell.hpp"
#include "render/char_set.hpp"
#include "render/ends.hpp"
#include "render/name_text.hpp"
#include "render/quantity.hpp"
#include "render/text.hpp"

namespace render {

using portscope::Holder;
using portscope::OwnerStatus;
using portscope::Snapshot;
using portscope::Socket;

namespace {

/// `nginx(812,813)`: the holders of one name, each process once.
void append_group(std::string& out, std::string_view name, std::span<const std::int32_t> pids, const Brevity& brevity) {
  append_name(out, name);
  out += '(';
  const std::size_t shown = std::min(pids.size(), brevity.most_pids);
  for (std::size_t i = 0; i < shown; ++i) {
    if (i > 0) out += ',';
    append_decimal(out, static_cast<std::uint64_t>(pids[i]));
  }
  if (shown < pids.size()) fmt::format_to(std::back_inserter(out), " +{}", pids.size() - shown);
  out += ')';
}

struct OwnerGroup {
  portscope::StringId name;
  std::vector<std::int32_t> pids;
};

/// Holders come sorted by process, and processes by pid.
std::vector<OwnerGroup> group_by_name(const Snapshot& snapshot, std::span<const Holder> holders) {
  std::vector<OwnerGroup> groups;
  for (const Holder& holder : holders) {
    const auto& process = snapshot.processes[holder.process];
    auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.name == process.name; });
    if (group == groups.end()) group = groups.insert(group, OwnerGroup{process.name, {}});
    if (group->pids.empty() || group->pids.back() != process.pid) group->pids.push_back(process.pid);
  }
  return groups;
}

/// Almost always it is one process.
void append_holders(std::string& out, const Snapshot& snapshot, std::span<const Holder> holders,
                    const Brevity& brevity) {
  if (holders.size() == 1) {
    const auto& process = snapshot.processes[holders.front().process];
    return append_group(out, snapshot.text(process.name), {&process.pid, 1}, brevity);
  }
  const char* separator = "";
  for (const OwnerGroup& group : group_by_name(snapshot, holders)) {
    out += separator;
    append_group(out, snapshot.text(group.name), group.pids, brevity);
    separator = ",";
  }
}

struct TextAppender {
  std::string& out;
  const Brevity& brevity;

  void operator()(std::monostate) const { out += nothing_sign; }
  void operator()(const Inapplicable&) const { out += nothing_sign; }
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(std::uint64_t value) const { append_decimal(out, value); }
  void operator()(const Word& word) const { out += word.text; }
  void operator()(const Text& text) const {
    // An empty text, or one that looks like our sign for nothing, must not pass for it.
    if (text.bytes.empty() || text.bytes == "-") {
      append_quoted(out, text.bytes);
    } else {
      append_visible(out, text.bytes);
    }
  }
  void operator()(const Hex& hex) const { fmt::format_to(std::back_inserter(out), FMT_COMPILE("{:x}"), hex.value); }
  void operator()(const Texts& texts) const { append_list(texts); }
  void operator()(const CommandLines& lines) const { append_list(lines); }
  void operator()(const CommandLine& line) const {
    const char* separator = "";
    for (const auto argument : split_arguments(line.arguments)) {
      out += separator;
      argument.empty() ? append_quoted(out, argument) : append_visible(out, argument);
      separator = " ";
    }
    if (line.cut) out += "…";
    if (line.arguments.empty()) out += nothing_sign;
  }
  void append_known(const std::optional<std::uint32_t>& number) const {
    number ? append_decimal(out, *number) : void(out += '?');
  }
  /// An element with a comma must not pass for two.
  void append_element(const Text& text) const {
    text.bytes.find(',') == std::string_view::npos ? (*this)(text) : append_quoted(out, text.bytes);
  }
  void append_element(const CommandLine& line) const { (*this)(line); }
  template <class Value>
  void append_list(const std::vector<std::optional<Value>>& values) const {
    const char* separator = "";
    for (const auto& value : values) {
      out += separator;
      value ? append_element(*value) : void(out += nothing_sign);
      separator = ",";
    }
    if (values.empty()) out += nothing_sign;
  }
  void operator()(const Numbers& numbers) const {
    for (const std::uint64_t& number : numbers) {
      if (&number != numbers.data()) out += ',';
      append_decimal(out, number);
    }
    if (numbers.empty()) out += nothing_sign;
  }
  void operator()(const EndAddress& end) const { append_end_address(out, end); }
  void operator()(const User& user) const { user.has_name ? (*this)(user.name) : append_decimal(out, user.uid); }
  void operator()(const End& end) const { append_end(out, end); }
  void operator()(const Owners& owners) const {
    const OwnerStatus status = owners.socket->owner_status;
    const auto holders = owners.snapshot->holders_of(*owners.socket);
    // Of one that is gone they may be remembered (portscope/journal.hpp).
    if (status == OwnerStatus::known || (status == OwnerStatus::gone && !holders.empty())) {
      return append_holders(out, *owners.snapshot, holders, brevity);
    }
    out += status == OwnerStatus::none ? std::string_view(&nothing_sign, 1) : portscope::name(status);
  }
  void operator()(const ListenQueue& queue) const {
    const Socket& socket = *queue.socket;
    append_known(socket.recv_queue);
    out += '/';
    append_known(socket.send_queue);
    if (emphasis(queue) == Emphasis::alarm) out += " full";
    if (socket.drops.value_or(0) > 0) fmt::format_to(std::back_inserter(out), ", {} refused", *socket.drops);
    if (const auto requests = requests_of(queue); requests.value_or(0) > 0) {
      fmt::format_to(std::back_inserter(out), ", {} half open", *requests);
    }
  }
  void operator()(const Age& age) const {
    if (!age.exact) out += '>';
    append_duration_ms(out, age.at_least_ms);
  }
  void operator()(const HardwareAddress& address) const {
    fmt::format_to(std::back_inserter(out), "{:02x}", fmt::join(address.bytes, ":"));
  }
  void operator()(const portscope::Endpoint& endpoint) const { append_endpoint(out, endpoint); }
  void operator()(const Details& details) const {
    const std::string line = details.view->line(*details.snapshot, *details.socket);
    line.empty() ? void(out += nothing_sign) : void(out += line);
  }
  void operator()(const Array& array) const { append_members(array.elements); }
  void operator()(const Object& object) const { append_members(object.members); }
  void append_members(const std::vector<Member>& members) const {
    const char* separator = "";
    for (const Member& member : members) {
      if (is_blank(member.value)) continue;
      out += separator;
      if (!member.name.empty()) out.append(member.name).append(" ");
      std::visit(*this, member.value);
      separator = ", ";
    }
  }
  void operator()(const NetnsCell& cell) const {
    if (!cell.netns->name.empty()) {
      append_visible(out, cell.netns->name);
    } else if (cell.netns->id != 0) {
      append_decimal(out, cell.netns->id);
    } else {
      out += nothing_sign;
    }
  }
};

}  // namespace

void append_name(std::string& out, std::string_view name) {
  static constexpr CharSet ordinary("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+/:@[]#");
  if (!name.empty() && ordinary.has_all_of(name)) {
    out += name;
  } else {
    append_quoted(out, name);
  }
}

std::vector<std::string_view> split_arguments(std::string_view arguments) {
  std::vector<std::string_view> split;
  while (!arguments.empty()) {
    // A process may overwrite its arguments with anything; what follows the last NUL is one too.
    const std::size_t end = std::min(arguments.find('\0'), arguments.size());
    split.push_back(arguments.substr(0, end));
    arguments.remove_prefix(std::min(end + 1, arguments.size()));
  }
  return split;
}

std::optional<std::uint32_t> requests_of(const ListenQueue& queue) {
  return queue.snapshot->details.value<std::uint32_t>(queue.socket->details, portscope::DetailKind::requests);
}

std::string_view limit_of(const ListenQueue& queue) {
  const auto somaxconn = queue.snapshot->settings.somaxconn;
  const auto backlog = queue.socket->send_queue;
  // Cut by a setting that was higher when listen() was called, or not: nobody can know.
  if (!somaxconn || !backlog || *backlog > *somaxconn) return {};
  return *backlog == *somaxconn ? "somaxconn" : "argument";
}

void append_text(std::string& out, const Cell& cell, const Brevity& brevity) {
  std::visit(TextAppender{out, brevity}, cell);
}

Emphasis emphasis(const Cell& cell) {
  if (const auto* queue = std::get_if<ListenQueue>(&cell)) {
    const Socket& socket = *queue->socket;
    // The kernel lets one more in than the limit says before it refuses.
    if (!socket.recv_queue || !socket.send_queue) return Emphasis::plain;
    if (*socket.recv_queue > *socket.send_queue) return Emphasis::alarm;
    const bool next_to_last = *socket.recv_queue > 0 && *socket.recv_queue == *socket.send_queue;
    return next_to_last ? Emphasis::warning : Emphasis::plain;
  }
  if (const auto* owners = std::get_if<Owners>(&cell)) {
    return owners->socket->owner_status == OwnerStatus::known ? Emphasis::plain : Emphasis::faint;
  }
  return Emphasis::plain;
}

}  // namespace render

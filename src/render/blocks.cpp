// SPDX-License-Identifier: MIT
#include "render/blocks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "portscope/cgroup.hpp"
#include "render/name_text.hpp"
#include "render/text.hpp"
#include "render/time.hpp"

namespace render {

using portscope::Holder;
using portscope::Process;
using portscope::Snapshot;
using portscope::Socket;
using portscope::StringId;

namespace {

constexpr std::size_t in_section = 2;
constexpr std::size_t in_owner = 4;
constexpr std::size_t usual_width = 16;  // of a name and the gap behind it

/// In which section a column stands that is a single value. What is an object has a section of its own, and a column
/// that is in none of these goes into the last one.
struct Section {
  std::string_view title;
  std::array<std::string_view, 16> columns{};
};
constexpr Section identity{"identity",
                           {"transport", "family", "type", "state", "state_id", "inode", "cookie", "uid", "user",
                            "netns", "age", "cgroup", "unit", "container", "source"}};
constexpr Section ends{"ends", {"local", "ip", "peer", "interface", "direction", "dual_stack"}};
constexpr Section queues{"queues", {"recv_queue", "send_queue", "listen", "drops", "shutdown"}};
constexpr std::array sections{&identity, &ends, &queues};
/// Of these the title and the owners' section tell.
constexpr auto elsewhere = std::to_array<std::string_view>({"owners", "owner_status"});

bool is_of(const Section& section, std::string_view column) {
  return std::find(section.columns.begin(), section.columns.end(), column) != section.columns.end();
}

/// The columns of which several make one of the others, or which others are made of, are for tables alone.
bool is_shown(const Column& column) {
  constexpr portscope::EnumSet<Layout> whole{Layout::json,   Layout::listeners, Layout::extended,   Layout::internals,
                                             Layout::memory, Layout::timers,    Layout::set_options};
  return !(column.layouts & whole).empty() || column.name == "source";
}

class Block {
 public:
  Block(const Snapshot& snapshot, const Socket& socket, const Look& look)
      : snapshot_(snapshot), socket_(socket), width_(look.width.value_or(0)) {}

  std::string text();

 private:
  void title();
  void section(const Section& section);
  void owners();
  void owner(const Process& process, const std::vector<Holder>& descriptors);
  void objects();
  void heading(std::string_view text) { fmt::format_to(std::back_inserter(out_), "{}\n", text); }
  void line(std::size_t indent, std::string_view name, const Cell& cell, std::size_t name_width = usual_width);
  [[nodiscard]] Cell known(StringId id) const { return id != StringId::none ? Cell{Text{snapshot_.text(id)}} : Cell{}; }

  const Snapshot& snapshot_;
  const Socket& socket_;
  std::size_t width_;
  std::string out_;
};

void Block::title() {
  const auto add = [&](std::string_view column) {
    const Cell cell = find_column(column)->cell(snapshot_, socket_);
    if (is_blank(cell)) return;
    if (!out_.empty()) out_ += column == "peer" ? " -> " : " ";
    append_text(out_, cell, {});
  };
  for (const std::string_view column : {"transport", "type", "state", "local", "peer"}) add(column);
  out_ += '\n';
}

/// Nothing to say is not said.
void Block::line(std::size_t indent, std::string_view name, const Cell& cell, std::size_t name_width) {
  if (is_blank(cell)) return;
  std::string text;
  append_text(text, cell, {});
  if (text.empty() || text == "-") return;
  append_wrapped(out_, fmt::format("{:<{}}{}", name, name_width, text), indent, width_);
}

void Block::section(const Section& section) {
  const bool and_the_rest = &section == sections.back();
  const std::size_t begin = out_.size();
  heading(section.title);
  const std::size_t empty = out_.size();
  for (const Column& column : columns()) {
    if (!is_shown(column)) continue;
    const bool in_none = std::none_of(sections.begin(), sections.end(),
                                      [&](const Section* other) { return is_of(*other, column.name); }) &&
                         std::find(elsewhere.begin(), elsewhere.end(), column.name) == elsewhere.end();
    if (!is_of(section, column.name) && !(in_none && and_the_rest)) continue;
    const Cell cell = column.cell(snapshot_, socket_);
    if (!std::holds_alternative<Details>(cell)) line(in_section, column.name, cell);
  }
  if (out_.size() == empty) out_.resize(begin);
}

void Block::owner(const Process& process, const std::vector<Holder>& descriptors) {
  out_.append(in_section, ' ');
  append_name(out_, snapshot_.text(process.name));
  fmt::format_to(std::back_inserter(out_), "({})\n", process.pid);
  Numbers numbers;
  Numbers threads;
  for (const Holder& holder : descriptors) {
    numbers.push_back(static_cast<std::uint64_t>(holder.fd));
    if (holder.tid != 0) threads.push_back(static_cast<std::uint64_t>(holder.tid));
  }
  line(in_owner, "fd", numbers);
  if (!threads.empty()) line(in_owner, "tid", threads);
  line(in_owner, "exe", known(process.exe));
  if (process.command_line != StringId::none) {
    const CommandLine arguments{snapshot_.text(process.command_line), process.command_line_cut};
    line(in_owner, "cmdline", CommandLines{arguments});
  }
  if (process.ppid != 0) line(in_owner, "ppid", static_cast<std::uint64_t>(process.ppid));
  if (process.uid) {
    const StringId name = Snapshot::look_up(snapshot_.users, *process.uid);
    line(in_owner, "user", User{*process.uid, name != StringId::none, {snapshot_.text(name)}});
  }
  if (process.start_time) {
    const std::string start = rfc3339(*process.start_time);
    line(in_owner, "start_time", Word{start});
  }
  line(in_owner, "cgroup", known(process.cgroup));
  const std::string_view path = snapshot_.text(process.cgroup);
  for (const auto& [name, text] :
       {std::pair{"unit", portscope::unit_of(path)}, std::pair{"container", portscope::container_of(path)}}) {
    if (!text.empty()) line(in_owner, name, Text{text});
  }
}

void Block::owners() {
  heading("owners");
  const auto holders = snapshot_.holders_of(socket_);
  if (holders.empty()) {
    fmt::format_to(std::back_inserter(out_), "{:{}}{}\n", "", in_section, portscope::name(socket_.owner_status));
  }
  for (std::size_t i = 0; i < holders.size();) {
    std::vector<Holder> descriptors;
    const std::uint32_t process = holders[i].process;
    while (i < holders.size() && holders[i].process == process) descriptors.push_back(holders[i++]);
    owner(snapshot_.processes[process], descriptors);
  }
}

void Block::objects() {
  for (const Column& column : columns()) {
    const Cell cell = column.cell(snapshot_, socket_);
    const auto* details = std::get_if<Details>(&cell);
    if (details == nullptr) continue;
    const Object object = details->view->object(*details->snapshot, *details->socket);
    const std::size_t begin = out_.size();
    heading(column.name);
    const std::size_t empty = out_.size();
    std::size_t name_width = usual_width;
    for (const Member& member : object.members) name_width = std::max(name_width, member.name.size() + 2);
    for (const Member& member : object.members) line(in_section, member.name, member.value, name_width);
    if (out_.size() == empty) out_.resize(begin);
  }
}

std::string Block::text() {
  title();
  section(identity);
  section(ends);
  owners();
  section(queues);
  objects();
  return std::move(out_);
}

}  // namespace

portscope::EnumSet<portscope::Need> block_needs() {
  portscope::EnumSet<portscope::Need> needs{portscope::Need::process_details, portscope::Need::users};
  for (const Column& column : columns()) {
    if (is_shown(column)) needs |= column.needs;
  }
  return needs;
}

void write_blocks(const View& view, const Sink& sink) {
  bool first = true;
  for (const std::uint32_t row : view.order) {
    if (!first) sink("\n");
    first = false;
    sink(Block(*view.snapshot, view.snapshot->sockets[row], view.look).text());
  }
}

}  // namespace render

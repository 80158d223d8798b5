// SPDX-License-Identifier: MIT
#include "render/owner_json.hpp"

#include "portscope/cgroup.hpp"
#include "render/cell.hpp"
#include "render/document.hpp"
#include "render/time.hpp"

namespace render {

using portscope::Holder;
using portscope::Process;
using portscope::Snapshot;
using portscope::StringId;

namespace {

void write_user(JsonWriter& json, const Snapshot& snapshot, std::optional<std::uint32_t> uid) {
  json.key("uid");
  json.known_number(uid);
  const StringId user = uid ? Snapshot::look_up(snapshot.users, *uid) : StringId::none;
  write_known(json, "user", snapshot.text(user), user != StringId::none);
}

void write_command_line(JsonWriter& json, const Snapshot& snapshot, const Process& process) {
  const StringId id = process.command_line;
  if (id == StringId::none) {
    json.key("cmdline");
    json.null();
    return;
  }
  const auto arguments = split_arguments(snapshot.text(id));
  json.member("cmdline", [&](const auto& put) { return write_arguments(json, arguments, put); });
  if (process.command_line_cut) {
    json.key("cmdline_cut");
    json.boolean(true);
  }
}

/// What is the same of all its descriptors.
void write_process(JsonWriter& json, const Snapshot& snapshot, const Process& process) {
  const auto text_of = [&](std::string_view key, StringId id) {
    write_known(json, key, snapshot.text(id), id != StringId::none);
  };
  text_of("name", process.name);
  text_of("exe", process.exe);
  write_command_line(json, snapshot, process);
  json.key("ppid");
  json.number(std::int64_t{process.ppid});
  write_user(json, snapshot, process.uid);
  json.key("start_time");
  process.start_time ? void(json.text(rfc3339(*process.start_time))) : json.null();
  const std::string_view path = snapshot.text(process.cgroup);
  text_of("cgroup", process.cgroup);
  write_known(json, "unit", portscope::unit_of(path), !portscope::unit_of(path).empty());
  write_known(json, "container", portscope::container_of(path), !portscope::container_of(path).empty());
}

void write_owner(JsonWriter& json, const Snapshot& snapshot, const Holder& holder) {
  const Process& process = snapshot.processes[holder.process];
  json.begin_object();
  json.key("pid");
  json.number(std::int64_t{process.pid});
  if (holder.tid != 0) {
    json.key("tid");
    json.number(std::int64_t{holder.tid});
  }
  json.key("fd");
  json.number(std::int64_t{holder.fd});
  json.remembered(&process, [&] { write_process(json, snapshot, process); });
  json.end_object();
}

}  // namespace

void write_owners(JsonWriter& json, const Snapshot& snapshot, std::span<const Holder> holders) {
  json.begin_array();
  for (const Holder& holder : holders) write_owner(json, snapshot, holder);
  json.end_array();
}

}  // namespace render

// SPDX-License-Identifier: MIT
#include "collect/process_facts.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <string>

#include "collect/fields.hpp"

namespace collect {

using portscope::Process;
using portscope::StringPool;
using portscope::Time;

namespace {

/// Real, effective, saved and filesystem id follow "Uid:" (proc(5)); the effective one acts.
std::optional<std::uint32_t> effective_uid(std::string_view status) {
  while (!status.empty()) {
    std::string_view line = take_line(status);
    if (take_word(line) != "Uid:") continue;
    take_word(line);
    return to_number<std::uint32_t>(take_word(line));
  }
  return std::nullopt;
}

/// The cgroup v2 line `0::/path`. On hybrid machines it says only `/`, and systemd's own
/// hierarchy has the path.
std::string_view cgroup_path(std::string_view text) {
  constexpr std::string_view unified = "0::";
  constexpr std::string_view systemd = ":name=systemd:";
  std::string_view path;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    const std::size_t named = line.find(systemd);
    if (line.starts_with(unified) && line.size() > unified.size() + 1) return line.substr(unified.size());
    if (line.starts_with(unified) && path.empty()) path = line.substr(unified.size());
    if (named != std::string_view::npos) path = line.substr(named + systemd.size());
  }
  return path;
}

/// A process may point the kernel at gigabytes and call them its arguments (prctl(2),
/// PR_SET_MM_MAP); one more byte tells that there is more.
constexpr std::size_t most_of_arguments = 131072;

sys::Result<std::string> read_arguments(const sys::Directory& task) {
  return task.read("cmdline", most_of_arguments + 1);
}

/// Of a process whose main thread has exited, another thread still knows program and arguments.
sys::Directory living_task(const sys::Directory& process) {
  sys::Directory living;
  const auto tasks = process.directory("task");
  if (!tasks) return living;
  tasks->each([&](const char* name) {
    std::array<char, 1> any{};
    auto task = tasks->directory(name);
    if (task && task->link("exe", any)) living = std::move(*task);
  });
  return living;
}

}  // namespace

std::uint64_t ticks_a_second() {
  const long ticks = ::sysconf(_SC_CLK_TCK);
  return ticks > 0 ? static_cast<std::uint64_t>(ticks) : 100;
}

Time time_of(std::uint64_t ticks, Time boot) {
  constexpr std::uint64_t microseconds_a_second = 1000000;
  return boot + std::chrono::microseconds(ticks * (microseconds_a_second / ticks_a_second()));
}

std::optional<StatLine> parse_stat(std::string_view stat) {
  // `pid (comm) state ppid ...`: the name may hold blanks and parentheses, so it ends at the
  // last one of the line.
  const std::size_t open = stat.find('(');
  const std::size_t close = stat.rfind(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) return std::nullopt;
  StatLine line;
  line.name = stat.substr(open + 1, close - open - 1);
  std::string_view rest = stat.substr(close + 1);
  take_word(rest);  // state, field 3
  line.ppid = to_number<std::int32_t>(take_word(rest)).value_or(0);
  constexpr int fields_before_start = 17;  // fields 5 to 21; the start is field 22
  for (int field = 0; field < fields_before_start; ++field) take_word(rest);
  line.start = to_number<std::uint64_t>(take_word(rest));
  constexpr int fields_before_code = 3;  // fields 23 to 25
  for (int field = 0; field < fields_before_code; ++field) take_word(rest);
  line.code = to_number<std::uint64_t>(take_word(rest)).value_or(0);
  return line;
}

sys::Result<Process> read_process(const sys::Directory& directory, std::int32_t pid, Time boot, StringPool& strings) {
  const auto stat = directory.read("stat");
  if (!stat) return sys::Result<Process>::failure(stat.error());
  const auto line = parse_stat(*stat);
  if (!line) return sys::Result<Process>::failure(ESRCH);
  Process process;
  process.pid = pid;
  process.name = strings.intern(line->name);
  process.ppid = line->ppid;
  if (line->start) process.start_time = time_of(*line->start, boot);
  return process;
}

std::string program_of(std::string_view stat) {
  const std::size_t close = stat.rfind(')');
  if (close == std::string_view::npos) return {};
  std::string program(stat.substr(0, close));
  std::string_view rest = stat.substr(close + 1);
  constexpr int fields_before_code = 23;  // fields 3 to 25; 26 to 28 are startcode, endcode and startstack
  for (int field = 0; field < fields_before_code; ++field) take_word(rest);
  std::string_view place;
  for (int field = 0; field < 3; ++field) {
    place = take_word(rest);
    program.append(" ").append(place);
  }
  return place.empty() || place == "0" ? std::string{} : program;  // 0: we may not know
}

void read_details(const sys::Directory& directory, Process& process, StringPool& strings) {
  std::array<char, PATH_MAX> buffer{};
  auto exe = directory.link("exe", buffer);
  auto arguments = read_arguments(directory);
  if (!exe && exe.error() == ENOENT && arguments && arguments->empty()) {
    const sys::Directory task = living_task(directory);
    exe = task.link("exe", buffer);
    arguments = read_arguments(task);
  }
  if (exe) process.exe = strings.intern(*exe);
  if (arguments) {
    process.command_line_cut = arguments->size() > most_of_arguments;
    process.command_line = strings.intern(std::string_view(*arguments).substr(0, most_of_arguments));
  }
  if (const auto status = directory.read("status")) process.uid = effective_uid(*status);
  if (const auto cgroup = directory.read("cgroup")) {
    if (const auto path = cgroup_path(*cgroup); !path.empty()) process.cgroup = strings.intern(path);
  }
}

}  // namespace collect

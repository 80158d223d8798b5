// SPDX-License-Identifier: MIT
// What is known beyond the row: details, owners, names.
#include <algorithm>
#include <string>

#include "model/field_values.hpp"
#include "portscope/age.hpp"
#include "portscope/cgroup.hpp"
#include "portscope/kernel_structs.hpp"
#include "portscope/snapshot.hpp"

namespace portscope {

namespace {

/// Only these have numbers of their own: what the kernel tells of a listener is what its
/// connections will begin with.
constexpr EnumSet<State> connected{State::established, State::syn_sent, State::fin_wait_1, State::fin_wait_2,
                                   State::close_wait,  State::last_ack, State::closing};

void tell_tcp(const Facts& facts, std::string_view field, Judge& judge) {
  const Socket& socket = facts.socket;
  if (!connected.contains(socket.state)) return;
  const auto info = facts.snapshot->details.find(socket.details, DetailKind::tcp_info);
  const auto number = info ? value_of(DetailKind::tcp_info, field, *info) : std::nullopt;
  if (number) return judge.number(*number);
  // A connection that its program has closed leaves a row without numbers behind, and one that is
  // just being made has no round-trip time yet; an old kernel's struct has no place for some.
  const auto fields = fields_of(DetailKind::tcp_info);
  const auto is_missing = [&](const StructField& row) { return row.name == field && !has_field(row, *info); };
  const bool no_place = info && std::any_of(fields.begin(), fields.end(), is_missing);
  if (no_place || socket.source == Source::proc) judge.untold();
}

/// `tell` with each process that holds the socket.
template <class Tell>
void tell_holders(const Facts& facts, Judge& judge, const Tell& tell) {
  constexpr EnumSet<OwnerStatus> out_of_sight{OwnerStatus::unasked, OwnerStatus::hidden, OwnerStatus::elsewhere};
  if (out_of_sight.contains(facts.socket.owner_status)) judge.untold();
  for (const Holder& holder : facts.snapshot->holders_of(facts.socket)) tell(facts.snapshot->processes[holder.process]);
}

template <StringId Process::*text>
void tell_process_text(const Facts& facts, Judge& judge) {
  tell_holders(facts, judge, [&](const Process& process) {
    if (process.*text != StringId::none) judge.text(facts.strings.text(process.*text));
  });
}

/// `part` of the cgroup that the socket was made in, and of those its holders are in now.
template <class Part>
void tell_cgroup_parts(const Facts& facts, Judge& judge, const Part& part) {
  const auto tell = [&](StringId path) {
    const auto text = part(facts.strings.text(path));
    if (!text.empty()) judge.text(text);
  };
  tell(Snapshot::look_up(facts.snapshot->cgroups, facts.socket.cgroup));
  tell_holders(facts, judge, [&](const Process& process) { tell(process.cgroup); });
}

}  // namespace

void tell_age(const Facts& facts, Judge& judge) {
  constexpr std::uint64_t microseconds = 1000;
  const bool has_one = connected.contains(facts.socket.state);
  if (const auto age = age_of(*facts.snapshot, facts.socket)) {
    const std::uint64_t least = age->at_least_ms * microseconds;
    judge.between(least, age->exact ? least : UINT64_MAX);
  } else if (has_one && facts.socket.source == Source::proc) {
    judge.untold();
  }
}

void tell_rtt(const Facts& facts, Judge& judge) { tell_tcp(facts, "rtt_us", judge); }
void tell_retransmits(const Facts& facts, Judge& judge) { tell_tcp(facts, "total_retrans", judge); }
void tell_bytes_sent(const Facts& facts, Judge& judge) { tell_tcp(facts, "bytes_sent", judge); }
void tell_bytes_received(const Facts& facts, Judge& judge) { tell_tcp(facts, "bytes_received", judge); }

void tell_process_names(const Facts& facts, Judge& judge) { tell_process_text<&Process::name>(facts, judge); }
void tell_executables(const Facts& facts, Judge& judge) { tell_process_text<&Process::exe>(facts, judge); }

void tell_command_lines(const Facts& facts, Judge& judge) {
  tell_holders(facts, judge, [&](const Process& process) {
    std::string line(facts.strings.text(process.command_line));
    if (line.ends_with('\0')) line.pop_back();
    for (char& byte : line) byte = byte == '\0' ? ' ' : byte;
    judge.text(line);
  });
}

void tell_pids(const Facts& facts, Judge& judge) {
  tell_holders(facts, judge, [&](const Process& process) { judge.number(static_cast<std::uint64_t>(process.pid)); });
}

void tell_units(const Facts& facts, Judge& judge) { tell_cgroup_parts(facts, judge, unit_of); }
void tell_containers(const Facts& facts, Judge& judge) { tell_cgroup_parts(facts, judge, container_of); }
void tell_pods(const Facts& facts, Judge& judge) { tell_cgroup_parts(facts, judge, pod_of); }

void tell_netns(const Facts& facts, Judge& judge) {
  const Netns& netns = facts.snapshot->netns;
  if (netns.id == 0) return judge.untold();
  judge.text(std::to_string(netns.id));
  if (!netns.name.empty()) judge.text(netns.name);
}

/// Told to CAP_NET_ADMIN only, by netlink only.
Truth mark_holds(const Condition& condition, const Facts& facts) {
  const auto mark = facts.snapshot->details.value<std::uint32_t>(facts.socket.details, DetailKind::mark);
  if (!mark) return Truth::maybe;
  const auto& wanted = std::get<Marks>(condition.values);
  const auto is_it = [&](const MarkTest& test) { return (*mark & test.mask) == test.value; };
  return std::any_of(wanted.begin(), wanted.end(), is_it) ? Truth::yes : Truth::no;
}

}  // namespace portscope

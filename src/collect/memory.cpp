// SPDX-License-Identifier: MIT
#include "collect/memory.hpp"

#include "sys/machine.hpp"

namespace collect {

using portscope::Process;
using portscope::StringId;
using portscope::StringPool;

namespace {

std::optional<std::string> kept_text(const StringPool& strings, StringId id) {
  return id == StringId::none ? std::nullopt : std::make_optional(std::string(strings.text(id)));
}

StringId told_again(StringPool& strings, const std::optional<std::string>& text) {
  return text ? strings.intern(*text) : StringId::none;
}

}  // namespace

/// Who was not asked for since the last look is not worth remembering.
void ProcessMemory::begin_look(portscope::Time now) {
  now_ = now;
  std::erase_if(processes_, [](const auto& entry) { return !entry.second.seen; });
  for (auto& [pid, facts] : processes_) facts.seen = false;
}

bool ProcessMemory::recall(Process& process, const std::string& program, StringPool& strings) {
  const auto found = processes_.find(process.pid);
  if (found == processes_.end() || program.empty() || !process.start_time) return false;
  Facts& facts = found->second;
  if (facts.start != process.start_time || facts.program != program) return false;
  if (now_ - facts.read >= fresh || now_ < facts.read) return false;
  facts.seen = true;
  process.exe = told_again(strings, facts.exe);
  process.command_line = told_again(strings, facts.command_line);
  process.command_line_cut = facts.command_line_cut;
  process.cgroup = told_again(strings, facts.cgroup);
  process.uid = facts.uid;
  return true;
}

void ProcessMemory::keep(const Process& process, const std::string& program, const StringPool& strings) {
  if (program.empty() || !process.start_time) return;
  processes_[process.pid] = {process.start_time,
                             program,
                             now_,
                             true,
                             kept_text(strings, process.exe),
                             kept_text(strings, process.command_line),
                             kept_text(strings, process.cgroup),
                             process.uid,
                             process.command_line_cut};
}

bool OpenIterator::is_for(portscope::OwnerRoad road, const socket_choice& other) const {
  return asked == road && choice.tcp_states == other.tcp_states && choice.local_port == other.local_port &&
         choice.peer_port == other.peer_port;
}

void NameMemory::begin_look(portscope::Time now) {
  now_ = now;
  if (now_ - since_ < fresh && now_ >= since_) return;
  since_ = now_;
  users_.clear();
}

std::optional<std::string> NameMemory::user(std::uint32_t uid) {
  const auto found = users_.find(uid);
  if (found != users_.end()) return found->second;
  return users_[uid] = sys::user_name(uid);
}

}  // namespace collect

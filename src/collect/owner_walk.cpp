// SPDX-License-Identifier: MIT
#include "collect/owner_walk.hpp"

#include <array>
#include <cerrno>
#include <string>

#include "collect/memory.hpp"
#include "collect/process_facts.hpp"

namespace collect {

using portscope::Holder;

namespace {

/// Whether the descriptor still is that socket (0, else the errno why not), asked through the directory that was open
/// while name and start were read: neither a recycled pid nor an exec in between can put the blame on a stranger.
int ask_again(const sys::Directory& process, const Holder& holder) {
  const std::string table = holder.tid == 0 ? "fd/" : "task/" + std::to_string(holder.tid) + "/fd/";
  std::array<char, 64> buffer{};
  const auto link = process.link((table + std::to_string(holder.fd)).c_str(), buffer);
  if (!link) return link.error();
  return socket_inode(*link) == holder.inode ? 0 : ENOENT;
}

/// The holders that must be asked that. To ask it of thousands would take as long as finding
/// them; where a process was the same program before the later ones were seen and after it was
/// described, the answer for those is known.
std::vector<Holder> doubtful(const sys::Directory& process, const HolderScan& scan) {
  const std::string before = program_of(scan.stat);
  const auto stat = process.read("stat");
  const bool same_program = !before.empty() && stat && program_of(*stat) == before;
  return same_program ? scan.early : scan.holders;
}

}  // namespace

void OwnerWalk::look(const std::vector<std::uint32_t>& wanted, const WalkScope& scope) {
  failures_ = {};
  limits_ = walk_holders(question_.doors.proc, wanted, scope,
                         [&](const sys::Directory& directory, HolderScan scan) { add(directory, std::move(scan)); });
  merge(failures_, limits_);
  owners_.settle();
}

void OwnerWalk::add(const sys::Directory& directory, HolderScan scan) {
  auto process = read_process(directory, scan.pid, boot_, question_.strings);
  if (!process) return note_lost(scan.holders, process.error());
  detail(directory, *process);
  for (const Holder& holder : doubtful(directory, scan)) {
    const int error = ask_again(directory, holder);
    if (error == 0) continue;
    note_lost({holder}, error);
    std::erase(scan.holders, holder);
  }
  if (!scan.holders.empty()) place(*process, std::move(scan.holders));
}

/// Only who ended or let go is lost; of another failure nothing follows.
void OwnerWalk::note_lost(const std::vector<Holder>& holders, int error) {
  note_failure(failures_, error);
  if (error != ENOENT && error != ESRCH) return;
  for (const Holder& holder : holders) lost_.insert(holder.inode);
}

void OwnerWalk::confirm(std::int32_t pid, portscope::Time start, const std::vector<Holder>& holders) {
  const auto directory = question_.doors.proc.root()->directory(std::to_string(pid).c_str());
  if (!directory) return;
  auto process = read_process(*directory, pid, boot_, question_.strings);
  if (!process || process->start_time != start) return;
  std::vector<Holder> still;
  still.reserve(holders.size());
  for (const Holder& holder : holders) {
    if (ask_again(*directory, holder) == 0) still.push_back(holder);
  }
  if (still.empty()) return;
  detail(*directory, *process);
  place(*process, std::move(still));
}

void OwnerWalk::settle(const WalkLimits& limits) {
  owners_.settle();
  limits_ = limits;
}

void OwnerWalk::detail(const sys::Directory& directory, portscope::Process& process) const {
  if (!question_.needs(portscope::Need::process_details)) return;
  if (question_.memory == nullptr) return read_details(directory, process, question_.strings);
  const auto stat = directory.read("stat");
  const std::string program = stat ? program_of(*stat) : std::string{};
  if (question_.memory->processes.recall(process, program, question_.strings)) return;
  read_details(directory, process, question_.strings);
  question_.memory->processes.keep(process, program, question_.strings);
}

void OwnerWalk::place(const portscope::Process& process, std::vector<Holder> holders) {
  const std::uint32_t position = owners_.place(process);
  for (Holder& holder : holders) {
    holder.process = position;
    owners_.add(holder);
  }
}

}  // namespace collect

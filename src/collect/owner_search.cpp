// SPDX-License-Identifier: MIT
#include "collect/owner_search.hpp"

#include <algorithm>
#include <cerrno>
#include <new>
#include <system_error>

#include "collect/fields.hpp"
#include "collect/memory.hpp"
#include "collect/socket_choice.hpp"

namespace collect {

using portscope::OwnerRoad;

namespace {

/// Ids in the records are those of the first PID namespace, and times those of the first time
/// namespace (include/linux/proc_ns.h; a kernel without time namespaces has only the first).
bool numbers_are_ours(const sys::Proc& proc) {
  constexpr std::uint64_t first_pid_namespace = 0xEFFFFFFC;
  constexpr std::uint64_t first_time_namespace = 0xEFFFFFFA;
  const std::uint64_t time = proc.namespace_id("self/ns/time");
  return proc.namespace_id("self/ns/pid") == first_pid_namespace && (time == 0 || time == first_time_namespace);
}

/// To load a program takes as long as to walk over the processes of a machine that has so many files open. An observer
/// loads it once.
constexpr std::uint64_t worth_loading = 1500;

/// And to load the one that reads tables as long again as it then is faster.
constexpr std::uint64_t worth_loading_by_table = 5000;

/// How many files are open on the machine (proc(5), sys/fs/file-nr); 0 when that is not known.
std::uint64_t open_files(const sys::Proc& proc) {
  const auto text = proc.read("sys/fs/file-nr");  // allocated, free, most
  std::string_view numbers = text ? std::string_view(*text) : std::string_view{};
  return to_number<std::uint64_t>(take_word(numbers)).value_or(0);
}

}  // namespace

OwnerSearch::OwnerSearch(const portscope::Request& request, const Doors& doors, Memory* memory)
    : asked_(request.owners),
      choice_(choice_for(request)),
      doors_(doors),
      memory_(memory),
      open_files_(open_files(doors.proc)) {
  choose();
  if (candidates_.empty() || memory != nullptr) return;
  // To load one takes a while, one that is pinned only has to be opened.
  if (candidates_.front() == sys::Iterator::pinned && !open()) return;
  try {
    reader_ = std::thread([this] { begin(); });
  } catch (const std::system_error&) {
    return;  // a limit of threads
  }
}

void OwnerSearch::choose() {
  if (recall()) return;
  const bool pays = memory_ != nullptr || open_files_ >= worth_loading;
  const bool pays_by_table = memory_ != nullptr || open_files_ >= worth_loading_by_table;
  const bool may_load = asked_ == OwnerRoad::bpf || (asked_ == OwnerRoad::any && pays);
  if (may_load && pays_by_table) candidates_.push_back(sys::Iterator::by_table);
  if (may_load) candidates_.push_back(sys::Iterator::by_file);
  if (asked_ == OwnerRoad::pinned || asked_ == OwnerRoad::any) candidates_.push_back(sys::Iterator::pinned);
}

/// The one that an observer has open already.
bool OwnerSearch::recall() {
  if (memory_ == nullptr || !memory_->iterator) return false;
  if (!memory_->iterator->is_for(asked_, choice_)) {
    memory_->iterator.reset();
    return false;
  }
  iterator_ = memory_->iterator->which;
  was_opened_ = true;
  return true;
}

int OwnerSearch::try_to_open(sys::Iterator iterator) {
  try {
    return doors_.files->open(iterator, choice_);
  } catch (const std::bad_alloc&) {
    return ENOMEM;  // nobody catches what leaves a thread
  }
}

/// The first that can be; false when none can.
bool OwnerSearch::open() {
  was_opened_ = true;
  const int obstacle = doors_.files == nullptr ? ENOSYS : !numbers_are_ours(doors_.proc) ? ESRCH : 0;
  for (const sys::Iterator candidate : candidates_) {
    error_ = obstacle != 0 ? obstacle : try_to_open(candidate);
    iterator_ = candidate;
    if (error_ != 0) continue;
    if (memory_ != nullptr) memory_->iterator = {candidate, asked_, choice_};
    return true;
  }
  if (asked_ == OwnerRoad::any) {
    iterator_ = std::nullopt;
    error_ = 0;
  }
  return false;
}

/// All that can be done beside the reading of the sockets.
void OwnerSearch::begin() {
  if (was_opened_ || open()) read(first_.emplace());
}

/// After this, the other thread has ended.
void OwnerSearch::settle() {
  if (reader_.joinable()) reader_.join();
  if (!was_opened_) open();
}

bool OwnerSearch::has_iterator() {
  settle();
  return iterator_.has_value();
}

OwnerSearch::~OwnerSearch() {
  given_up_ = true;
  if (reader_.joinable()) reader_.join();
}

OwnerRecords OwnerSearch::walk() {
  settle();
  OwnerRecords records;
  if (error_ != 0) {
    records.error = error_;
  } else if (first_) {
    records = std::move(*first_);
    first_.reset();
  } else {
    read(records);
  }
  if (records.error != 0 && asked_ == OwnerRoad::any) iterator_ = std::nullopt;
  if (records.error != 0 && memory_ != nullptr) memory_->iterator.reset();
  return records;
}

OwnerRoad OwnerSearch::road() {
  settle();
  if (!iterator_) return OwnerRoad::proc;
  return *iterator_ == sys::Iterator::pinned ? OwnerRoad::pinned : OwnerRoad::bpf;
}

std::string OwnerSearch::remedy(int error) const {
  if (error == ESRCH) return "iterators count processes as the first PID namespace does: use --owners proc";
  if (iterator_ == sys::Iterator::pinned) {
    if (error == ENOENT) return "start portscope-owners.service, see RIGHTS in portscope(8)";
    return "join the group of /run/portscope/bpf, see RIGHTS in portscope(8)";
  }
  if (error == ENOSYS) return "this portscope was built without BPF: use --owners proc";
  if (error == EPERM) return "CAP_BPF and CAP_PERFMON are missing: run as root, or use --owners proc";
  return "this kernel cannot iterate over files: use --owners proc";
}

void OwnerSearch::read(OwnerRecords& into) {
  try {
    // Most files of a busy machine are sockets. Memory that is never written to costs nothing.
    into.records.reserve(std::min<std::uint64_t>(open_files_, 1U << 24U));
    into.error = doors_.files->each([&](std::span<const socket_file> files) {
      for (const socket_file& file : files) into.add(file);
      return !given_up_;
    });
  } catch (const std::bad_alloc&) {
    into.error = ENOMEM;  // nobody catches what leaves a thread
  }
}

}  // namespace collect

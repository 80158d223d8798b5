// SPDX-License-Identifier: MIT
#include "collect/holders.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <new>
#include <string>
#include <system_error>
#include <thread>
#include <unordered_set>

#include "collect/fields.hpp"
#include "portscope/progress.hpp"

namespace collect {

using portscope::Holder;

namespace {

constexpr std::size_t many = 32;  // sockets of one process

std::string read_stat(const sys::Directory& process) {
  const auto stat = process.read("stat");
  return stat ? *stat : std::string{};
}

/// A process that ended while we looked: no permission is missing, there is nothing to see.
bool has_ended(int error) { return error == ENOENT || error == ESRCH; }

/// A right that is missing; every other failure says nothing about the process, such as a shortage of our own.
bool is_refusal(int error) { return error == EACCES || error == EPERM; }

class Walk {
 public:
  Walk(const sys::Proc& proc, const Wanted& wanted, Care care)
      : proc_(proc), wanted_(wanted), thorough_(care == Care::thorough) {}

  void begin_process() { unreadable_ = false; }
  HolderScan scan(const sys::Directory& process, std::int32_t pid);
  void note_unreadable(int error);
  WalkLimits limits;

 private:
  void scan_table(const sys::Directory& task, std::int32_t tid, HolderScan& scan);
  void scan_other_tables(const sys::Directory& process, HolderScan& scan);
  bool is_new_table(const sys::Directory& tasks, std::int32_t tid);

  const sys::Proc& proc_;
  const Wanted& wanted_;
  bool thorough_;
  // Of the process being scanned:
  std::vector<std::int32_t> tables_;  // a thread of each table, in the kernel's order
  std::unordered_set<std::string> looks_;
  const sys::Directory* process_ = nullptr;
  bool unreadable_ = false;
};

void Walk::note_unreadable(int error) {
  if (unreadable_ && !has_ended(error)) return;  // counted
  note_failure(limits, error);
  unreadable_ = unreadable_ || !has_ended(error);
}

void Walk::scan_table(const sys::Directory& task, std::int32_t tid, HolderScan& scan) {
  const auto descriptors = task.directory("fd");
  if (!descriptors) return note_unreadable(descriptors.error());
  std::array<char, 64> buffer{};
  const int error = descriptors->each([&](const char* name) {
    if (unreadable_) return;  // the right to read one link is the right to read all of the process
    const auto link = descriptors->link(name, buffer);
    // ENOENT is a descriptor closed since; EACCES a process that may be listed but not read.
    if (!link) return note_unreadable(link.error());
    const Descriptor descriptor{socket_inode(*link), scan.pid, tid, to_number<std::int32_t>(name).value_or(0)};
    if (descriptor.inode == 0 || !wanted_(descriptor)) return;
    scan.holders.push_back({descriptor.inode, 0, descriptor.fd, tid});
    if (scan.holders.size() == many) {
      scan.early = scan.holders;
      scan.stat = read_stat(*process_);
    }
  });
  if (error != 0) note_unreadable(error);
}

/// The descriptor numbers in use; how a table looks from afar.
std::string numbers_of(const sys::Directory& tasks, std::int32_t tid) {
  std::string numbers;
  if (const auto descriptors = tasks.directory((std::to_string(tid) + "/fd").c_str())) {
    descriptors->each([&](const char* name) { numbers.append(name).append(" "); });
  }
  return numbers;
}

/// Whether no thread before had the table of this one. Where the kernel does not tell (containers
/// often forbid kcmp), tables with the same numbers are taken for one, unless the walk is thorough:
/// to look into each of hundreds of threads costs much, and is rarely worth it.
bool Walk::is_new_table(const sys::Directory& tasks, std::int32_t tid) {
  bool told = true;
  const auto place = std::lower_bound(tables_.begin(), tables_.end(), tid, [&](std::int32_t left, std::int32_t right) {
    const auto order = proc_.compare_descriptors(left, right);
    told = told && order.has_value();
    return order == std::strong_ordering::less;
  });
  if (told) {
    const bool is_known =
        place != tables_.end() && proc_.compare_descriptors(*place, tid) == std::strong_ordering::equal;
    if (!is_known) tables_.insert(place, tid);
    return !is_known;
  }
  limits.guessed = true;
  if (looks_.empty()) looks_.insert(numbers_of(tasks, tables_.front()));
  return thorough_ || looks_.insert(numbers_of(tasks, tid)).second;
}

/// Threads usually share one table. The main thread's has been scanned already.
void Walk::scan_other_tables(const sys::Directory& process, HolderScan& scan) {
  const auto tasks = process.directory("task");
  if (!tasks) return note_unreadable(tasks.error());
  tables_ = {scan.pid};
  looks_ = {};
  const int error = tasks->each([&](const char* name) {
    const auto tid = to_number<std::int32_t>(name);
    if (!tid || unreadable_) return;
    if (*tid == scan.pid || !is_new_table(*tasks, *tid)) return;
    const auto task = tasks->directory(name);
    if (!task) return note_unreadable(task.error());
    scan_table(*task, *tid, scan);
  });
  if (error != 0) note_unreadable(error);
}

HolderScan Walk::scan(const sys::Directory& process, std::int32_t pid) {
  HolderScan scan{pid, {}, {}, {}};
  process_ = &process;
  scan_table(process, 0, scan);
  // task/ has one subdirectory a thread, so its link count tells how many there are (2 more).
  constexpr unsigned long links_of_single_thread = 3;
  const auto links = process.links("task");
  const bool has_one_thread = links && *links == links_of_single_thread;
  if (!unreadable_ && !has_one_thread) scan_other_tables(process, scan);
  return scan;
}

/// A thread's own table starts as a copy of the shared one, or is not known to be another
/// (kcmp refused): what the process holds anyway is told once, without the thread.
void drop_repeats(std::vector<Holder>& holders) {
  std::sort(holders.begin(), holders.end());
  const auto same = [](const Holder& a, const Holder& b) { return a.inode == b.inode && a.fd == b.fd; };
  holders.erase(std::unique(holders.begin(), holders.end(), same), holders.end());
}

void look_into(const sys::Proc& proc, std::int32_t pid, const WalkScope& scope, Walk& walk, const Found& found,
               std::mutex& turn) {
  walk.begin_process();
  const auto process = proc.root()->directory(std::to_string(pid).c_str());
  if (!process) return walk.note_unreadable(process.error());
  if (scope.includes && !scope.includes(*process, pid)) return;
  auto scan = walk.scan(*process, pid);
  drop_repeats(scan.holders);
  if (scan.holders.empty()) return;
  const std::lock_guard lock(turn);
  found(*process, std::move(scan));
}

/// A thread takes about as long to start as some ten descriptors to read. How many files the machine
/// has open is known before any work (proc(5), sys/fs/file-nr: allocated, free, most).
unsigned helpers_for(const sys::Proc& proc, const WalkScope& scope) {
  constexpr std::uint64_t worth_it = 20000;
  constexpr unsigned most = 8;
  if (scope.hands == Hands::one) return 0;
  const auto text = proc.read("sys/fs/file-nr");
  std::string_view numbers = text ? std::string_view(*text) : std::string_view{};
  if (to_number<std::uint64_t>(take_word(numbers)).value_or(0) < worth_it) return 0;
  return std::min(std::max(std::thread::hardware_concurrency(), 1U), most) - 1;
}

/// Threads that do the same work beside this one; fewer where no more may be started.
class Helpers {
 public:
  template <class Work>
  Helpers(unsigned count, const Work& work) {
    try {
      for (unsigned i = 0; i < count; ++i) threads_.emplace_back(work);
    } catch (const std::system_error&) {
      return;  // a limit of processes: then it takes longer
    }
  }
  Helpers(const Helpers&) = delete;
  Helpers& operator=(const Helpers&) = delete;
  ~Helpers() { join(); }

  void join() {
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

 private:
  std::vector<std::thread> threads_;
};

}  // namespace

void note_failure(WalkLimits& limits, int error) {
  if (has_ended(error)) {
    limits.moved = true;
    return;
  }
  if (!is_refusal(error) && limits.error == 0) limits.error = error;
  ++limits.unreadable;
  if (limits.why == 0) limits.why = error;
}

void merge(const WalkLimits& one, WalkLimits& all) {
  if (all.error == 0) all.error = one.error;
  if (all.why == 0) all.why = one.why;
  all.unreadable += one.unreadable;
  all.moved = all.moved || one.moved;
  all.guessed = all.guessed || one.guessed;
}

std::uint32_t socket_inode(std::string_view link) {
  constexpr std::string_view head = "socket:[";
  if (!link.starts_with(head) || !link.ends_with(']')) return 0;
  link.remove_prefix(head.size());
  link.remove_suffix(1);
  return to_number<std::uint32_t>(link).value_or(0);
}

WalkLimits walk_holders(const sys::Proc& proc, const Wanted& wanted, const WalkScope& scope, const Found& found) {
  WalkLimits limits;
  if (!proc.root()) {
    limits.error = proc.root().error();
    return limits;
  }
  std::vector<std::int32_t> pids;
  const int broken_off = proc.root()->each([&](const char* name) {
    if (const auto pid = to_number<std::int32_t>(name)) pids.push_back(*pid);
  });
  static constexpr portscope::Progress::Stage stage{"owners", "processes"};
  portscope::progress().begin(stage, pids.size());
  std::atomic<std::size_t> next = 0;
  std::mutex turn;
  const auto work = [&] {
    Walk walk(proc, wanted, scope.care);
    try {
      for (std::size_t i = next++; i < pids.size(); i = next++) {
        look_into(proc, pids[i], scope, walk, found, turn);
        portscope::progress().advance(1);
      }
    } catch (const std::bad_alloc&) {
      walk.limits.error = ENOMEM;  // nobody catches what leaves a thread
    }
    const std::lock_guard lock(turn);
    merge(walk.limits, limits);
  };
  Helpers helpers(helpers_for(proc, scope), work);
  work();
  helpers.join();
  if (broken_off != 0) limits.error = broken_off;
  return limits;
}

WalkLimits walk_holders(const sys::Proc& proc, std::span<const std::uint32_t> wanted, const WalkScope& scope,
                        const Found& found) {
  const auto is_wanted = [&](const Descriptor& descriptor) {
    return std::binary_search(wanted.begin(), wanted.end(), descriptor.inode);
  };
  return walk_holders(proc, is_wanted, scope, found);
}

}  // namespace collect

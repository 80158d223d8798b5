// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "portscope/process.hpp"
#include "sys/proc.hpp"

namespace collect {

/// The descriptors of one process that are wanted sockets.
struct HolderScan {
  std::int32_t pid = 0;
  std::vector<portscope::Holder> holders;  ///< Holder::process is not set yet; sorted
  /// With many sockets: /proc/PID/stat as it was when only `early` of them had been seen.
  std::string stat;
  std::vector<portscope::Holder> early;
};

/// What the walk over /proc/PID/fd could not see.
struct WalkLimits {
  int error = 0;                 ///< errno when the walk as a whole failed or broke off
  std::uint32_t unreadable = 0;  ///< processes whose descriptors may not be listed or read
  int why = 0;                   ///< errno of the first of them
  bool moved = false;            ///< processes ended or descriptors were closed meanwhile
  bool guessed = false;          ///< which threads share a table was guessed
};

/// Notes that a process could not be looked into, or not completely, for this errno: it ended, it is protected, or
/// something is amiss that says nothing about it.
void note_failure(WalkLimits& limits, int error);

/// Adds what one part of a walk could not see to what the others could not.
void merge(const WalkLimits& one, WalkLimits& all);

/// How closely to look. `thorough` looks into every thread where the kernel does not tell which
/// of them share a descriptor table.
enum class Care : std::uint8_t { usual, thorough };

/// A socket in a descriptor table.
struct Descriptor {
  std::uint32_t inode = 0;  ///< of the socket
  std::int32_t pid = 0;
  std::int32_t tid = 0;  ///< the thread whose own table it is; 0 = the process's
  std::int32_t fd = 0;
};
using Wanted = std::function<bool(const Descriptor& descriptor)>;
using Found = std::function<void(const sys::Directory& process, HolderScan scan)>;

/// How many threads walk. `many` is as many as there are CPUs, where so many files are open that it
/// pays; then `Wanted` and `WalkScope::includes` are called by several at once, `Found` by one at a time.
enum class Hands : std::uint8_t { one, many };

/// Which processes to look into, how closely, and by how many threads.
struct WalkScope {
  Care care = Care::usual;
  Hands hands = Hands::one;
  std::function<bool(const sys::Directory& process, std::int32_t pid)> includes{};  ///< empty: every one
};

/// Walks over all processes and hands over each that holds a wanted socket. Threads with a
/// descriptor table of their own, and the threads that a dead main thread left behind, are looked
/// into too. Processes that end meanwhile are passed over.
WalkLimits walk_holders(const sys::Proc& proc, const Wanted& wanted, const WalkScope& scope, const Found& found);

/// The same for the sockets with these inodes, sorted.
WalkLimits walk_holders(const sys::Proc& proc, std::span<const std::uint32_t> wanted, const WalkScope& scope,
                        const Found& found);

/// The inode in a link text `socket:[12345]`; 0 when it is something else.
std::uint32_t socket_inode(std::string_view link);

}  // namespace collect

// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <ctime>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace sys {

/// What uname(2) calls nodename and release.
struct Uname {
  std::string name;
  std::string release;
};
Uname uname();

/// Since 1970, UTC.
struct ClockReading {
  std::chrono::microseconds now{};
  std::chrono::microseconds boot{};  ///< when the machine started; the same at every reading, to a tick
};
/// Tells the time of a clock, as clock_gettime(2).
using Clock = std::function<std::chrono::nanoseconds(clockid_t)>;
ClockReading read_clock(const Clock& clock);
ClockReading read_clock();

/// The first line of a small file outside /proc; empty when unreadable.
std::string first_line(const char* path);

/// Name of an interface of the caller's network namespace (if_indextoname(3)); empty when the
/// index is unknown there.
std::string interface_name(unsigned index);

/// Index of an interface (if_nametoindex(3)); 0 when there is none of that name.
unsigned interface_index(const std::string& name);

/// Indices of all interfaces of that namespace (if_nameindex(3)).
std::vector<std::uint32_t> interface_indices();

/// Id of a user, through NSS (getpwnam_r(3)); nothing when there is none of that name.
std::optional<std::uint32_t> user_id(const std::string& name);

/// Name of a user, through NSS (getpwuid_r(3)); nothing when nobody has the id.
std::optional<std::string> user_name(std::uint32_t uid);

/// Inode of a file; 0 when there is none.
std::uint64_t inode(const char* path);

/// The effective capabilities of this process (capabilities(7)) hold `capability`.
bool has_capability(int capability);

}  // namespace sys

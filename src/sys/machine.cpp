// SPDX-License-Identifier: MIT
#include "sys/machine.hpp"

#include <net/if.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <utility>

#include "sys/capability_sets.hpp"
#include "sys/directory.hpp"
#include "sys/lent_rights.hpp"

namespace sys {

Uname uname() {
  utsname facts{};
  if (::uname(&facts) != 0) return {};
  return {static_cast<const char*>(facts.nodename), static_cast<const char*>(facts.release)};
}

ClockReading read_clock(const Clock& clock) {
  using std::chrono::nanoseconds;
  struct Reading {
    nanoseconds now{};
    nanoseconds up{};
    nanoseconds taken = nanoseconds::max();
  };
  // The clocks run side by side. Who is held up between two of them would take the machine for younger than it is, and
  // so reads again; what lies in between then is rounded away.
  constexpr unsigned patience = 8;
  constexpr std::chrono::microseconds at_once(2);
  Reading best;
  for (unsigned tries = 0; tries < patience && best.taken > at_once; ++tries) {
    const nanoseconds before = clock(CLOCK_BOOTTIME);
    const nanoseconds now = clock(CLOCK_REALTIME);
    const nanoseconds taken = clock(CLOCK_BOOTTIME) - before;
    if (taken < best.taken) best = {now, before + taken / 2, taken};
  }
  constexpr std::chrono::milliseconds tick(10);
  const auto ticks = (best.now - best.up + tick / 2) / tick;
  return {std::chrono::duration_cast<std::chrono::microseconds>(best.now), ticks * tick};
}

ClockReading read_clock() {
  return read_clock([](clockid_t clock) {
    timespec time{};
    ::clock_gettime(clock, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  });
}

std::string first_line(const char* path) {
  const auto root = Directory::open("/");
  if (!root) return {};
  const auto text = root->read(path);
  return text ? text->substr(0, text->find('\n')) : std::string{};
}

std::string interface_name(unsigned index) {
  std::array<char, IF_NAMESIZE> name{};
  return if_indextoname(index, name.data()) == nullptr ? std::string{} : std::string(name.data());
}

unsigned interface_index(const std::string& name) { return if_nametoindex(name.c_str()); }

std::vector<std::uint32_t> interface_indices() {
  std::vector<std::uint32_t> indices;
  struct if_nameindex* const list = ::if_nameindex();
  if (list == nullptr) return indices;
  for (const struct if_nameindex* entry = list; entry->if_index != 0; ++entry) indices.push_back(entry->if_index);
  ::if_freenameindex(list);
  return indices;
}

namespace {

/// What `get` (getpwuid_r and its like) finds, with as much memory as it takes.
template <class Get>
std::optional<std::pair<std::uint32_t, std::string>> user(const Get& get) {
  const WithoutLentRights others;  // /etc/nsswitch.conf names modules that ask whom they like
  constexpr std::size_t first_size = 1024;
  constexpr std::size_t largest = std::size_t{1} << 20U;
  for (std::vector<char> buffer(first_size); buffer.size() <= largest; buffer.resize(buffer.size() * 2)) {
    passwd entry{};
    passwd* found = nullptr;
    const int error = get(&entry, buffer.data(), buffer.size(), &found);
    if (error == ERANGE) continue;
    if (error != 0 || found == nullptr) return std::nullopt;
    return std::pair(found->pw_uid, std::string(found->pw_name));
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> user_name(std::uint32_t uid) {
  const auto found = user([&](auto... rest) { return getpwuid_r(uid, rest...); });
  return found ? std::optional(found->second) : std::nullopt;
}

std::optional<std::uint32_t> user_id(const std::string& name) {
  const auto found = user([&](auto... rest) { return getpwnam_r(name.c_str(), rest...); });
  return found ? std::optional(found->first) : std::nullopt;
}

std::uint64_t inode(const char* path) {
  struct stat facts {};
  return ::stat(path, &facts) == 0 ? facts.st_ino : 0;
}

bool has_capability(int capability) {
  const auto number = static_cast<unsigned>(capability);
  const auto sets = capability_sets();
  return sets && (sets->at(CAP_TO_INDEX(number)).effective & CAP_TO_MASK(number)) != 0;
}

}  // namespace sys

// SPDX-License-Identifier: MIT
#include "sys/lent_rights.hpp"

#include <linux/capability.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace sys {

namespace {

using Words = std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3>;

/// Of the calling thread.
Words read_sets() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  Words sets{};
  ::syscall(SYS_capget, &header, sets.data());
  return sets;
}

/// Fewer, or in effect what is permitted: the kernel refuses neither.
void write_sets(Words sets) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  ::syscall(SYS_capset, &header, sets.data());
}

/// Who holds what; marks, filters and NAT rules; the iterator.
constexpr std::array to_read{CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH, CAP_NET_ADMIN, CAP_BPF, CAP_PERFMON};

Words only_to_read(const Words& sets) {
  Words kept{};
  for (const int capability : to_read) {
    const auto number = static_cast<unsigned>(capability);
    const auto word = CAP_TO_INDEX(number);
    kept.at(word).permitted |= sets.at(word).permitted & CAP_TO_MASK(number);
  }
  return kept;
}

bool is_empty(const Words& sets) {
  return std::all_of(sets.begin(), sets.end(), [](const auto& word) { return word.permitted == 0; });
}

bool lent = false;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): decided once, before any thread

void set_in_effect(bool all) {
  Words sets = read_sets();
  for (auto& word : sets) word.effective = all ? word.permitted : 0;
  write_sets(sets);
}

}  // namespace

void put_lent_rights_aside() {
  if (::getuid() != ::geteuid() || ::getgid() != ::getegid()) {
    throw std::runtime_error(
        "does not run set-user-id or set-group-id; RIGHTS in portscope(8) says what to give it instead");
  }
  // Root has its own; AT_SECURE alone may be a security module's, and without_new_privs nothing was lent.
  if (::getauxval(AT_SECURE) == 0 || ::getuid() == 0 || is_empty(read_sets())) return;
  lent = true;
  write_sets(only_to_read(read_sets()));
}

bool has_lent_rights() { return lent; }

void give_back_lent_rights() {
  if (lent) write_sets({});
}

LentRights::LentRights(Afterwards afterwards) : afterwards_(afterwards) {
  if (lent) set_in_effect(true);
}

LentRights::~LentRights() {
  if (!lent) return;
  afterwards_ == then_given_back ? give_back_lent_rights() : set_in_effect(false);
}

WithoutLentRights::WithoutLentRights() {
  if (!lent) return;
  const Words sets = read_sets();
  were_in_effect_ = std::any_of(sets.begin(), sets.end(), [](const auto& word) { return word.effective != 0; });
  if (were_in_effect_) set_in_effect(false);
}

WithoutLentRights::~WithoutLentRights() {
  if (were_in_effect_) set_in_effect(true);
}

}  // namespace sys

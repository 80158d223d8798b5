// SPDX-License-Identifier: MIT
#include "sys/lent_rights.hpp"

#include <sys/auxv.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "sys/capability_sets.hpp"

namespace sys {

namespace {

/// Who holds what; marks, filters and NAT rules; the iterator.
constexpr std::array to_read{CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH, CAP_NET_ADMIN, CAP_BPF, CAP_PERFMON};

CapabilitySets only_to_read(const CapabilitySets& sets) {
  CapabilitySets kept{};
  for (const int capability : to_read) {
    const auto number = static_cast<unsigned>(capability);
    const auto word = CAP_TO_INDEX(number);
    kept.at(word).permitted |= sets.at(word).permitted & CAP_TO_MASK(number);
  }
  return kept;
}

bool lent = false;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): decided once, before any thread

void set_in_effect(bool all) {
  auto sets = capability_sets();
  if (!sets) return;
  for (auto& word : *sets) word.effective = all ? word.permitted : 0;
  set_capabilities(*sets);
}

}  // namespace

void put_lent_rights_aside() {
  if (::getuid() != ::geteuid() || ::getgid() != ::getegid()) {
    throw std::runtime_error(
        "does not run set-user-id or set-group-id; RIGHTS in portscope(8) says what to give it instead");
  }
  // Root has its own; AT_SECURE alone may be a security module's, and with no_new_privs nothing was lent.
  if (::getauxval(AT_SECURE) == 0 || ::getuid() == 0) return;
  const auto sets = capability_sets();
  lent = sets && std::any_of(sets->begin(), sets->end(), [](const auto& word) { return word.permitted != 0; });
  if (lent) set_capabilities(only_to_read(*sets));
}

bool has_lent_rights() { return lent; }

void give_back_lent_rights() {
  if (lent) set_capabilities({});
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
  const auto sets = capability_sets();
  were_in_effect_ =
      sets && std::any_of(sets->begin(), sets->end(), [](const auto& word) { return word.effective != 0; });
  if (were_in_effect_) set_in_effect(false);
}

WithoutLentRights::~WithoutLentRights() {
  if (were_in_effect_) set_in_effect(true);
}

}  // namespace sys

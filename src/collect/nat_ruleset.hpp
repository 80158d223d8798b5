// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "collect/nat_packet.hpp"
#include "portscope/bind.hpp"
#include "portscope/expression.hpp"

namespace collect {

/// Where a chain or a set stands: by family and table.
struct NatName {
  std::uint8_t family = 0;  ///< NFPROTO_*
  std::string table;
  std::string name;

  friend auto operator<=>(const NatName&, const NatName&) = default;
};

/// What a rule does with a packet.
struct NatOutcome {
  enum class Action : std::uint8_t {
    none,      ///< the next rule is asked
    jump,      ///< `chains` are asked, and then the next rule
    go_to,     ///< `chains` are asked instead of the rest of this one
    leave,     ///< the rest of the chain is not asked
    stop,      ///< nor that of any other
    redirect,  ///< it goes to `target`
    unknown,   ///< one of these
  };

  Action action = Action::none;
  portscope::Truth applies = portscope::Truth::yes;  ///< `maybe`: it hangs on what is not known of the packet
  std::vector<std::string> chains{};                 ///< one, or where a map was asked, those that it may be
  NatTarget target{};
};

/// A chain in which the kernel begins to ask.
struct NatStart {
  std::int32_t priority = 0;  ///< the lowest comes first
  NatName chain;

  friend auto operator<=>(const NatStart&, const NatStart&) = default;
};

/// NAT rules in chains, of one part of the kernel.
class NatRuleset {
 public:
  NatRuleset() = default;
  NatRuleset(const NatRuleset&) = delete;
  NatRuleset& operator=(const NatRuleset&) = delete;
  virtual ~NatRuleset() = default;

  [[nodiscard]] virtual portscope::NatRedirect::Keeper keeper() const = 0;

  /// Those for such a packet, in any order.
  [[nodiscard]] virtual std::vector<NatStart> starts(const NatPacket& packet) const = 0;

  /// How many rules a chain has; 0, too, when there is no such chain.
  [[nodiscard]] virtual std::size_t rules_in(const NatName& chain) const = 0;

  /// Asks the rule of that number as the kernel does, but for a packet of which not everything is known.
  virtual NatOutcome run(const NatName& chain, std::size_t rule, const NatPacket& packet) = 0;
};

}  // namespace collect

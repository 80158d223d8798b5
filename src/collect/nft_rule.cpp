// SPDX-License-Identifier: MIT
#include "collect/nft_rule.hpp"

#include <netinet/in.h>  // before <linux/in.h>, which gives way to it

#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nf_tables_compat.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "collect/nft_attributes.hpp"
#include "collect/nft_loads.hpp"
#include "collect/nft_registers.hpp"
#include "collect/nft_sets.hpp"
#include "collect/xt_blobs.hpp"

namespace collect {

using portscope::Address;
using portscope::Truth;
using Action = NatOutcome::Action;

namespace {

class Rule {
 public:
  Rule(const NatPacket& packet, const NatName& place, NftRuleset& rules)
      : packet_(packet), place_(place), rules_(rules) {}

  NatOutcome run(const Attributes& expressions);

 private:
  using Run = void (Rule::*)(const Attributes& about);
  struct Expression {
    std::string_view name;
    Run run;
  };
  static const std::array<Expression, 15> known;

  void expression(std::string_view name, const Attributes& about);
  void nothing(const Attributes&) {}
  void meta(const Attributes& about) { load_meta(about, packet_, registers_); }
  void payload(const Attributes& about) { load_payload(about, packet_, registers_); }
  void fib(const Attributes& about) { load_fib(about, registers_); }
  void bitwise(const Attributes& about) { run_bitwise(about, registers_); }
  void byteorder(const Attributes& about) { run_byteorder(about, registers_); }
  void immediate(const Attributes& about);
  void cmp(const Attributes& about);
  void range(const Attributes& about);
  void lookup(const Attributes& about);
  void nat(const Attributes& about);
  void redir(const Attributes& about);
  void match(const Attributes& about);
  void target(const Attributes& about);

  void require(Truth condition) { outcome_.applies = std::min(outcome_.applies, condition); }
  void verdict(const Attributes& data);
  [[nodiscard]] Address address_at(std::uint32_t number);
  [[nodiscard]] std::uint16_t port_at(std::uint32_t number);

  const NatPacket& packet_;
  const NatName& place_;
  NftRuleset& rules_;
  NftRegisters registers_;
  NatOutcome outcome_;
};

void Rule::verdict(const Attributes& data) {
  const Attributes verdict = data.within(NFTA_DATA_VERDICT);
  switch (const auto code = static_cast<std::int32_t>(verdict.number(NFTA_VERDICT_CODE))) {
    case NFT_CONTINUE:
      return;
    case NFT_JUMP:
    case NFT_GOTO:
      outcome_.action = code == NFT_JUMP ? Action::jump : Action::go_to;
      outcome_.chains.push_back(verdict.text(NFTA_VERDICT_CHAIN));
      return;
    case NFT_BREAK:
      return require(Truth::no);
    case NFT_RETURN:
      outcome_.action = Action::leave;
      return;
    default:
      outcome_.action = Action::stop;
  }
}

void Rule::immediate(const Attributes& about) {
  const Attributes data = about.within(NFTA_IMMEDIATE_DATA);
  const std::uint32_t into = about.number(NFTA_IMMEDIATE_DREG);
  into == NFT_REG_VERDICT ? verdict(data) : registers_.put(into, data.bytes(NFTA_DATA_VALUE));
}

Truth compare(std::uint32_t operation, std::span<const MaybeByte> bytes, sys::Bytes value) {
  const auto known = [](bool yes) { return yes ? Truth::yes : Truth::no; };
  if (operation == NFT_CMP_EQ) return equals(bytes, value);
  if (operation == NFT_CMP_NEQ) return opposite(equals(bytes, value));
  const auto difference = order(bytes, value);
  if (!difference) return Truth::maybe;
  switch (operation) {
    case NFT_CMP_LT:
      return known(*difference < 0);
    case NFT_CMP_LTE:
      return known(*difference <= 0);
    case NFT_CMP_GT:
      return known(*difference > 0);
    case NFT_CMP_GTE:
      return known(*difference >= 0);
    default:
      return Truth::maybe;
  }
}

void Rule::cmp(const Attributes& about) {
  const sys::Bytes value = about.within(NFTA_CMP_DATA).bytes(NFTA_DATA_VALUE);
  require(compare(about.number(NFTA_CMP_OP), registers_.at(about.number(NFTA_CMP_SREG), value.size()), value));
}

void Rule::range(const Attributes& about) {
  const sys::Bytes from = about.within(NFTA_RANGE_FROM_DATA).bytes(NFTA_DATA_VALUE);
  const sys::Bytes to = about.within(NFTA_RANGE_TO_DATA).bytes(NFTA_DATA_VALUE);
  const auto bytes = registers_.at(about.number(NFTA_RANGE_SREG), from.size());
  const Truth is_in = std::min(compare(NFT_CMP_GTE, bytes, from), compare(NFT_CMP_LTE, bytes, to));
  require(about.number(NFTA_RANGE_OP) == NFT_RANGE_EQ ? is_in : opposite(is_in));
}

void Rule::lookup(const Attributes& about) {
  const auto& elements = rules_.elements({place_.family, place_.table, about.text(NFTA_LOOKUP_SET)});
  std::size_t length = 0;
  for (const NftElement& element : elements) length = std::max(length, element.key.size());
  const NftFound found = find_element(elements, registers_.at(about.number(NFTA_LOOKUP_SREG), length));
  const bool inverted = (about.number(NFTA_LOOKUP_FLAGS) & NFT_LOOKUP_F_INV) != 0;
  require(inverted ? opposite(found.is_there) : found.is_there);
  if (about.bytes(NFTA_LOOKUP_DREG).empty() || found.elements.empty()) return;
  const std::uint32_t into = about.number(NFTA_LOOKUP_DREG);
  for (const NftElement* element : found.elements) {
    const Attributes data{sys::Bytes(element->data)};
    const sys::Bytes value = data.bytes(NFTA_DATA_VALUE);
    if (into == NFT_REG_VERDICT) {
      verdict(data);
    } else if (found.elements.size() == 1) {
      registers_.put(into, value);
    } else {
      registers_.forget(into, value.size());
    }
  }
  const bool is_one_of_several = found.elements.size() > 1 && !outcome_.chains.empty();
  if (is_one_of_several) outcome_.action = Action::jump;
  if (found.elements.size() > 1) require(Truth::maybe);
}

/// The unspecified address for one that is not known: it is one of several.
Address Rule::address_at(std::uint32_t number) {
  const std::size_t size = packet_.is_ipv6 ? 16 : 4;
  const auto bytes = registers_.at(number, size);
  Address::Bytes all{};
  if (bytes.size() < size) return {};
  for (std::size_t i = 0; i < size; ++i) {
    if (!bytes[i]) return {};
    all.at(i) = *bytes[i];
  }
  return packet_.is_ipv6 ? Address::ipv6(all) : Address::ipv4({all[0], all[1], all[2], all[3]});
}

std::uint16_t Rule::port_at(std::uint32_t number) {
  constexpr unsigned byte = 8;
  const auto bytes = registers_.at(number, 2);
  if (number == 0 || bytes.size() < 2 || !bytes[0] || !bytes[1]) return 0;
  return static_cast<std::uint16_t>(*bytes[0] << byte | *bytes[1]);
}

/// In a table for both, a rule is for one of them (nft_nat_inet_eval, net/netfilter/nft_nat.c).
void Rule::nat(const Attributes& about) {
  const std::uint32_t family = packet_.is_ipv6 ? NFPROTO_IPV6 : NFPROTO_IPV4;
  const bool is_other = about.number(NFTA_NAT_FAMILY) != family && about.number(NFTA_NAT_FAMILY) != NFPROTO_INET;
  if (about.number(NFTA_NAT_TYPE) != NFT_NAT_DNAT || is_other) return;
  outcome_.action = Action::redirect;
  const std::uint32_t address = about.number(NFTA_NAT_REG_ADDR_MIN);
  if (address != 0) outcome_.target.address = address_at(address);
  outcome_.target.port = port_at(about.number(NFTA_NAT_REG_PROTO_MIN));
}

void Rule::redir(const Attributes& about) {
  outcome_.action = Action::redirect;
  outcome_.target = {std::nullopt, port_at(about.number(NFTA_REDIR_REG_PROTO_MIN))};
}

void Rule::match(const Attributes& about) {
  require(xt_match(about.text(NFTA_MATCH_NAME), about.number(NFTA_MATCH_REV), about.bytes(NFTA_MATCH_INFO), packet_));
}

void Rule::target(const Attributes& about) {
  const std::string name = about.text(NFTA_TARGET_NAME);
  if (xt_goes_on(name)) return;
  const auto target = xt_target(name, about.number(NFTA_TARGET_REV), about.bytes(NFTA_TARGET_INFO), packet_);
  outcome_.action = target ? Action::redirect : Action::unknown;
  if (target) outcome_.target = *target;
}

constexpr std::array<Rule::Expression, 15> Rule::known{{
    {"meta", &Rule::meta},
    {"payload", &Rule::payload},
    {"fib", &Rule::fib},
    {"immediate", &Rule::immediate},
    {"bitwise", &Rule::bitwise},
    {"byteorder", &Rule::byteorder},
    {"cmp", &Rule::cmp},
    {"range", &Rule::range},
    {"lookup", &Rule::lookup},
    {"nat", &Rule::nat},
    {"redir", &Rule::redir},
    {"match", &Rule::match},
    {"target", &Rule::target},
    {"counter", &Rule::nothing},
    {"log", &Rule::nothing},
}};

/// One that is not known may be a condition, and may load a register.
void Rule::expression(std::string_view name, const Attributes& about) {
  const auto* const found =
      std::find_if(known.begin(), known.end(), [&](const Expression& each) { return each.name == name; });
  if (found != known.end()) return (this->*found->run)(about);
  registers_.forget_all();
  require(Truth::maybe);
}

NatOutcome Rule::run(const Attributes& expressions) {
  expressions.each([&](sys::Bytes bytes) {
    const Attributes each(bytes);
    const bool is_over = outcome_.applies == Truth::no || outcome_.action != Action::none;
    if (!is_over) expression(each.text(NFTA_EXPR_NAME), each.within(NFTA_EXPR_DATA));
  });
  return std::move(outcome_);
}

}  // namespace

NatOutcome run_rule(sys::Bytes expressions, const NatPacket& packet, const NatName& place, NftRuleset& rules) {
  return Rule(packet, place, rules).run(Attributes(expressions));
}

}  // namespace collect

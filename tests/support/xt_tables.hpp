// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sys/diag.hpp"
#include "sys/xtables.hpp"

namespace fake {

/// What lies behind the head of a rule: xt_entry_match or xt_entry_target with its struct.
std::vector<std::byte> xt_extension(std::string_view name, std::uint8_t revision, sys::Bytes info);

template <class T>
std::vector<std::byte> xt_extension(std::string_view name, std::uint8_t revision, const T& info) {
  return xt_extension(name, revision, std::as_bytes(std::span(&info, 1)));
}

/// A rule before it has a place in its table.
struct XtRule {
  std::vector<std::byte> head{};  ///< ipt_ip or ip6t_ip6; empty: no conditions
  std::vector<std::vector<std::byte>> matches{};
  std::vector<std::byte> target{};  ///< empty: what `jump` or `verdict` says
  std::string jump{};               ///< to the chain of that name
  int verdict = 0;
  bool falls_through = false;  ///< it only counts: a rule without -j

  template <class Head>
  XtRule& when(const Head& conditions) {
    const auto bytes = std::as_bytes(std::span(&conditions, 1));
    head.assign(bytes.begin(), bytes.end());
    return *this;
  }
  XtRule& matching(std::vector<std::byte> match) {
    matches.push_back(std::move(match));
    return *this;
  }
};

XtRule xt_jump(std::string chain);
XtRule xt_verdict(int verdict);
XtRule xt_return();
/// `-p tcp --dport PORT` without the head's condition, which it needs in truth.
std::vector<std::byte> xt_dport(std::uint16_t port);
/// REDIRECT --to-ports.
XtRule xt_redirect(int family, std::uint16_t port);

/// The table `nat` of AF_INET or AF_INET6, laid out as iptables-legacy does: the four chains that are always there,
/// each with its policy, then those that rules jump to, then a last rule with the target ERROR.
class XtTableMaker {
 public:
  explicit XtTableMaker(int family) : family_(family) {}

  XtTableMaker& add(const std::string& chain, XtRule rule);
  [[nodiscard]] sys::XtTable make() const;

 private:
  int family_;
  std::vector<std::pair<std::string, std::vector<XtRule>>> chains_{
      {"PREROUTING", {}}, {"INPUT", {}}, {"OUTPUT", {}}, {"POSTROUTING", {}}};
};

/// The door with such tables behind it.
class XtTables : public sys::XtTables {
 public:
  [[nodiscard]] sys::Result<sys::XtTable> read(int family, std::string_view table) const override;

  std::map<int, sys::XtTable> tables{};  ///< by family
  int error = 0;
  mutable int reads = 0;
};

}  // namespace fake

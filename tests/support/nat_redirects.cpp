// SPDX-License-Identifier: MIT
#include "support/nat_redirects.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <linux/netfilter/nf_tables.h>

#include <cerrno>
#include <sstream>

#include "collect/nft_attributes.hpp"
#include "support/golden.hpp"
#include "sys/ip_tables.hpp"

namespace fake {

using portscope::Address;
using portscope::BindAttempt;
using portscope::Family;
using portscope::NatRedirect;
using portscope::Transport;
using portscope::Truth;
using From = NatRedirect::From;

namespace {

std::vector<std::byte> from_hex(std::string_view digits) {
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes.push_back(static_cast<std::byte>(std::stoi(std::string(digits.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

std::string key_of(const sys::DiagRequest& request) {
  constexpr unsigned message = 0xff;
  const auto family = std::to_integer<int>(request.body.front());
  const collect::Attributes about(request.body.subspan(4));
  const char* const kind = family == 1 ? "inet" : family == 2 ? "ip" : "ip6";
  const std::string place = fmt::format("{}/{}", kind, about.text(1));
  switch (request.type & message) {
    case NFT_MSG_GETCHAIN:
      return "chains -";
    case NFT_MSG_GETRULE:
      return "rules " + place;
    default:
      return fmt::format("elements {}/{}", place, about.text(2));
  }
}

std::string text_of(const NatRedirect& redirect) {
  std::string text = redirect.applies == Truth::yes ? "all" : "some";
  if (redirect.over.contains(Family::ipv4)) text += " ipv4";
  if (redirect.over.contains(Family::ipv6)) text += " ipv6";
  if (redirect.from.contains(From::outside)) text += " outside";
  if (redirect.from.contains(From::here)) text += " here";
  return text + " to " + (redirect.address ? redirect.address->to_string() : "here") + ' ' +
         std::to_string(redirect.port) + " by " + redirect.table + ' ' + redirect.chain;
}

}  // namespace

RecordedRules::RecordedRules() {
  std::istringstream lines(golden::read_file("data/nat-rules/replies.txt"));
  for (std::string kind, about, hex; lines >> kind >> about >> hex;) {
    replies_[kind + ' ' + about].push_back(from_hex(hex));
  }
}

sys::DumpEnd RecordedRules::dump(const sys::DiagRequest& request, const std::function<void(sys::Bytes)>& on_row) {
  ++dumps;
  if (error != 0) return {error};
  for (auto row : replies_[key_of(request)]) {
    if (spoil) spoil(row);
    on_row(row);
  }
  return {};
}

std::vector<std::string> Redirects::of(const std::string& address, std::uint16_t port, Transport transport) {
  BindAttempt attempt;
  attempt.transport = transport;
  attempt.port = port;
  attempt.address = *Address::parse(address);
  attempt.family = attempt.address.is_ipv4() ? Family::ipv4 : Family::ipv6;
  std::vector<std::string> texts;
  for (const auto& redirect : look({attempt}).redirects) texts.push_back(text_of(redirect));
  return texts;
}

collect::Redirects Redirects::look(const std::vector<BindAttempt>& attempts) {
  const sys::Proc proc = tree.open();
  return collect::find_redirects(attempts, interfaces, {rules, legacy, routes}, proc);
}

void Redirects::be_legacy(int family, std::uint16_t port) {
  tree.net(family == AF_INET6 ? "ip6_tables_names" : "ip_tables_names", "filter\nnat\n");
  legacy.tables[family] =
      XtTableMaker(family).add("PREROUTING", xt_redirect(family, port).matching(xt_dport(8080))).make();
}

void Redirects::be_only(const std::string& chain, const char* called, std::uint8_t protocol) {
  rules.error = EINVAL;
  tree.net("ip_tables_names", "nat\n");
  ipt_ip head{};
  head.proto = protocol;
  head.dst.s_addr = inet_addr(called);
  head.dmsk.s_addr = INADDR_BROADCAST;
  legacy.tables[AF_INET] = XtTableMaker(AF_INET).add(chain, xt_redirect(AF_INET, 99).when(head)).make();
}

}  // namespace fake

// SPDX-License-Identifier: MIT
#include "cli/port_target.hpp"

#include <algorithm>

#include "cli/usage_error.hpp"
#include "portscope/query.hpp"

namespace cli {

using portscope::Address;
using portscope::BindAttempt;
using portscope::Family;
using portscope::Target;
using portscope::Transport;

namespace {

/// `tcp:` or `udp:` at the beginning, with the colon; empty when there is none.
std::string transport_head(const std::string& word) {
  const std::size_t colon = word.find(':');
  if (colon == std::string::npos || !portscope::parse_transport(word.substr(0, colon))) return {};
  return word.substr(0, colon + 1);
}

/// `eth0:80`: a name with a letter, which is no address and no service (linux/if.h: no slash, no colon, no blank).
struct OnInterface {
  std::string interface;
  std::string rest;  ///< the word without it
};
OnInterface split_interface(const std::string& word) {
  const std::string head = transport_head(word);
  const std::size_t colon = word.find(':', head.size());
  if (colon == std::string::npos || word.rfind(':') != colon) return {{}, word};
  const std::string name = word.substr(head.size(), colon - head.size());
  const bool is_name =
      name.find_first_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") != std::string::npos &&
      name.find_first_of("/[]@ ") == std::string::npos;
  return is_name ? OnInterface{name, head + word.substr(colon)} : OnInterface{{}, word};
}

/// Nobody has an interface of that name, and everybody writes it.
void refuse_host_name(const OnInterface& split, const std::string& word) {
  if (split.interface != "localhost") return;
  throw UsageError("names of hosts are not looked up: write 127.0.0.1 or [::1]", {word, word.find("localhost"), 9});
}

BindAttempt with_options(BindAttempt attempt, const Wishes& wishes) {
  attempt.reuse_address = wishes.reuse_address;
  attempt.reuse_port = wishes.reuse_port;
  attempt.v6_only = wishes.v6_only && attempt.family == Family::ipv6;
  return attempt;
}

}  // namespace

Target read_port_target(const std::string& word) {
  const auto fail = [&](const std::string& what) { throw UsageError(what, {word, 0, word.size()}); };
  const OnInterface split = split_interface(word);
  refuse_host_name(split, word);
  Target target;
  try {
    const auto query = portscope::parse_query(std::vector<std::string>{split.rest});
    const auto* targets = std::get_if<std::vector<Target>>(&query.condition.values);
    if (query.kind != portscope::Expression::Kind::condition || targets == nullptr || targets->size() != 1) {
      fail("'" + word + "' is no target: 8080, 127.0.0.1:8080, [::]:8080/udp, tcp:eth0:80");
    }
    target = targets->front();
  } catch (const portscope::QueryError& error) {
    if (!split.interface.empty()) fail(error.what());
    throw UsageError(error.what(), {error.text(), error.begin(), error.length()});
  }
  if (!split.interface.empty()) target.interface = split.interface;
  if (target.has_name()) fail("a Unix socket has no port, and its name is free when no file is there");
  if (target.address && !target.address->is_single_address()) fail("bind() takes one address, not a network");
  return target;
}

std::vector<Transport> transports_for(const Target& target, const std::string& word, const Wishes& wishes) {
  std::vector<Transport> transports;
  for (std::size_t i = 0; i < portscope::Names<Transport>::list.size(); ++i) {
    const auto transport = static_cast<Transport>(i);
    if (target.transport ? *target.transport == transport : wishes.transports.contains(transport)) {
      transports.push_back(transport);
    }
  }
  if (transports.empty()) transports.push_back(Transport::tcp);
  for (const Transport transport : transports) {
    if (portscope::bind_transports.contains(transport)) continue;
    throw UsageError(
        "the rules of bind() are known for tcp, udp and udplite, not for " + std::string(portscope::name(transport)),
        {word, 0, word.size()});
  }
  return transports;
}

std::vector<BindAttempt> attempts_for(const Target& target, Transport transport, const Wishes& wishes) {
  BindAttempt attempt;
  attempt.transport = transport;
  attempt.port = static_cast<std::uint16_t>(target.ports ? target.ports->first : 0);
  if (target.address) {
    attempt.address = target.address->address;
    attempt.family = attempt.address.is_ipv4() ? Family::ipv4 : Family::ipv6;
    if (!wishes.families.empty() && !wishes.families.contains(attempt.family)) {
      throw UsageError("the address is of " + std::string(name(attempt.family)) + ", and another family is asked for");
    }
    return {with_options(attempt, wishes)};
  }
  std::vector<BindAttempt> both;
  const bool any = wishes.families.empty();
  if (any || wishes.families.contains(Family::ipv4)) both.push_back(with_options(attempt, wishes));
  attempt.address = Address{};
  attempt.family = Family::ipv6;
  if (any || wishes.families.contains(Family::ipv6)) both.push_back(with_options(attempt, wishes));
  return both;
}

bool wants_json(const Wishes& wishes) {
  if (wishes.format->name != "table" && wishes.format->name != "json") {
    throw UsageError("this is for people or --json, not " + std::string(wishes.format->name));
  }
  return wishes.format->name == "json";
}

}  // namespace cli

// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "model/bind_answer.hpp"
#include "model/bind_rules.hpp"
#include "model/shell_word.hpp"

namespace portscope {

Truth conflict_with(const BindView& view, void (*change)(BindAttempt& attempt)) {
  Truth worst = Truth::no;
  for (BindAttempt attempt : view.attempts) {
    change(attempt);
    worst = std::max(worst, judge(attempt, view.holders, view.snapshot.settings).conflict);
  }
  return worst;
}

void add_remedy(std::vector<BindRemedy>& remedies, BindRemedy remedy) {
  const bool is_told = std::any_of(remedies.begin(), remedies.end(), [&](const BindRemedy& told) {
    return told.command == remedy.command && (!told.command.empty() || told.text == remedy.text);
  });
  if (!is_told) remedies.push_back(std::move(remedy));
}

namespace {

class Remedies {
 public:
  Remedies(const BindView& view, const BindAnswer& answer) : view_(view), answer_(answer) {}

  std::vector<BindRemedy> take();

 private:
  void add(std::string text, std::string command = {}) { add_remedy(remedies_, {std::move(text), std::move(command)}); }
  void add_flags();
  void add_reservation();
  void add_of_refusal();
  void add_of_redirects();
  [[nodiscard]] std::uint16_t port() const { return view_.attempts.front().port; }

  const BindView& view_;
  const BindAnswer& answer_;
  std::vector<BindRemedy> remedies_;
};

/// Whether another flag would do. Of UDP, SO_REUSEADDR would take the datagrams of who has the port.
void Remedies::add_flags() {
  if (answer_.error != EADDRINUSE && answer_.verdict != BindVerdict::unknown) return;
  const BindAttempt& attempt = view_.attempts.front();
  const bool may_reuse = attempt.transport == Transport::tcp && !attempt.reuse_address;
  const Truth with_address = conflict_with(view_, [](BindAttempt& changed) { changed.reuse_address = true; });
  if (may_reuse && with_address == Truth::no) add("let the new program set SO_REUSEADDR before bind()");
  if (may_reuse && with_address == Truth::maybe) {
    add("let the new program set SO_REUSEADDR before bind(): that helps if the old one had set it too");
  }
  const Truth with_port = conflict_with(view_, [](BindAttempt& changed) { changed.reuse_port = true; });
  if (!attempt.reuse_port && with_port == Truth::no) {
    add("let the new program set SO_REUSEPORT before bind(), and share the port with the old one");
  }
}

void Remedies::add_reservation() {
  const NetSettings& settings = view_.snapshot.settings;
  const auto is_client = [](const Blocker& blocker) {
    return blocker.rule == BindRule::ephemeral_client || blocker.rule == BindRule::ipv6_connection;
  };
  const bool by_client = std::any_of(answer_.blockers.begin(), answer_.blockers.end(), is_client);
  if (!by_client || !settings.local_port_range || !settings.local_port_range->contains(port())) return;
  std::string list;
  for (const PortRange& range : settings.reserved_ports.value_or(std::vector<PortRange>{})) {
    list +=
        range.first == range.last ? fmt::format("{},", range.first) : fmt::format("{}-{},", range.first, range.last);
  }
  add("keep the port from clients for the time to come",
      fmt::format("sysctl -w net.ipv4.ip_local_reserved_ports={}{}", list, port()));
}

void Remedies::add_of_refusal() {
  const auto has_note = [&](BindRule rule) {
    return std::any_of(answer_.notes.begin(), answer_.notes.end(),
                       [&](const BindNote& note) { return note.rule == rule; });
  };
  if (has_note(BindRule::privileged_port)) {
    add("give the program the right", "setcap cap_net_bind_service=+ep PROGRAM");
    add("or let everybody have ports from here on",
        fmt::format("sysctl -w net.ipv4.ip_unprivileged_port_start={}", port()));
  }
  if (answer_.error == EAFNOSUPPORT)
    add("take an address of IPv4: this kernel has no IPv6, or does not let you have it");
  if (has_note(BindRule::address_not_local)) add("see which addresses there are", "ip -brief address");
  if (has_note(BindRule::scope_missing)) {
    add(fmt::format("name the interface: [{}%INTERFACE]:{}", view_.attempts.front().address.to_string(), port()));
  }
}

/// Who makes chains with such names, and how it is asked about its ports.
struct Publisher {
  std::string_view chain;
  std::string_view command;
};
constexpr auto publishers = std::to_array<Publisher>({{"DOCKER", "docker ps --filter publish="},
                                                      {"NETAVARK", "podman port --all | grep "},
                                                      {"nv_", "podman port --all | grep "},
                                                      {"CNI-", "podman port --all | grep "},
                                                      {"KUBE-", "kubectl get services --all-namespaces | grep "}});

/// What shows that chain of the table that the rule stands in, or all of it.
std::string command_for(const NatRedirect& redirect, const std::string& chain) {
  const std::size_t blank = redirect.table.find(' ');  // behind the family
  const std::string family = redirect.table.substr(0, blank);
  const std::string table = shell_word(std::string_view(redirect.table).substr(blank + 1));
  const std::string which = chain.empty() ? "" : ' ' + shell_word(chain);
  if (redirect.keeper == NatRedirect::Keeper::x_tables)
    return fmt::format("{}tables-legacy -t {} -S{}", family, table, which);
  return fmt::format("nft list {} {} {}{}", chain.empty() ? "table" : "chain", family, table, which);
}

void Remedies::add_of_redirects() {
  std::size_t told = 0;
  for (const NatRedirect& redirect : view_.redirects) {
    const auto* const publisher = std::find_if(publishers.begin(), publishers.end(), [&](const Publisher& each) {
      return redirect.chain.starts_with(each.chain);
    });
    if (publisher != publishers.end())
      add("find the container that the port was published for", fmt::format("{}{}", publisher->command, port()));
    if (told++ < redirects_told) {
      add("see the rule that sends elsewhere what comes to the port", command_for(redirect, redirect.chain));
    } else {
      add("see all rules of the table", command_for(redirect, {}));
    }
  }
}

std::vector<BindRemedy> Remedies::take() {
  add_of_refusal();
  for (BindRemedy& remedy : remedies_against_blockers(view_, answer_)) add_remedy(remedies_, std::move(remedy));
  if (!answer_.blockers.empty()) add_flags();
  add_reservation();
  add_of_redirects();
  if (answer_.verdict != BindVerdict::free && view_.next_free) {
    add(fmt::format("take the next free port: {}", *view_.next_free));
  }
  return std::move(remedies_);
}

}  // namespace

std::vector<BindRemedy> remedies_for(const BindView& view, const BindAnswer& answer) {
  return Remedies(view, answer).take();
}

}  // namespace portscope

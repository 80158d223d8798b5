// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

#include "model/bind_answer.hpp"
#include "model/bind_rules.hpp"
#include "portscope/index.hpp"

namespace portscope {

std::string place_text(const Snapshot& snapshot, const Socket& socket) {
  const Endpoint* local = inet(socket.local);
  if (local == nullptr) return {};
  const std::string address = local->address.to_string();
  const std::string_view interface = snapshot.text(Snapshot::look_up(snapshot.interfaces, socket.interface));
  if (local->address.is_ipv4()) {
    return fmt::format("{}{}{}:{}", address, interface.empty() ? "" : "%", interface, local->port);
  }
  return fmt::format("[{}{}{}]:{}", address, interface.empty() ? "" : "%", interface, local->port);
}

namespace {

constexpr std::size_t most_of_a_kind = 4;

/// Where a server waits; connections are no news.
bool waits(const Socket& socket) { return waiting_states(socket.transport).contains(socket.state); }

std::string who(const Snapshot& snapshot, const Socket& socket) {
  const auto holders = snapshot.holders_of(socket);
  if (holders.empty()) return {};
  const Process& process = snapshot.processes[holders.front().process];
  return fmt::format(" of {} (pid {}{})", snapshot.text(process.name), process.pid,
                     holders.size() > 1 ? fmt::format(" and {} more", holders.size() - 1) : std::string());
}

std::string_view verb(const Socket& socket) { return socket.transport == Transport::tcp ? "listens" : "waits"; }

class Notes {
 public:
  Notes(const BindView& view, const BindAnswer& answer)
      : view_(view), answer_(answer), is_blocker_(view.holders.size()) {
    for (const Blocker& blocker : answer.blockers) is_blocker_[blocker.holder] = true;
  }

  std::vector<BindNote> take();

 private:
  [[nodiscard]] const BindAttempt& attempt() const { return view_.attempts.front(); }
  void add_of_port();
  void add_of_socket(std::size_t index);
  void add_of_neighbour(const PortHolder& holder);
  void add_of_companion(const PortHolder& holder, const BindAttempt& attempt);
  void add_of_namespaces();
  void add_of_redirect(const NatRedirect& redirect);
  void add_of_redirects();
  void add(BindRule rule, std::string text);

  const BindView& view_;
  const BindAnswer& answer_;
  std::vector<bool> is_blocker_;  ///< by position among the holders
  std::vector<BindNote> notes_;
};

void Notes::add(BindRule rule, std::string text) {
  const auto count = std::count_if(notes_.begin(), notes_.end(), [&](const auto& note) { return note.rule == rule; });
  if (static_cast<std::size_t>(count) < most_of_a_kind) notes_.push_back({rule, std::move(text)});
}

void Notes::add_of_port() {
  const std::uint16_t port = attempt().port;
  const NetSettings& settings = view_.snapshot.settings;
  const bool is_reserved =
      settings.reserved_ports && std::any_of(settings.reserved_ports->begin(), settings.reserved_ports->end(),
                                             [&](const PortRange& range) { return range.contains(port); });
  if (is_reserved) {
    add(BindRule::reserved_port,
        fmt::format("{} is kept from clients: {}", port, explanation(BindRule::reserved_port)));
  } else if (settings.local_port_range && settings.local_port_range->contains(port)) {
    add(BindRule::in_ephemeral_range,
        fmt::format("{} is among {}-{}: {}", port, settings.local_port_range->first, settings.local_port_range->last,
                    explanation(BindRule::in_ephemeral_range)));
  }
  const auto start = view_.settings.unprivileged_port_start;
  if (start && port < *start && view_.settings.may_bind_privileged) {
    add(BindRule::below_unprivileged,
        fmt::format("{} is below {}: {}", port, *start, explanation(BindRule::below_unprivileged)));
  }
}

void Notes::add_of_neighbour(const PortHolder& holder) {
  const Socket& socket = *holder.socket;
  if (!waits(socket)) return;
  const std::string text = fmt::format("{}{} {} on {}", name(socket.transport), who(view_.snapshot, socket),
                                       verb(socket), place_text(view_.snapshot, socket));
  if (socket.transport != attempt().transport) {
    add(BindRule::other_protocol, fmt::format("{}: {}", text, explanation(BindRule::other_protocol)));
    return;
  }
  const auto no_address_meets = [&](const BindAttempt& each) { return addresses_overlap(each, holder) == Truth::no; };
  const auto no_interface_meets = [&](const BindAttempt& each) {
    return interfaces_overlap(each, socket) == Truth::no;
  };
  const auto& attempts = view_.attempts;
  if (std::all_of(attempts.begin(), attempts.end(), no_address_meets)) {
    add(BindRule::other_address, fmt::format("{}: {}", text, explanation(BindRule::other_address)));
  } else if (std::all_of(attempts.begin(), attempts.end(), no_interface_meets)) {
    add(BindRule::other_interface, fmt::format("{}: {}", text, explanation(BindRule::other_interface)));
  }
}

/// One that is met and does not stop us.
void Notes::add_of_companion(const PortHolder& holder, const BindAttempt& attempt) {
  const Socket& socket = *holder.socket;
  const bool meets =
      addresses_overlap(attempt, holder) == Truth::yes && interfaces_overlap(attempt, socket) == Truth::yes;
  if (socket.transport != attempt.transport || !meets) return;
  const std::string text = fmt::format("{}{} has {}", name(socket.transport), who(view_.snapshot, socket),
                                       place_text(view_.snapshot, socket));
  if (socket.state == State::bound)
    add(BindRule::listen_race, fmt::format("{}: {}", text, explanation(BindRule::listen_race)));
  if (waits(socket)) add(BindRule::shares_port, fmt::format("{}: {}", text, explanation(BindRule::shares_port)));
}

void Notes::add_of_socket(std::size_t index) {
  if (is_blocker_[index]) return;
  const PortHolder& holder = view_.holders[index];
  add_of_neighbour(holder);
  if (answer_.verdict != BindVerdict::free) return;
  for (const BindAttempt& each : view_.attempts) add_of_companion(holder, each);
}

void Notes::add_of_namespaces() {
  for (const ForeignSocket& socket : view_.elsewhere) {
    const std::string address = socket.local.address.to_string();
    const bool is_ipv4 = socket.local.address.is_ipv4();
    add(BindRule::other_namespace,
        fmt::format("{}{}{}:{} waits in the network namespace of {} (pid {}): {}", is_ipv4 ? "" : "[", address,
                    is_ipv4 ? "" : "]", socket.local.port, view_.snapshot.text(socket.name), socket.pid,
                    explanation(BindRule::other_namespace)));
  }
}

/// `172.17.0.2:80`, `port 80 of this machine`.
std::string where_to(const NatRedirect& redirect, std::uint16_t own_port) {
  const std::uint16_t port = redirect.port != 0 ? redirect.port : own_port;
  if (!redirect.address) return fmt::format("port {} of this machine", port);
  if (*redirect.address == Address{}) return "one of several places";
  const bool has_brackets = !redirect.address->is_ipv4();
  return fmt::format("{}{}{}:{}", has_brackets ? "[" : "", redirect.address->to_string(), has_brackets ? "]" : "",
                     port);
}

/// `from outside over IPv4`.
std::string whence(const NatRedirect& redirect) {
  const bool from_outside = redirect.from.contains(NatRedirect::From::outside);
  const bool from_here = redirect.from.contains(NatRedirect::From::here);
  std::string text = from_outside ? "from outside" : "from this machine";
  if (from_outside && from_here) text += " and from this machine";
  if (redirect.over == EnumSet<Family>{Family::ipv4}) text += " over IPv4";
  if (redirect.over == EnumSet<Family>{Family::ipv6}) text += " over IPv6";
  return text;
}

void Notes::add_of_redirect(const NatRedirect& redirect) {
  const bool is_legacy = redirect.keeper == NatRedirect::Keeper::x_tables;
  add(BindRule::published_by_nat,
      fmt::format("{} comes {} goes to {}, by a rule {}in chain {} of table {}: {}",
                  redirect.applies == Truth::yes ? "what" : "some of what", whence(redirect),
                  where_to(redirect, attempt().port), is_legacy ? "of iptables-legacy " : "", redirect.chain,
                  redirect.table, explanation(BindRule::published_by_nat)));
}

/// `table ip nat`, `2 tables`.
std::string tables_of(std::span<const NatRedirect> redirects) {
  std::set<std::string_view> tables;
  for (const NatRedirect& redirect : redirects) tables.insert(redirect.table);
  return tables.size() == 1 ? fmt::format("table {}", *tables.begin()) : fmt::format("{} tables", tables.size());
}

/// The certain ones come first: one for each family and each direction, as a packet goes but one way. So of the rest
/// none is.
void Notes::add_of_redirects() {
  const std::span<const NatRedirect> all(view_.redirects);
  const auto told = all.first(std::min(all.size(), redirects_told));
  for (const NatRedirect& redirect : told) add_of_redirect(redirect);
  const auto rest = all.subspan(told.size());
  if (rest.empty()) return;
  notes_.push_back(
      {BindRule::published_by_nat,
       fmt::format("some of what comes goes elsewhere by {} more rule{} of {}: {}", rest.size(),
                   rest.size() == 1 ? "" : "s", tables_of(rest), explanation(BindRule::published_by_nat))});
}

std::vector<BindNote> Notes::take() {
  add_of_port();
  for (std::size_t i = 0; i < view_.holders.size(); ++i) add_of_socket(i);
  add_of_redirects();
  add_of_namespaces();
  return std::move(notes_);
}

}  // namespace

std::vector<BindNote> notes_on(const BindView& view, const BindAnswer& answer) { return Notes(view, answer).take(); }

}  // namespace portscope

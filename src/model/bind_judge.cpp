// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cerrno>

#include "model/bind_rules.hpp"
#include "portscope/index.hpp"

namespace portscope {

namespace {

/// Requests that are not answered yet hold no port (they are the listener's), nor does what has none.
bool holds_a_port(const Socket& socket) {
  return socket.state != State::syn_received && socket.state != State::closed && inet(socket.local) != nullptr;
}

bool may_conflict(const BindAttempt& attempt, const Socket& socket) {
  const Endpoint* local = inet(socket.local);
  return socket.transport == attempt.transport && holds_a_port(socket) && local->port == attempt.port;
}

/// Two that listen on one address and port did both set SO_REUSEPORT: there is no other way.
bool listens_beside(const Socket& one, const Socket& other) {
  return one.transport == Transport::tcp && one.state == State::listen && other.state == State::listen &&
         other.transport == one.transport && one.interface == other.interface && one.local == other.local;
}

std::vector<PortHolder> with_deduced_flags(const std::vector<PortHolder>& holders) {
  std::vector<PortHolder> result = holders;
  for (PortHolder& holder : result) {
    if (holder.reuse_port || holder.socket->state != State::listen) continue;
    const bool has_twin = std::any_of(holders.begin(), holders.end(), [&](const PortHolder& other) {
      return other.socket != holder.socket && listens_beside(*holder.socket, *other.socket);
    });
    if (has_twin) holder.reuse_port = true;
  }
  return result;
}

/// The pair of attempt and holder, from every side.
struct Overlap {
  Truth meet;             ///< on a common address and interface
  Truth both_reuse;       ///< SO_REUSEADDR makes room
  Truth both_reuse_port;  ///< SO_REUSEPORT does, for one user
};

Overlap compare(const BindAttempt& attempt, const PortHolder& holder) {
  const Socket& socket = *holder.socket;
  const bool is_listener = socket.transport == Transport::tcp && socket.state == State::listen;
  // The user of a time_wait is not asked for, and of a row without one the kernel takes 0 (sock_i_uid).
  const bool is_same_user = socket.state == State::time_wait || socket.uid.value_or(0) == attempt.uid;
  return {both(addresses_overlap(attempt, holder), interfaces_overlap(attempt, socket)),
          both(known(attempt.reuse_address && !is_listener), truth_of(holder.reuse_address)),
          both(known(attempt.reuse_port && is_same_user), truth_of(holder.reuse_port))};
}

EnumSet<BindDoubt> doubts_of(const BindAttempt& attempt, const PortHolder& holder, const Overlap& pair) {
  EnumSet<BindDoubt> doubts;
  if (pair.both_reuse == Truth::maybe) doubts.insert(BindDoubt::reuse_address);
  if (pair.both_reuse_port == Truth::maybe) doubts.insert(BindDoubt::reuse_port);
  if (addresses_overlap(attempt, holder) == Truth::maybe) doubts.insert(BindDoubt::v6_only);
  if (interfaces_overlap(attempt, *holder.socket) == Truth::maybe) doubts.insert(BindDoubt::interface);
  return doubts;
}

/// A busy server has a hundred thousand connections on its port, and few listeners.
std::vector<const Socket*> listeners_among(const std::vector<PortHolder>& holders) {
  std::vector<const Socket*> result;
  for (const PortHolder& holder : holders) {
    if (holder.socket->state == State::listen) result.push_back(holder.socket);
  }
  return result;
}

class Court {
 public:
  Court(const BindAttempt& attempt, const std::vector<PortHolder>& holders, const NetSettings& settings)
      : attempt_(attempt),
        holders_(with_deduced_flags(holders)),
        listeners_(listeners_among(holders)),
        settings_(settings) {}

  BindJudgement judge();

 private:
  void judge_pair(std::size_t index);
  [[nodiscard]] bool has_listener(const Socket& socket) const;
  void judge_order();

  const BindAttempt& attempt_;
  const std::vector<PortHolder> holders_;
  const std::vector<const Socket*> listeners_;
  const NetSettings& settings_;
  BindJudgement judgement_;
  Truth companion_ = Truth::no;  ///< a UDP socket that lets this one in, if the kernel asks it first
};

bool Court::has_listener(const Socket& socket) const {
  const Endpoint* local = inet(socket.local);
  return std::any_of(listeners_.begin(), listeners_.end(), [&](const Socket* listener) {
    return listener->transport == socket.transport && covers(*listener, local->address);
  });
}

/// TCP asks every socket of the port (inet_csk_bind_conflict). UDP asks those that do not both have SO_REUSEADDR, and
/// the first one decides (udp_lib_lport_inuse).
void Court::judge_pair(std::size_t index) {
  const PortHolder& holder = holders_[index];
  const Overlap pair = compare(attempt_, holder);
  const Truth asked = both(pair.meet, opposite(pair.both_reuse));
  const Truth conflict = both(asked, opposite(pair.both_reuse_port));
  companion_ = std::max(companion_, both(asked, pair.both_reuse_port));
  if (conflict == Truth::no) return;
  const Meeting meeting{attempt_, holder, has_listener(*holder.socket), settings_};
  const auto doubts = conflict == Truth::maybe ? doubts_of(attempt_, holder, pair) : EnumSet<BindDoubt>{};
  judgement_.blockers.push_back({index, rule_of(meeting), conflict, doubts});
  judgement_.conflict = std::max(judgement_.conflict, conflict);
  judgement_.doubts |= doubts;
}

void Court::judge_order() {
  if (attempt_.transport == Transport::tcp || judgement_.conflict == Truth::no || companion_ == Truth::no) return;
  judgement_.conflict = Truth::maybe;
  for (Blocker& blocker : judgement_.blockers) {
    blocker.conflict = Truth::maybe;
    blocker.doubts.insert(BindDoubt::order);
  }
  judgement_.doubts.insert(BindDoubt::order);
}

BindJudgement Court::judge() {
  for (std::size_t i = 0; i < holders_.size(); ++i) {
    if (may_conflict(attempt_, *holders_[i].socket)) judge_pair(i);
  }
  judge_order();
  if (judgement_.conflict == Truth::yes) judgement_.doubts = {};
  return judgement_;
}

bool is_link_local(const Address& address) {
  const auto& bytes = address.bytes();
  constexpr std::uint8_t ten_bits = 0xc0;
  constexpr std::uint8_t low_half = 0x0f;
  const bool unicast = bytes[0] == 0xfe && (bytes[1] & ten_bits) == 0x80;    // fe80::/10
  const bool multicast = bytes[0] == 0xff && (bytes[1] & low_half) == 0x02;  // ff02::/16
  return unicast || multicast;
}

bool is_multicast(const Address& address) {
  constexpr std::uint8_t four_bits = 0xf0;
  const auto& bytes = address.bytes();
  return address.is_ipv4() ? (bytes[12] & four_bits) == 0xe0 : bytes[0] == 0xff;
}

/// What bind() takes for an address of this machine (inet_addr_type, ipv6_chk_addr).
bool is_local(const BindAttempt& attempt, const BindSettings& settings) {
  const Address& address = attempt.address;
  const auto& nonlocal = address.is_ipv4() ? settings.nonlocal_bind : settings.nonlocal_bind_v6;
  if (address.is_wildcard() || is_multicast(address) || nonlocal.value_or(0) != 0) return true;
  if (address == Address::ipv4({255, 255, 255, 255})) return true;
  return std::any_of(settings.addresses.begin(), settings.addresses.end(), [&](const LocalAddress& own) {
    // Addresses of a link, and ::1, are those of one interface (ipv6_chk_addr_and_flags, net/ipv6/addrconf.c).
    const bool on_any =
        address.is_ipv4() || attempt.interface == 0 || !(is_link_local(address) || address.is_loopback());
    const bool on_interface = on_any || own.interface == attempt.interface;
    const bool is_own = own.prefix.address == address && on_interface;
    return is_own || (address.is_ipv4() && own.on_loopback && own.prefix.contains(address)) || own.broadcast == address;
  });
}

}  // namespace

BindJudgement judge(const BindAttempt& attempt, const std::vector<PortHolder>& holders, const NetSettings& settings) {
  return Court(attempt, holders, settings).judge();
}

std::optional<std::pair<int, BindRule>> refusal(const BindAttempt& attempt, const BindSettings& settings) {
  using Refusal = std::optional<std::pair<int, BindRule>>;
  constexpr std::uint32_t usual_start = 1024;
  const bool is_privileged = attempt.port < settings.unprivileged_port_start.value_or(usual_start);
  Refusal by_right;
  if (is_privileged && !settings.may_bind_privileged) by_right = std::pair(EACCES, BindRule::privileged_port);
  Refusal by_address;
  if (!attempt.address.is_ipv4() && is_link_local(attempt.address) && attempt.interface == 0) {
    by_address = std::pair(EINVAL, BindRule::scope_missing);
  } else if (!is_local(attempt, settings)) {
    by_address = std::pair(EADDRNOTAVAIL, BindRule::address_not_local);
  }
  // IPv4 looks at the address first (__inet_bind), IPv6 at the right (__inet6_bind).
  if (attempt.family == Family::ipv6) return by_right ? by_right : by_address;
  return by_address ? by_address : by_right;
}

}  // namespace portscope

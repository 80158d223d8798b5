// SPDX-License-Identifier: MIT
// Would bind() succeed? What is asked, what was seen, and what follows from it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "portscope/address.hpp"
#include "portscope/enum_set.hpp"
#include "portscope/expression.hpp"
#include "portscope/need.hpp"
#include "portscope/snapshot.hpp"

namespace portscope {

/// The transports whose ports the rules are about. Each has ports of its own.
inline constexpr EnumSet<Transport> bind_transports{Transport::tcp, Transport::udp, Transport::udplite};

/// One bind(2), as a program would call it.
struct BindAttempt {
  Transport transport = Transport::tcp;
  Family family = Family::ipv4;
  Address address = Address::ipv4({0, 0, 0, 0});
  std::uint16_t port = 0;
  std::uint32_t interface = 0;  ///< SO_BINDTODEVICE, or the scope of a link-local address; 0: none
  bool v6_only = false;         ///< IPV6_V6ONLY; of `::` alone it makes a difference
  bool reuse_address = false;   ///< SO_REUSEADDR
  bool reuse_port = false;      ///< SO_REUSEPORT
  std::uint32_t uid = 0;        ///< whose socket it is
};

/// A socket that has the port in question, with what stands in no table of the kernel; empty: unknown.
struct PortHolder {
  const Socket* socket = nullptr;
  std::optional<bool> reuse_address;
  std::optional<bool> reuse_port;
  std::optional<bool> v6_only;  ///< of IPv6 sockets; the row tells it of those that have no peer
};

/// On what an answer hinges that could not be seen.
enum class BindDoubt : std::uint8_t {
  reuse_address,  ///< whether that socket has SO_REUSEADDR
  reuse_port,     ///< whether it has SO_REUSEPORT
  v6_only,    ///< whether it takes the port of IPv4 too: /proc does not tell, nor does a connection without a holder
  interface,  ///< the interface it is bound to: nor that
  order       ///< which UDP socket was bound last: the kernel asks that one first
};
template <>
struct Names<BindDoubt> {
  static constexpr auto list =
      std::to_array<std::string_view>({"reuse_address", "reuse_port", "v6_only", "interface", "order"});
};

/// The words of the answer; model/bind_rules.cpp has a row for each. The first ones are about a socket in the way.
enum class BindRule : std::uint8_t {
  reuseport_other_user,
  ipv6_connection,
  time_wait,
  accepted_connection,
  leftover_connection,
  ephemeral_client,
  connected_datagram,
  bound_not_listening,
  dual_stack_wildcard,
  wildcard_covers,
  same_address,
  unseen_holder,
  privileged_port,
  address_not_local,
  scope_missing,
  in_ephemeral_range,
  reserved_port,
  below_unprivileged,
  other_address,
  other_interface,
  other_protocol,
  other_namespace,
  published_by_nat,
  listen_race,
  listen_refuses,
  shares_port,
  reuseport_shortcut,
  model_disagrees
};
template <>
struct Names<BindRule> {
  static constexpr auto list = std::to_array<std::string_view>(
      {"reuseport_other_user", "ipv6_connection",    "time_wait",          "accepted_connection",
       "leftover_connection",  "ephemeral_client",   "connected_datagram", "bound_not_listening",
       "dual_stack_wildcard",  "wildcard_covers",    "same_address",       "unseen_holder",
       "privileged_port",      "address_not_local",  "scope_missing",      "in_ephemeral_range",
       "reserved_port",        "below_unprivileged", "other_address",      "other_interface",
       "other_protocol",       "other_namespace",    "published_by_nat",   "listen_race",
       "listen_refuses",       "shares_port",        "reuseport_shortcut", "model_disagrees"});
};

/// An address of this machine.
struct LocalAddress {
  Prefix prefix;                     ///< the address, and how many bits its network has
  std::optional<Address> broadcast;  ///< of that network
  std::uint32_t interface = 0;
  bool on_loopback = false;  ///< of a loopback interface the whole network is local
};

/// What decides about a port besides the sockets. Empty: could not be read.
struct BindSettings {
  std::optional<std::uint32_t> unprivileged_port_start;  ///< net.ipv4.ip_unprivileged_port_start, of IPv6 too
  std::optional<std::uint32_t> nonlocal_bind;            ///< net.ipv4.ip_nonlocal_bind
  std::optional<std::uint32_t> nonlocal_bind_v6;         ///< net.ipv6.ip_nonlocal_bind
  std::vector<LocalAddress> addresses;
  bool may_bind_privileged = false;  ///< whoever binds has CAP_NET_BIND_SERVICE
};

/// What a real bind() gave.
struct BindProbe {
  bool tried = false;
  int error = 0;                       ///< errno
  std::string_view untried;            ///< why it was not tried
  std::optional<int> without_reuse{};  ///< errno without SO_REUSEADDR; tried where bind() overlooks a conflict with it
};

/// A process that started one of the holders.
struct Starter {
  std::int32_t pid = 0;
  StringId name = StringId::none;
};

/// A socket that waits in another network namespace, where ports are others.
struct ForeignSocket {
  std::uint64_t netns = 0;  ///< inode of the namespace
  Endpoint local;
  std::int32_t pid = 0;  ///< a process that lives there
  StringId name = StringId::none;
};

/// Where a NAT rule of this network namespace sends what comes to the port, before any socket is asked.
struct NatRedirect {
  enum class From : std::uint8_t { outside, here };
  /// The part of the kernel that has the rule: nft(8) and today's iptables(8) write to nf_tables, iptables-legacy to
  /// x_tables.
  enum class Keeper : std::uint8_t { nf_tables, x_tables };

  EnumSet<Family> over;            ///< of IPv4, of IPv6
  EnumSet<From> from;              ///< whose packets: of other machines, of programs of this one
  Truth applies = Truth::maybe;    ///< `yes`: to all of them; `maybe`: further conditions are made, such as an address
  std::optional<Address> address;  ///< empty: this machine's own
  std::uint16_t port = 0;          ///< 0: it stays the same
  std::string table;               ///< as nft(8) names it: `ip nat`
  std::string chain;
  Keeper keeper = Keeper::nf_tables;

  friend bool operator==(const NatRedirect&, const NatRedirect&) = default;
};

/// Whether a real bind() may be made.
enum class Probing : std::uint8_t { on, off };

struct BindRequest {
  std::vector<BindAttempt> attempts;  ///< of one port and transport; the wildcard is several
  std::string interface;              ///< its name; empty: none
  std::string user;                   ///< who would bind; empty: the caller
  Probing probing = Probing::on;
  EnumSet<Need> needs;  ///< what shall be told of the sockets, besides what is needed anyway
};

/// All there is to see around one port. A value: const once taken.
struct BindView {
  Snapshot snapshot;                  ///< every socket with that local port, of every transport that has ports
  std::vector<PortHolder> holders;    ///< one for each of them, in their order
  std::vector<BindAttempt> attempts;  ///< as asked, with interface and user looked up
  std::vector<BindProbe> probes;      ///< one for each attempt
  BindSettings settings;
  std::vector<ForeignSocket> elsewhere;      ///< the port in other network namespaces
  std::vector<NatRedirect> redirects{};      ///< of what comes to the port, the certain ones first
  std::vector<Starter> starters;             ///< parents of the processes, by pid
  std::optional<std::uint16_t> next_free{};  ///< the next port on which all attempts succeed
};

/// Looks at the caller's network namespace. Throws QueryError for an interface or user that is not there, else as
/// take_snapshot.
BindView look_at_port(const BindRequest& request);

// --- What follows from it ---

/// A socket in the way of an attempt, and by which rule.
struct Blocker {
  std::size_t holder = 0;  ///< position in BindView::holders
  BindRule rule = BindRule::same_address;
  Truth conflict = Truth::yes;  ///< `maybe`: it hinges on `doubts`
  EnumSet<BindDoubt> doubts;
};

/// What the rules say of the sockets in the way of one attempt.
struct BindJudgement {
  Truth conflict = Truth::no;
  std::vector<Blocker> blockers;
  EnumSet<BindDoubt> doubts;
};

/// The kernel's rule (net/ipv4/inet_connection_sock.c, net/ipv4/udp.c), as far as it can be known from outside.
/// listen() applies the same once more, so what passes bind() passes listen() unless another socket came first.
BindJudgement judge(const BindAttempt& attempt, const std::vector<PortHolder>& holders, const NetSettings& settings);

/// The errno that comes before any conflict, and its rule; nothing when none does.
std::optional<std::pair<int, BindRule>> refusal(const BindAttempt& attempt, const BindSettings& settings);

enum class BindVerdict : std::uint8_t { free, blocked, denied, unavailable, unknown };
template <>
struct Names<BindVerdict> {
  static constexpr auto list = std::to_array<std::string_view>({"free", "blocked", "denied", "unavailable", "unknown"});
};

/// The call that fails.
enum class BindCall : std::uint8_t { bind, listen };
template <>
struct Names<BindCall> {
  static constexpr auto list = std::to_array<std::string_view>({"bind", "listen"});
};

struct BindNote {
  BindRule rule = BindRule::other_address;
  std::string text;
};

/// What to do, and how to say that to a shell; empty: there is no command for it.
struct BindRemedy {
  std::string text;
  std::string command{};
};

struct BindAnswer {
  BindVerdict verdict = BindVerdict::free;
  int error = 0;  ///< what that call would give
  BindCall call = BindCall::bind;
  std::vector<Blocker> blockers;
  std::vector<BindNote> notes;
  std::vector<BindRemedy> remedies;
  EnumSet<BindDoubt> doubts;
  int foretold = 0;            ///< the errno by the rules alone; 0: none
  bool foretold_known = true;  ///< the rules alone had an answer
};

/// Rules and probe together; where they differ the probe is right, and a note says so.
BindAnswer explain(const BindView& view);

/// One sentence: by which rule the kernel refuses, or what the note is about.
std::string_view explanation(BindRule rule);

}  // namespace portscope

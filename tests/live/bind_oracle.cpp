// SPDX-License-Identifier: MIT
// The kernel is the oracle: scenes of sockets on one port, made at random in a network namespace of our own, and what
// the model says of many a bind() there, beside what bind() and listen() really do.
//
//     bind_oracle [SCENES [SEED]]
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "collect/bind_door.hpp"
#include "portscope/bind.hpp"
#include "sys/bind_probe.hpp"
#include "sys/machine.hpp"

namespace {

using portscope::Address;
using portscope::BindAttempt;
using portscope::BindDoubt;
using portscope::Family;
using portscope::PortHolder;
using portscope::Transport;
using portscope::Truth;
using sys::Fd;

constexpr int skipped = 77;
constexpr std::uint32_t nobody = 65534;

/// An address and the interface that belongs to it.
struct Form {
  std::string_view text;
  Family family;
  bool v6_only;
  std::string_view interface;
};

constexpr auto forms = std::to_array<Form>({
    {"0.0.0.0", Family::ipv4, false, ""},
    {"127.0.0.1", Family::ipv4, false, ""},
    {"127.0.0.2", Family::ipv4, false, ""},
    {"0.0.0.0", Family::ipv6, false, ""},    // ::ffff:0.0.0.0
    {"127.0.0.1", Family::ipv6, false, ""},  // ::ffff:127.0.0.1
    {"::", Family::ipv6, false, ""},
    {"::", Family::ipv6, true, ""},
    {"::1", Family::ipv6, false, ""},
    {"2001:db8::1", Family::ipv6, true, ""},
    {"fe80::1", Family::ipv6, false, "lo"},
    {"fe80::1", Family::ipv6, false, "v0"},
});

/// A socket that is there before the question.
struct Existing {
  Fd fd;
  std::vector<Fd> others{};  ///< its connections
  std::string text;
};

struct Counts {
  std::uint64_t binds = 0;
  std::uint64_t conflicts = 0;
  std::uint64_t listens = 0;
  std::uint64_t unknown = 0;     ///< it hinged on a flag of a socket that no process holds
  std::uint64_t order = 0;       ///< on the order in which UDP sockets were bound
  std::uint64_t late = 0;        ///< bind() let it pass, and listen() did not
  std::uint64_t shortcuts = 0;   ///< on what the kernel remembers of SO_REUSEPORT; the probe told
  std::uint64_t overlooked = 0;  ///< what this kernel does not find by its address; the probe told
  std::uint64_t blind = 0;       ///< with all flags hidden, as from a stranger: doubts
  std::map<std::string, std::uint64_t> rules;
};

class Oracle {
 public:
  explicit Oracle(std::uint64_t seed) : random_(seed) {
    sees_bound_ = lists_bound_sockets();
    overlooks_mapped_ = !finds_mapped_wildcards();
    sys::BindTry as_nobody;
    as_nobody.type = SOCK_DGRAM;
    as_nobody.uid = nobody;
    has_two_users_ = static_cast<bool>(door_.bind(as_nobody));
  }

  void scene();
  [[nodiscard]] const Counts& counts() const { return counts_; }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] bool sees_bound() const { return sees_bound_; }

 private:
  bool lists_bound_sockets();
  bool finds_mapped_wildcards();
  bool chance(int percent) { return number(100) < static_cast<std::size_t>(percent); }
  std::size_t number(std::size_t below) { return random_() % below; }
  BindAttempt attempt(Transport transport);
  void add_tcp();
  void add_udp();
  void add_connection(Existing& made);
  void start_with_client(bool over);
  void compare(const BindAttempt& wanted, const portscope::BindView& view);
  bool is_refused(const BindAttempt& wanted, portscope::BindSettings settings, int error);
  void compare_blind(const BindAttempt& wanted, std::vector<PortHolder> holders, const portscope::NetSettings& settings,
                     int error);
  bool passes_by_shortcut(const BindAttempt& wanted, const Fd& bound);
  void complain(const BindAttempt& wanted, const std::string& what);

  std::mt19937_64 random_;
  sys::RealBind door_;
  Transport transport_ = Transport::tcp;
  std::uint16_t port_ = 0;
  std::vector<Existing> existing_;
  Counts counts_;
  bool had_reuse_port_ = false;  ///< in this scene a TCP socket with SO_REUSEPORT had the port, be it for a moment
  bool has_two_users_ = false;
  bool sees_bound_ = false;
  bool overlooks_mapped_ = false;
  bool failed_ = false;
};

std::string text_of(const BindAttempt& attempt) {
  return fmt::format("{} {}{}{}:{}{}{}{} uid {}", name(attempt.transport), attempt.family == Family::ipv6 ? "6 " : "4 ",
                     attempt.address.to_string(), attempt.v6_only ? " v6only" : "", attempt.port,
                     attempt.interface != 0 ? fmt::format(" dev {}", attempt.interface) : std::string(),
                     attempt.reuse_address ? " A" : "", attempt.reuse_port ? " P" : "", attempt.uid);
}

BindAttempt Oracle::attempt(Transport transport) {
  const Form& form = forms[number(forms.size())];
  BindAttempt result;
  result.transport = transport;
  result.family = form.family;
  result.address = *Address::parse(form.text);
  result.v6_only = form.v6_only;
  result.port = port_;
  result.reuse_address = chance(50);
  result.reuse_port = chance(50);
  if (!form.interface.empty()) {
    result.interface = sys::interface_index(std::string(form.interface));
  } else if (chance(30)) {
    result.interface = sys::interface_index(chance(70) ? "lo" : "v0");
  }
  result.uid = has_two_users_ && chance(35) ? nobody : sys::own_user();
  return result;
}

/// connect(2) to a TCP socket of ours, from `from` where that is bound; the end that was accepted and the one that
/// called.
std::pair<Fd, Fd> connect_to(const Fd& listener) {
  sockaddr_in6 address{};
  socklen_t size = sizeof address;
  ::getsockname(listener.number(), reinterpret_cast<sockaddr*>(&address), &size);
  Fd client(::socket(address.sin6_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(client.number(), reinterpret_cast<const sockaddr*>(&address), size) != 0) return {};
  // Another listener of the port may have got it: then nothing waits here.
  ::fcntl(listener.number(), F_SETFL, O_NONBLOCK);
  return {Fd(::accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC)), std::move(client)};
}

/// The one who closes first keeps the port in time_wait.
void close_first(Fd first, Fd second) {
  first = Fd();
  char end = 0;
  (void)!::read(second.number(), &end, 1);
}

void Oracle::add_connection(Existing& made) {
  auto [accepted, client] = connect_to(made.fd);
  if (!accepted) return;
  if (chance(50)) {
    made.text += ", over";
    close_first(std::move(accepted), std::move(client));
  } else {
    made.text += ", connected";
    made.others.push_back(std::move(accepted));
    made.others.push_back(std::move(client));
  }
  if (chance(50)) {
    made.text += ", no longer listening";
    made.fd = Fd();
  }
}

void Oracle::add_tcp() {
  const BindAttempt chosen = attempt(Transport::tcp);
  auto bound = door_.bind(collect::bind_try(chosen));
  if (!bound) return;
  had_reuse_port_ = had_reuse_port_ || chosen.reuse_port;
  Existing made{std::move(*bound), {}, text_of(chosen)};
  if (chosen.reuse_address && chance(15)) {
    const int off = 0;
    ::setsockopt(made.fd.number(), SOL_SOCKET, SO_REUSEADDR, &off, sizeof off);
    made.text += ", A taken back";
  }
  const bool shall_listen = chance(60) || !sees_bound_;
  if (shall_listen && ::listen(made.fd.number(), 4) == 0) {
    made.text += " listening";
    const bool is_reachable = chosen.interface == 0 || chosen.interface == sys::interface_index("lo");
    if (is_reachable && chance(40)) add_connection(made);
  } else if (!sees_bound_) {
    return;
  }
  existing_.push_back(std::move(made));
}

void Oracle::add_udp() {
  const BindAttempt chosen = attempt(transport_);
  auto bound = door_.bind(collect::bind_try(chosen));
  if (!bound) return;
  Existing made{std::move(*bound), {}, text_of(chosen)};
  if (chosen.family == Family::ipv4 && chance(25)) {
    sockaddr_in peer{};
    peer.sin_family = AF_INET;
    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    peer.sin_port = htons(9);
    if (::connect(made.fd.number(), reinterpret_cast<const sockaddr*>(&peer), sizeof peer) == 0)
      made.text += " connected";
  }
  existing_.push_back(std::move(made));
}

std::uint16_t port_of(const Fd& fd) {
  sockaddr_in6 address{};
  socklen_t size = sizeof address;
  ::getsockname(fd.number(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin6_port);
}

/// A client whose port the kernel chose: the question is about that port then.
void Oracle::start_with_client(bool over) {
  BindAttempt server;
  server.address = *Address::parse("127.0.0.1");
  server.uid = sys::own_user();
  auto listener = door_.bind(collect::bind_try(server));
  if (!listener || ::listen(listener->number(), 4) != 0) return;
  auto [accepted, client] = connect_to(*listener);
  if (!accepted) return;
  port_ = port_of(client);
  Existing made{Fd(), {}, over ? "a client's time_wait" : "a client"};
  if (over) {
    close_first(std::move(client), std::move(accepted));
  } else {
    made.fd = std::move(client);
    made.others.push_back(std::move(accepted));
  }
  existing_.push_back(std::move(made));
}

void Oracle::complain(const BindAttempt& wanted, const std::string& what) {
  failed_ = true;
  fmt::print(stderr, "MISMATCH: {}: {}\n", text_of(wanted), what);
  for (const Existing& each : existing_) fmt::print(stderr, "   beside {}\n", each.text);
}

/// Somebody who may not look into the holders is left in doubt, but never told something wrong.
void Oracle::compare_blind(const BindAttempt& wanted, std::vector<PortHolder> holders,
                           const portscope::NetSettings& settings, int error) {
  for (PortHolder& holder : holders) {
    holder.reuse_address = holder.reuse_port = std::nullopt;
    holder.v6_only = holder.socket->v6_only;
  }
  const auto judged = judge(wanted, holders, settings);
  if (judged.conflict == Truth::maybe) {
    ++counts_.blind;
    const bool may_doubt = wanted.reuse_address || wanted.reuse_port || judged.doubts.contains(BindDoubt::v6_only);
    if (!may_doubt) complain(wanted, "in doubt, although no flag of others could help");
  } else if ((judged.conflict == Truth::yes) != (error == EADDRINUSE) && !(wanted.reuse_port && error == 0)) {
    complain(wanted, "without flags the model is wrong");
  }
}

/// Whether the call fails before any conflict; told in advance, too.
bool Oracle::is_refused(const BindAttempt& wanted, portscope::BindSettings settings, int error) {
  settings.may_bind_privileged = wanted.uid == sys::own_user();
  const auto refused = refusal(wanted, settings);
  const int foretold = refused ? refused->first : 0;
  const int really = error == EADDRINUSE ? 0 : error;
  if (foretold != really) {
    complain(wanted, fmt::format("foretold {}, and bind() gives {}", std::strerror(foretold), std::strerror(error)));
  }
  if (refused) ++counts_.rules[std::string(name(refused->second))];
  return refused.has_value() || really != 0;
}

/// bind() succeeds where the rules say no: by what the kernel remembers of SO_REUSEPORT, and then listen() does, too;
/// or before 6.8 by what it remembers of SO_REUSEADDR, and then listen() does not.
bool Oracle::passes_by_shortcut(const BindAttempt& wanted, const Fd& bound) {
  if (wanted.transport == Transport::tcp && wanted.reuse_port && had_reuse_port_) {
    ++counts_.shortcuts;
    return true;
  }
  const bool may_be_late = wanted.transport == Transport::tcp && wanted.reuse_address;
  if (!may_be_late || ::listen(bound.number(), 1) == 0) {
    complain(wanted, "foretold EADDRINUSE, and bind() succeeds");
  } else {
    ++counts_.late;
  }
  return false;
}

void Oracle::compare(const BindAttempt& wanted, const portscope::BindView& view) {
  const auto& holders = view.holders;
  const auto& settings = view.snapshot.settings;
  const auto judged = judge(wanted, holders, settings);
  const auto bound = door_.bind(collect::bind_try(wanted));
  const int error = bound.error();
  ++counts_.binds;
  if (is_refused(wanted, view.settings, error)) return;
  if (error == EADDRINUSE) ++counts_.conflicts;
  const bool is_mapped = wanted.family == Family::ipv6 && wanted.address.is_ipv4();
  if (overlooks_mapped_ && is_mapped && judged.conflict == Truth::yes && error == 0) {
    ++counts_.overlooked;
    return;
  }
  for (const auto& blocker : judged.blockers) ++counts_.rules[std::string(name(blocker.rule))];
  compare_blind(wanted, holders, settings, error);

  if (judged.conflict == Truth::maybe) {
    const bool by_order = judged.doubts.contains(BindDoubt::order);
    const bool unseen = std::all_of(judged.blockers.begin(), judged.blockers.end(), [&](const auto& blocker) {
      return blocker.conflict == Truth::maybe && (by_order || holders[blocker.holder].socket->inode == 0);
    });
    if (!unseen) complain(wanted, "in doubt about what could be seen");
    ++(by_order ? counts_.order : counts_.unknown);
  } else if (judged.conflict == Truth::yes && error == 0) {
    if (!passes_by_shortcut(wanted, *bound)) return;
  } else if (judged.conflict == Truth::no && error != 0) {
    return complain(wanted, "foretold success, and bind() fails with EADDRINUSE");
  }
  if (error != 0 || wanted.transport != Transport::tcp) return;
  had_reuse_port_ = had_reuse_port_ || wanted.reuse_port;
  ++counts_.listens;
  if (::listen(bound->number(), 1) != 0 && judged.conflict != Truth::maybe)
    complain(wanted, "bind() succeeds, listen() fails");
}

portscope::BindView look(Transport transport, std::uint16_t port) {
  portscope::BindRequest request;
  request.probing = portscope::Probing::off;
  BindAttempt any;
  any.transport = transport;
  any.port = port;
  request.attempts = {any};
  return look_at_port(request);
}

/// Linux does since 6.8. Before, what is merely bound takes part in no scene: rules cannot tell of what nobody sees.
bool Oracle::lists_bound_sockets() {
  BindAttempt loopback;
  loopback.address = *Address::parse("127.0.0.1");
  loopback.uid = sys::own_user();
  const auto bound = door_.bind(collect::bind_try(loopback));
  if (!bound) return false;
  const auto view = look(Transport::tcp, port_of(*bound));
  return std::any_of(view.holders.begin(), view.holders.end(), [](const PortHolder& holder) {
    return holder.socket->source != portscope::Source::descriptor;  // of several on one port those are not all shown
  });
}

/// Linux 6.1 (of 2026) does not find an IPv6 socket at ::ffff:0.0.0.0 when another one asks for ::ffff:127.0.0.1, in
/// the table by address that came with 6.1; kernels before and after it do. The rules are those of the others.
bool Oracle::finds_mapped_wildcards() {
  BindAttempt wanted;
  wanted.family = Family::ipv6;
  wanted.address = *Address::parse("0.0.0.0");
  wanted.uid = sys::own_user();
  const auto wildcard = door_.bind(collect::bind_try(wanted));
  if (!wildcard) return true;
  wanted.address = *Address::parse("127.0.0.1");
  wanted.port = port_of(*wildcard);
  return !door_.bind(collect::bind_try(wanted));
}

void Oracle::scene() {
  existing_.clear();
  had_reuse_port_ = false;
  transport_ = chance(60) ? Transport::tcp : Transport::udp;
  port_ = static_cast<std::uint16_t>(chance(10) ? 600 + number(400) : 20000 + number(10000));
  if (transport_ == Transport::tcp && chance(25)) start_with_client(chance(50));
  const std::size_t sockets = 1 + number(5);
  for (std::size_t i = 0; i < sockets; ++i) transport_ == Transport::tcp ? add_tcp() : add_udp();

  const portscope::BindView view = look(transport_, port_);
  constexpr int questions = 24;
  for (int i = 0; i < questions && !failed_; ++i) compare(attempt(transport_), view);
}

bool write_file(const char* path, const std::string& text) {
  const Fd fd(::open(path, O_WRONLY | O_CLOEXEC));
  return fd && ::write(fd.number(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

/// Root has two users to bind as; others become root of a user namespace of their own.
bool enter_namespace() {
  if (::geteuid() == 0) return ::unshare(CLONE_NEWNET) == 0;
  const std::string uid = std::to_string(::geteuid());
  return ::unshare(CLONE_NEWUSER | CLONE_NEWNET) == 0 && write_file("/proc/self/uid_map", "0 " + uid + " 1");
}

bool prepare() {
  constexpr auto commands =
      "ip link set lo up && ip link add v0 type veth peer name v1 && ip link set v0 up && ip link set v1 up && "
      "ip address add fe80::1/64 dev lo nodad && ip address add 2001:db8::1/128 dev lo nodad && "
      "ip address add fe80::1/64 dev v0 nodad";
  return std::system(commands) == 0;  // NOLINT(cert-env33-c,concurrency-mt-unsafe)
}

std::uint64_t argument(int argc, char** argv, int index, std::uint64_t otherwise) {
  if (index >= argc) return otherwise;
  const std::string_view text = argv[index];
  std::from_chars(text.data(), text.data() + text.size(), otherwise);
  return otherwise;
}

}  // namespace

int main(int argc, char** argv) {
  if (!enter_namespace() || !prepare()) {
    fmt::print("skipped: no network namespace to be had, or no veth: {}\n", std::strerror(errno));
    return skipped;
  }
  constexpr std::uint64_t usual_scenes = 400;
  const std::uint64_t scenes = argument(argc, argv, 1, usual_scenes);
  const std::uint64_t seed = argument(argc, argv, 2, 1);
  Oracle oracle(seed);
  for (std::uint64_t i = 0; i < scenes && !oracle.failed(); ++i) oracle.scene();
  const Counts& counts = oracle.counts();
  if (!oracle.sees_bound()) fmt::print("without sockets that are merely bound: this kernel does not list them\n");
  fmt::print("seed {}: {} scenes, {} binds ({} EADDRINUSE), {} listens\n", seed, scenes, counts.binds, counts.conflicts,
             counts.listens);
  fmt::print("in doubt: {} by flags of sockets that nobody holds, {} by the order of UDP sockets\n", counts.unknown,
             counts.order);
  fmt::print("allowed by the SO_REUSEPORT shortcut, where the probe knows better: {}\n", counts.shortcuts);
  fmt::print("allowed because this kernel overlooks mapped addresses: {}\n", counts.overlooked);
  fmt::print("let pass by bind() and refused by listen(): {}\n", counts.late);
  fmt::print("in doubt with every flag hidden: {}\n", counts.blind);
  for (const auto& [rule, count] : counts.rules) fmt::print("  {:<22}{:>8}\n", rule, count);
  constexpr std::uint64_t most_shortcuts = 50;  // one in so many
  const bool too_many = counts.shortcuts * most_shortcuts > counts.binds;
  return oracle.failed() || too_many ? EXIT_FAILURE : EXIT_SUCCESS;
}

// SPDX-License-Identifier: MIT
// The kernel is the oracle: scenes of sockets on one port, made at random in a network namespace of our own, and what
// the model says of many a bind() there, beside what bind() and listen() really do.
//
//     bind_oracle [SCENES [SEED]]
#include <fcntl.h>
#include <fmt/format.h>
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
#include <string>
#include <string_view>
#include <vector>

#include "bind_scene.hpp"
#include "sys/machine.hpp"

namespace oracle {

using portscope::Address;
using portscope::BindAttempt;
using portscope::BindDoubt;
using portscope::Family;
using portscope::PortHolder;
using portscope::Transport;
using portscope::Truth;
using sys::Fd;

namespace {

constexpr int skipped = 77;

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
  explicit Oracle(std::uint64_t seed) : scene_(seed), overlooks_mapped_(!finds_mapped_wildcards()) {}

  void ask();
  [[nodiscard]] const Counts& counts() const { return counts_; }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] bool sees_bound() const { return scene_.sees_bound(); }

 private:
  bool finds_mapped_wildcards();
  void compare(const BindAttempt& wanted, const portscope::BindView& view);
  bool is_refused(const BindAttempt& wanted, portscope::BindSettings settings, int error);
  void compare_blind(const BindAttempt& wanted, std::vector<PortHolder> holders, const portscope::NetSettings& settings,
                     int error);
  bool passes_by_shortcut(const BindAttempt& wanted, const Fd& bound);
  void complain(const BindAttempt& wanted, const std::string& what);

  Scene scene_;
  Counts counts_;
  bool overlooks_mapped_ = false;
  bool failed_ = false;
};

void Oracle::complain(const BindAttempt& wanted, const std::string& what) {
  failed_ = true;
  fmt::print(stderr, "MISMATCH: {}: {}\n", text_of(wanted), what);
  for (const Existing& each : scene_.existing()) fmt::print(stderr, "   beside {}\n", each.text);
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
  if (wanted.transport == Transport::tcp && wanted.reuse_port && scene_.had_reuse_port()) {
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
  const auto bound = scene_.bind(wanted);
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
  scene_.note_bound(wanted);
  ++counts_.listens;
  if (::listen(bound->number(), 1) != 0 && judged.conflict != Truth::maybe)
    complain(wanted, "bind() succeeds, listen() fails");
}

/// Linux 6.1 (of 2026) does not find an IPv6 socket at ::ffff:0.0.0.0 when another one asks for ::ffff:127.0.0.1, in
/// the table by address that came with 6.1; kernels before and after it do. The rules are those of the others.
bool Oracle::finds_mapped_wildcards() {
  BindAttempt wanted;
  wanted.family = Family::ipv6;
  wanted.address = *Address::parse("0.0.0.0");
  wanted.uid = sys::own_user();
  const auto wildcard = scene_.bind(wanted);
  if (!wildcard) return true;
  wanted.address = *Address::parse("127.0.0.1");
  wanted.port = port_of(*wildcard);
  return !scene_.bind(wanted);
}

void Oracle::ask() {
  scene_.begin();
  const portscope::BindView view = scene_.look();
  constexpr int questions = 24;
  for (int i = 0; i < questions && !failed_; ++i) compare(scene_.attempt(), view);
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

int run(int argc, char** argv) {
  if (!enter_namespace() || !prepare()) {
    fmt::print("skipped: no network namespace to be had, or no veth: {}\n", std::strerror(errno));
    return skipped;
  }
  constexpr std::uint64_t usual_scenes = 400;
  const std::uint64_t scenes = argument(argc, argv, 1, usual_scenes);
  const std::uint64_t seed = argument(argc, argv, 2, 1);
  Oracle oracle(seed);
  for (std::uint64_t i = 0; i < scenes && !oracle.failed(); ++i) oracle.ask();
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

}  // namespace

}  // namespace oracle

int main(int argc, char** argv) { return oracle::run(argc, argv); }

// SPDX-License-Identifier: MIT
#include "collect/bound_sockets.hpp"

#include <algorithm>
#include <cerrno>

#include "collect/bound_by_descriptor.hpp"
#include "collect/errors.hpp"
#include "sys/bound_socket.hpp"

namespace collect {

using portscope::EnumSet;
using portscope::Gap;
using portscope::State;

namespace {

constexpr EnumSet<State> only_bound{State::bound};

bool kernel_tells(const Family& family, const Question& question) {
  const sys::BoundSocket own;
  portscope::Request request;
  request.selection.states = only_bound;
  const Pass pass = family.dump(family, {question.doors, request, question.strings, question.details});
  return std::any_of(pass.rows.begin(), pass.rows.end(),
                     [&](const portscope::Socket& socket) { return socket.inode == own.inode(); });
}

bool has_bound(const Pass& pass) {
  return std::any_of(pass.rows.begin(), pass.rows.end(),
                     [](const portscope::Socket& socket) { return socket.state == State::bound; });
}

Gap gap(int error, std::string remedy) {
  return {Gap::What::sockets, portscope::Transport::tcp, errno_name(error), std::nullopt, std::move(remedy)};
}

}  // namespace

std::optional<Gap> complete_bound(const Family& family, const Question& question, portscope::Source source, int refusal,
                                  Pass& pass) {
  const auto states = question.request.selection.states;
  if (family.transport != portscope::Transport::tcp || !states.contains(State::bound)) return std::nullopt;
  const bool by_name = states == only_bound || question.needs(portscope::Need::unlisted);
  const bool by_netlink = source == portscope::Source::netlink;
  const bool is_known = pass.none_is_bound || has_bound(pass);
  if (by_netlink && (!by_name || is_known || kernel_tells(family, question))) return std::nullopt;
  if (by_name && question.request.source == portscope::SourceChoice::any)
    return add_bound_by_descriptor(question, pass);
  if (by_netlink) return gap(ENOTSUP, "sockets that are bound and do not listen are told by Linux 6.8 and later");
  if (refusal == ENOENT)
    return gap(refusal, "sockets that are bound and do not listen are not in /proc; load the module tcp_diag");
  if (refusal != 0)
    return gap(refusal,
               remedy(refusal, "sockets that are bound and do not listen are not in /proc; allow AF_NETLINK sockets"));
  if (!by_name) return std::nullopt;  // whoever chose --source proc chose what it tells
  return gap(ENOTSUP, "sockets that are bound and do not listen are not in /proc; use --source auto");
}

bool has_no_bound_at(std::uint16_t port, const Question& question) {
  // To load the program takes as long as the kernel's walk over so many.
  constexpr std::uint64_t worth_asking = 30'000;
  // Who wants owners without a program wants none.
  const auto road = question.request.owners;
  const bool may_load = road != portscope::OwnerRoad::proc && road != portscope::OwnerRoad::pinned;
  if (!may_load || question.doors.bind_hash == nullptr || question.turn.in_table < worth_asking) return false;
  const auto has_inactive = question.doors.bind_hash->has_inactive(port);
  return has_inactive && !*has_inactive;
}

}  // namespace collect

// SPDX-License-Identifier: MIT
#include "collect/bound_sockets.hpp"

#include <algorithm>
#include <cerrno>

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

Gap gap(int error, std::string remedy) {
  return {Gap::What::sockets, portscope::Transport::tcp, errno_name(error), std::nullopt, std::move(remedy)};
}

}  // namespace

std::optional<Gap> bound_sockets_gap(const Family& family, const Question& question, const Pass& pass,
                                     portscope::Source source, int refusal) {
  const auto states = question.request.selection.states;
  if (family.transport != portscope::Transport::tcp || !states.contains(State::bound)) return std::nullopt;
  if (source == portscope::Source::netlink) {
    if (states != only_bound || !pass.rows.empty() || kernel_tells(family, question)) return std::nullopt;
    return gap(ENOTSUP, "sockets that are bound and do not listen are told by Linux 6.8 and later");
  }
  if (refusal == ENOENT)
    return gap(refusal, "sockets that are bound and do not listen are not in /proc; load the module tcp_diag");
  if (refusal != 0)
    return gap(refusal,
               remedy(refusal, "sockets that are bound and do not listen are not in /proc; allow AF_NETLINK sockets"));
  if (states != only_bound) return std::nullopt;  // whoever chose --source proc chose what it tells
  return gap(ENOTSUP, "sockets that are bound and do not listen are not in /proc; use --source auto");
}

}  // namespace collect

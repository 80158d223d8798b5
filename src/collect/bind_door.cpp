// SPDX-License-Identifier: MIT
#include "collect/bind_door.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>

#include "collect/resolve.hpp"

namespace collect {

using portscope::BindAttempt;
using portscope::Transport;

void resolve_attempts(std::vector<BindAttempt>& attempts, const std::string& interface, const std::string& user) {
  const std::uint32_t index = interface.empty() ? 0 : interface_of(interface, interface);
  const std::uint32_t uid = user.empty() ? sys::own_user() : user_of(user, user);
  for (BindAttempt& attempt : attempts) {
    attempt.interface = index;
    attempt.uid = uid;
  }
}

sys::BindTry bind_try(const BindAttempt& attempt) {
  sys::BindTry result;
  result.type = attempt.transport == Transport::tcp ? SOCK_STREAM : SOCK_DGRAM;
  result.protocol = attempt.transport == Transport::udplite ? IPPROTO_UDPLITE : 0;
  result.is_ipv6 = attempt.family == portscope::Family::ipv6;
  result.address = attempt.address.bytes();
  result.port = attempt.port;
  result.interface = attempt.interface;
  if (result.is_ipv6) result.v6_only = attempt.v6_only;
  result.reuse_address = attempt.reuse_address;
  result.reuse_port = attempt.reuse_port;
  if (attempt.uid != sys::own_user()) result.uid = attempt.uid;
  return result;
}

bool takes_traffic(const BindAttempt& attempt) {
  return attempt.transport != Transport::tcp && (attempt.reuse_address || attempt.reuse_port);
}

int try_port(const std::vector<BindAttempt>& attempts, std::uint16_t port, const sys::BindDoor& door) {
  int error = EAFNOSUPPORT;
  for (BindAttempt attempt : attempts) {
    attempt.port = port;
    const int this_one = door.bind(bind_try(attempt)).error();
    if (this_one == EAFNOSUPPORT) continue;
    error = this_one;
    if (error != 0) break;
  }
  return error;
}

}  // namespace collect

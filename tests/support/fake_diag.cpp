// SPDX-License-Identifier: MIT
#include "support/fake_diag.hpp"

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>

namespace fake {

void Diag::script(int family, int protocol, std::vector<Reply> replies) {
  scripts_.push_back({family, protocol, {replies.begin(), replies.end()}});
}

sys::DumpEnd Diag::dump(const sys::DiagRequest& request, const std::function<void(sys::Bytes)>& on_row) {
  if (before_dump_) before_dump_();
  asked.push_back({request.type, {request.body.begin(), request.body.end()}});
  // Every request struct begins with the family; only SOCK_DIAG_BY_FAMILY tells a protocol, and the
  // attribute that MPTCP needs.
  const int family = static_cast<int>(request.body[0]);
  const bool of_old = request.type != SOCK_DIAG_BY_FAMILY;
  sys::Bytes attributes = request.body.subspan(of_old ? sizeof(inet_diag_req) : request.body.size());
  bool names_protocol = false;
  while (const auto attribute = sys::next_attribute(attributes)) {
    names_protocol = names_protocol || attribute->type == INET_DIAG_REQ_PROTOCOL;
  }
  const int protocol = !of_old ? static_cast<int>(request.body[1]) : names_protocol ? IPPROTO_MPTCP : 0;
  for (Script& script : scripts_) {
    if (script.family != family || script.protocol != protocol) continue;
    const Reply reply = script.replies.front();
    if (script.replies.size() > 1) script.replies.pop_front();
    for (const Row& row : reply.rows) on_row(row);
    return {reply.error, reply.in_one_piece};
  }
  return {unscripted_, true};
}

int Diag::look_up(const sys::DiagRequest& request, const std::function<void(sys::Bytes)>& on_row) {
  looked_up.push_back({request.type, {request.body.begin(), request.body.end()}});
  for (const Row& row : lookup_.rows) on_row(row);
  return lookup_.error;
}

}  // namespace fake

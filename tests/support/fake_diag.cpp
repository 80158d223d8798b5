// SPDX-License-Identifier: MIT
#include "support/fake_diag.hpp"

#include <linux/inet_diag.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/eventfd.h>

#include <cerrno>
#include <utility>

#include "sys/fd.hpp"

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

int Diag::destroy(sys::Bytes body) {
  destroyed.emplace_back(body.begin(), body.end());
  const int error = destroy_errors_.front();
  if (destroy_errors_.size() > 1) destroy_errors_.pop_front();
  return error;
}

namespace {

/// Tells everything the first time, and nothing afterwards.
class Events : public sys::DiagEvents {
 public:
  explicit Events(Reply reply) : reply_(std::move(reply)) { ::eventfd_write(ready_.number(), 1); }

  [[nodiscard]] int descriptor() const override { return ready_.number(); }
  int receive(const std::function<void(sys::Bytes)>& on_row) override {
    eventfd_t ignored = 0;
    ::eventfd_read(ready_.number(), &ignored);
    for (const Row& row : reply_.rows) on_row(row);
    lost_ += reply_.error == ENOBUFS ? 1 : 0;
    return std::exchange(reply_, {}).error;
  }
  [[nodiscard]] std::uint64_t lost() const override { return lost_; }

 private:
  Reply reply_;
  std::uint64_t lost_ = 0;
  sys::Fd ready_{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
};

}  // namespace

sys::Result<std::unique_ptr<sys::DiagEvents>> Diag::watch_destroyed() {
  using Answer = sys::Result<std::unique_ptr<sys::DiagEvents>>;
  if (!announced_) return Answer::failure(EPERM);
  return std::unique_ptr<sys::DiagEvents>(std::make_unique<Events>(*announced_));
}

}  // namespace fake

// SPDX-License-Identifier: MIT
#include "sys/bind_hash.hpp"

#include <linux/bpf.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "bpf/bind_hash.h"
#include "bpf/load.h"
#include "sys/bound_socket.hpp"
#include "sys/fd.hpp"

namespace sys {

namespace {

class KernelBindHash final : public BindHash {
 public:
  Result<bool> has_inactive(std::uint16_t port) override;

 private:
  int load();

  Fd program_;
  int error_ = 0;  // once there is one, it stays
};

int KernelBindHash::load() {
  if (program_ || error_ != 0) return error_;
  const int program = portscope_load_bind_hash();
  if (program < 0) error_ = -program;
  program_ = Fd(program);
  return error_;
}

/// The answer, or unknown.
bind_hash_answer run(const Fd& program, bind_hash_question question) {
  bpf_attr request{};
  std::memset(&request, 0, sizeof request);  // its padding, too: the kernel looks
  request.test.prog_fd = static_cast<__u32>(program.number());
  request.test.ctx_in = reinterpret_cast<std::uintptr_t>(&question);
  request.test.ctx_size_in = sizeof question;
  if (::syscall(SYS_bpf, BPF_PROG_RUN, &request, sizeof request) != 0) return bind_hash_unknown;
  return static_cast<bind_hash_answer>(request.test.retval);
}

Result<bool> KernelBindHash::has_inactive(std::uint16_t port) {
  if (const int error = load()) return Result<bool>::failure(error);
  const BoundSocket witness;
  if (witness.port() == 0) return Result<bool>::failure(EAGAIN);
  switch (run(program_, {port, witness.port()})) {
    case bind_hash_inactive:
      return true;
    case bind_hash_none:
      return false;
    case bind_hash_long:
      error_ = E2BIG;  // who asks again will hardly ask for another port
      return Result<bool>::failure(error_);
    case bind_hash_unknown:
      break;
  }
  return Result<bool>::failure(EAGAIN);
}

}  // namespace

std::unique_ptr<BindHash> open_bind_hash() { return std::make_unique<KernelBindHash>(); }

}  // namespace sys

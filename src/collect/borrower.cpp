// SPDX-License-Identifier: MIT
#include "collect/borrower.hpp"

#include <cerrno>

#include "collect/errors.hpp"

namespace collect {

using sys::BorrowedSocket;
using sys::Lender;
using sys::Result;

Result<BorrowedSocket> Borrower::borrow(std::int32_t pid, const portscope::Holder& holder) {
  using Answer = Result<BorrowedSocket>;
  if (const Task task{pid, holder.tid}; task != task_) {
    lender_ = holder.tid != 0 ? Lender::thread(holder.tid) : Lender::process(pid);
    task_ = task;
  }
  if (!lender_) return Answer::failure(lender_.error());
  auto socket = lender_->borrow(holder.fd);
  if (!socket) return socket;
  const auto file = socket->file();
  if (!file) return Answer::failure(file.error());
  // The descriptor may have been used anew since, and even the process number.
  return file->inode == holder.inode ? std::move(socket) : Answer::failure(ESTALE);
}

bool has_moved_on(int error) { return error == ESRCH || error == EBADF || error == ESTALE; }

std::string remedy_for_borrowing(int error) {
  switch (error) {
    case EPERM:
    case EACCES:
      return "CAP_SYS_PTRACE is missing, or kernel.yama.ptrace_scope forbids it: run as root, or see RIGHTS in "
             "portscope(8)";
    case ENOSYS:
      return "pidfd_getfd(2) is not to be had: it needs Linux 5.6, and no seccomp filter in the way";
    case EINVAL:
      return "threads with descriptors of their own can be looked into since Linux 6.9";
    default:
      return remedy(error, "try again");
  }
}

}  // namespace collect

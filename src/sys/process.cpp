// SPDX-License-Identifier: MIT
#include "sys/process.hpp"

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <climits>

namespace sys {

namespace {

class KernelProcess : public ProcessHandle {
 public:
  explicit KernelProcess(Fd pidfd) : pidfd_(std::move(pidfd)) {}

  [[nodiscard]] int send(int signal) const override {
    return ::syscall(SYS_pidfd_send_signal, pidfd_.number(), signal, nullptr, 0) == 0 ? 0 : errno;
  }

  [[nodiscard]] Result<BorrowedSocket> borrow(std::int32_t fd) const override {
    const long number = ::syscall(SYS_pidfd_getfd, pidfd_.number(), fd, 0);
    if (number < 0) return Result<BorrowedSocket>::failure(errno);
    return BorrowedSocket(Fd(static_cast<int>(number)));
  }

  [[nodiscard]] int descriptor() const override { return pidfd_.number(); }

 private:
  Fd pidfd_;
};

class KernelProcesses : public Processes {
 public:
  [[nodiscard]] Result<std::unique_ptr<ProcessHandle>> open(std::int32_t pid) const override {
    const long number = ::syscall(SYS_pidfd_open, pid, 0);  // closed on exec without being asked to
    if (number < 0) return Result<std::unique_ptr<ProcessHandle>>::failure(errno);
    return std::unique_ptr<ProcessHandle>(std::make_unique<KernelProcess>(Fd(static_cast<int>(number))));
  }
};

}  // namespace

std::unique_ptr<Processes> open_processes() { return std::make_unique<KernelProcesses>(); }

std::vector<int> wait_readable(std::span<const int> descriptors, std::chrono::milliseconds timeout) {
  std::vector<pollfd> asked;
  asked.reserve(descriptors.size());
  for (const int descriptor : descriptors) asked.push_back({descriptor, POLLIN, 0});
  const auto longest = std::chrono::milliseconds(INT_MAX);
  const auto wait = timeout < std::chrono::milliseconds(0) ? std::chrono::milliseconds(0) : timeout;
  std::vector<int> readable;
  if (::poll(asked.data(), asked.size(), static_cast<int>((wait < longest ? wait : longest).count())) <= 0) {
    return readable;
  }
  for (const pollfd& answer : asked) {
    if (answer.revents != 0) readable.push_back(answer.fd);
  }
  return readable;
}

}  // namespace sys

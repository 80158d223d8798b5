// SPDX-License-Identifier: MIT
#pragma once

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <functional>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "sys/process.hpp"

namespace fake {

/// Processes that receive signals and do with them what a test says. What they hold are real sockets of the test.
class Processes : public sys::Processes {
 public:
  struct Process {
    std::map<int, int> sockets{};                 ///< its descriptor -> ours, of the same socket
    int borrow_error = 0;                         ///< it may not be looked into
    int signal_error = 0;                         ///< it may not be signalled
    std::function<void(int signal)> on_signal{};  ///< of those that are sent
    sys::Fd end{::eventfd(0, EFD_CLOEXEC)};
    bool reaped = false;
  };

  /// All signals that were sent, but 0: (pid, signal).
  mutable std::vector<std::pair<int, int>> sent;
  std::function<void(int pid)> on_open{};

  Process& add(int pid) { return known_[pid]; }
  Process& of(int pid) { return known_.at(pid); }
  void forget(int pid) { known_.erase(pid); }

  /// It ends, and whoever waits for it learns so.
  void end(int pid) { ::eventfd_write(known_.at(pid).end.number(), 1); }

  [[nodiscard]] sys::Result<std::unique_ptr<sys::ProcessHandle>> open(std::int32_t pid) const override {
    const auto found = known_.find(pid);
    if (found == known_.end()) return sys::Result<std::unique_ptr<sys::ProcessHandle>>::failure(ESRCH);
    if (on_open) on_open(pid);
    return std::unique_ptr<sys::ProcessHandle>(std::make_unique<Handle>(*this, pid, found->second));
  }

 private:
  class Handle : public sys::ProcessHandle {
   public:
    Handle(const Processes& all, int pid, const Process& process) : all_(all), pid_(pid), process_(process) {}

    [[nodiscard]] int send(int signal) const override {
      if (process_.reaped) return ESRCH;
      if (process_.signal_error != 0 || signal == 0) return process_.signal_error;
      all_.sent.emplace_back(pid_, signal);
      if (process_.on_signal) process_.on_signal(signal);
      return 0;
    }

    [[nodiscard]] sys::Result<sys::BorrowedSocket> borrow(std::int32_t fd) const override {
      using Answer = sys::Result<sys::BorrowedSocket>;
      if (process_.borrow_error != 0) return Answer::failure(process_.borrow_error);
      const auto socket = process_.sockets.find(fd);
      if (socket == process_.sockets.end()) return Answer::failure(EBADF);
      return sys::BorrowedSocket(sys::Fd(::dup(socket->second)));
    }

    [[nodiscard]] int descriptor() const override { return process_.end.number(); }

   private:
    const Processes& all_;
    int pid_;
    const Process& process_;
  };

  std::map<int, Process> known_;
};

}  // namespace fake

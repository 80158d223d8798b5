// SPDX-License-Identifier: MIT
#include "watch/signals.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace watch {

namespace {

constexpr std::array held_back{SIGINT, SIGTERM, SIGHUP, SIGTSTP, SIGWINCH, SIGCONT};

sigset_t set_of(const auto& signals) {
  sigset_t set{};
  sigemptyset(&set);
  for (const int signal : signals) sigaddset(&set, signal);
  return set;
}

}  // namespace

Signals::Signals() {
  const sigset_t set = set_of(held_back);
  ::pthread_sigmask(SIG_BLOCK, &set, &before_);
  file_ = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (file_ >= 0) return;
  const int error = errno;
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  throw std::system_error(error, std::generic_category(), "signalfd");
}

Signals::~Signals() {
  ::close(file_);
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

std::optional<int> Signals::take() const {
  signalfd_siginfo info{};
  if (::read(file_, &info, sizeof info) != static_cast<ssize_t>(sizeof info)) return std::nullopt;
  return static_cast<int>(info.ssi_signo);
}

/// Only this process: whoever else belongs to it got the key of the terminal, too.
void Signals::stop() {
  struct sigaction usual {};
  usual.sa_handler = SIG_DFL;
  struct sigaction before {};
  ::sigaction(SIGTSTP, &usual, &before);
  const sigset_t set = set_of(std::array{SIGTSTP});
  ::kill(::getpid(), SIGTSTP);
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);  // here it stops
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  ::sigaction(SIGTSTP, &before, nullptr);
}

bool ends(int signal) { return signal == SIGINT || signal == SIGTERM || signal == SIGHUP; }

}  // namespace watch

// SPDX-License-Identifier: MIT
#include "sys/hand_over.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>

#include "sys/lent_rights.hpp"

namespace sys {

namespace {

constexpr int first_handed = 3;  // SD_LISTEN_FDS_START

bool is_among(const std::vector<Fd>& sockets, int number) {
  return std::any_of(sockets.begin(), sockets.end(), [&](const Fd& fd) { return fd.number() == number; });
}

/// Whoever reads from a pipe of ours must see its end when the program ends, not when the keeper does.
void close_all_but(const std::vector<Fd>& sockets) {
  const long most = ::sysconf(_SC_OPEN_MAX);
  constexpr long enough = 4096;
  for (int number = 0; number < std::min(most > 0 ? most : enough, enough); ++number) {
    if (!is_among(sockets, number)) ::close(number);
  }
  for (int number = 0; number < first_handed; ++number) (void)::open("/dev/null", O_RDWR);
}

/// Waits a moment; whether `process` has ended.
bool ends_within(int pidfd, pid_t process, int milliseconds) {
  pollfd ended{pidfd, POLLIN, 0};
  const int ready = ::poll(&ended, pidfd >= 0 ? 1 : 0, milliseconds);
  return pidfd >= 0 ? ready > 0 : ::kill(process, 0) != 0 && errno == ESRCH;
}

/// A listener comes as a rule within a second; who takes longer is asked less often.
[[noreturn]] void keep(const std::vector<Fd>& sockets, pid_t process, const std::function<bool()>& is_enough) {
  close_all_but(sockets);
  const int pidfd = static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
  constexpr int longest = 250;
  int pause = 5;
  try {
    while (!ends_within(pidfd, process, pause) && !is_enough()) pause = std::min(pause + 5, longest);
  } catch (...) {
    std::_Exit(EXIT_FAILURE);
  }
  std::_Exit(EXIT_SUCCESS);
}

/// The descriptors from `first_handed` on, in their order; what lay there before is moved out of the way first.
bool place(const std::vector<Fd>& sockets) {
  const int count = static_cast<int>(sockets.size());
  std::vector<int> aside;
  aside.reserve(sockets.size());
  for (const Fd& fd : sockets) {
    const int copy = ::fcntl(fd.number(), F_DUPFD_CLOEXEC, first_handed + count);
    if (copy < 0) return false;
    aside.push_back(copy);
  }
  for (int i = 0; i < count; ++i) {
    if (::dup2(aside[static_cast<std::size_t>(i)], first_handed + i) < 0) return false;  // open across execve(2)
  }
  return true;
}

/// listen(2) is refused by a datagram socket, which needs none.
bool start_listening(const Fd& fd) { return ::listen(fd.number(), SOMAXCONN) == 0 || errno == EOPNOTSUPP; }

}  // namespace

int keep_elsewhere(const std::vector<Fd>& sockets, const std::function<bool()>& is_enough) {
  const pid_t self = ::getpid();
  const pid_t child = ::fork();
  if (child < 0) return errno;
  if (child == 0) {
    const pid_t keeper = ::fork();
    if (keeper != 0) std::_Exit(keeper < 0 ? errno : 0);
    keep(sockets, self, is_enough);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : ECHILD;
}

int become(const std::vector<std::string>& command, const std::vector<Fd>& sockets) {
  if (has_lent_rights()) return EPERM;
  std::vector<std::string> words = command;
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  if (!sockets.empty()) {
    if (!std::all_of(sockets.begin(), sockets.end(), start_listening) || !place(sockets)) return errno;
    ::unsetenv("LISTEN_FDNAMES");                                       // NOLINT(concurrency-mt-unsafe): one thread
    ::setenv("LISTEN_FDS", std::to_string(sockets.size()).c_str(), 1);  // NOLINT(concurrency-mt-unsafe): one thread
    ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);      // NOLINT(concurrency-mt-unsafe)
  }
  // Ours are ignored (claim_standard_streams), and execve(2) would hand that on.
  std::signal(SIGPIPE, SIG_DFL);
  std::signal(SIGXFSZ, SIG_DFL);
  ::execvp(arguments.front(), arguments.data());
  const int error = errno;
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
  return error;
}

}  // namespace sys

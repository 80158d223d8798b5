// SPDX-License-Identifier: MIT
#include "sys/output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <system_error>

#include "sys/lent_rights.hpp"

namespace sys {

namespace {

[[noreturn]] void fail(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), what);
}

void wait_until_writable(int number) {
  pollfd slow_reader{number, POLLOUT, 0};
  ::poll(&slow_reader, 1, -1);
}

constexpr mode_t all_permissions = 0777;

/// What open(2) would give a new file.
mode_t default_mode() {
  constexpr mode_t readable_by_all = 0644;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return readable_by_all & ~mask;
}

std::string real_path(const std::string& path) {
  char* const resolved = ::realpath(path.c_str(), nullptr);
  std::string result = resolved != nullptr ? resolved : path;
  std::free(resolved);  // NOLINT(cppcoreguidelines-no-malloc): realpath(3) allocates
  return result;
}

}  // namespace

void claim_standard_streams() {
  // open(2) takes the lowest free number, so going up fills exactly the holes. Reading from a
  // write-only descriptor, or writing to a read-only one, fails with EBADF.
  constexpr std::array<int, 3> wrong_way{O_WRONLY, O_RDONLY, O_RDONLY};
  for (int number = 0; number < 3; ++number) {
    if (::fcntl(number, F_GETFD) < 0 && errno == EBADF) {
      if (::open("/dev/null", wrong_way.at(static_cast<std::size_t>(number))) < 0) std::_Exit(2);
    }
  }
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a failed write
}

Output::Output(const std::string& path) : path_(path) {
  if (has_lent_rights()) {
    throw std::runtime_error("--output is not for a program with capabilities of its own; let the shell write: > " +
                             path);
  }
  struct stat facts {};
  const bool exists = ::stat(path.c_str(), &facts) == 0;
  if (exists && !S_ISREG(facts.st_mode)) {
    file_ = Fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    if (!file_) fail(errno, what());
  } else {
    mode_ = exists ? facts.st_mode & all_permissions : default_mode();
    target_ = exists ? real_path(path) : path;
    temporary_ = target_ + ".XXXXXX";
    file_ = Fd(::mkostemp(temporary_.data(), O_CLOEXEC));
    if (!file_) {
      const int error = errno;
      temporary_.clear();
      fail(error, what());
    }
  }
  number_ = file_.number();
}

Output::~Output() {
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

std::string Output::what() const { return "cannot write " + (path_.empty() ? std::string("standard output") : path_); }

void Output::write(std::string_view bytes) {
  while (!bytes.empty() && !reader_left_) {
    const ssize_t written = ::write(number_, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      wait_until_writable(number_);
    } else if (errno == EPIPE) {
      reader_left_ = true;  // `| head` has seen enough; that is no error
    } else if (errno != EINTR) {
      fail(errno, what());
    }
  }
}

void Output::finish() {
  if (temporary_.empty()) return;
  const bool whole =
      ::fchmod(number_, mode_) == 0 && ::fsync(number_) == 0 && std::rename(temporary_.c_str(), target_.c_str()) == 0;
  if (!whole) fail(errno, what());
  temporary_.clear();
}

void complain(std::string_view message) {
  while (!message.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, message.data(), message.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    message.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::optional<unsigned> terminal_width() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return std::nullopt;
  return size.ws_col;
}

bool stdout_is_terminal() { return ::isatty(STDOUT_FILENO) == 1; }

}  // namespace sys

// SPDX-License-Identifier: MIT
#include "support/unprivileged.hpp"

#include <fcntl.h>
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <exception>
#include <string_view>

namespace fake {

namespace {

bool drop_root() {
  constexpr unsigned nobody = 65534;
  if (::geteuid() != 0) return true;
  return ::setgroups(0, nullptr) == 0 && ::setresgid(nobody, nobody, nobody) == 0 &&
         ::setresuid(nobody, nobody, nobody) == 0;
}

[[noreturn]] void answer(int to, const std::function<std::string()>& question) {
  std::string text = "died: cannot drop root";
  try {
    if (drop_root()) text = question();
  } catch (const std::exception& error) {
    text = std::string("died: ") + error.what();
  }
  const bool written = ::write(to, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::_exit(written ? 0 : 1);
}

}  // namespace

std::string ask_unprivileged(const std::function<std::string()>& question) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return "died: no pipe";
  const pid_t child = ::fork();
  if (child < 0) return "died: no process";
  if (child == 0) answer(ends[1], question);
  ::close(ends[1]);
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t got = 0; (got = ::read(ends[0], buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return status == 0 ? text : "died: status " + std::to_string(status);
}

}  // namespace fake

// SPDX-License-Identifier: MIT
#include "sys/dialogue.hpp"

#include <strings.h>
#include <unistd.h>

#include <cerrno>
#include <string>

#include "sys/output.hpp"

namespace sys {

bool can_ask() { return ::isatty(STDIN_FILENO) == 1 && ::isatty(STDERR_FILENO) == 1; }

bool ask(std::string_view question) {
  complain(question);
  std::string line;
  // Byte by byte: what follows the line is not ours.
  for (char next = 0; next != '\n';) {
    const ssize_t got = ::read(STDIN_FILENO, &next, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    if (next != '\n') line += next;
  }
  return ::strcasecmp(line.c_str(), "y") == 0 || ::strcasecmp(line.c_str(), "yes") == 0;
}

}  // namespace sys

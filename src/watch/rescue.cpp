// SPDX-License-Identifier: MIT
#include "watch/rescue.hpp"

#include <termios.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>
#include <utility>

namespace watch {

namespace {

/// Crashes, and what else ends a program that does not expect it (signal(7)).
constexpr std::array deadly{SIGSEGV, SIGABRT, SIGBUS,  SIGFPE,    SIGILL,  SIGSYS,  SIGTRAP, SIGQUIT,
                            SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGIO,   SIGPWR};

/// All that a signal handler may use: it was prepared before.
struct Kept {
  termios modes{};
  std::string farewell;
  volatile std::sig_atomic_t is_ours = 0;
};

Kept& kept() {
  static Kept terminal;
  return terminal;
}

extern "C" void put_back(int signal) {
  Kept& terminal = kept();
  if (terminal.is_ours != 0) {
    [[maybe_unused]] const auto size = ::write(STDOUT_FILENO, terminal.farewell.data(), terminal.farewell.size());
    ::tcsetattr(STDIN_FILENO, TCSANOW, &terminal.modes);
  }
  ::raise(signal);  // the usual end: SA_RESETHAND
}

}  // namespace

void remember_terminal() { ::tcgetattr(STDIN_FILENO, &kept().modes); }

void give_back_in_a_crash(std::string farewell) {
  Kept& terminal = kept();
  terminal.farewell = std::move(farewell);
  terminal.is_ours = 1;
  for (const int signal : deadly) {
    struct sigaction action {};
    action.sa_handler = put_back;
    action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
    ::sigaction(signal, &action, nullptr);
  }
}

void forget_terminal() { kept().is_ours = 0; }

}  // namespace watch

// SPDX-License-Identifier: MIT
#include "sys/status_line.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <system_error>

#include "sys/lent_rights.hpp"

namespace sys {

namespace {

/// What cannot be shown is no loss.
void write_to_terminal(const std::string& text) {
  [[maybe_unused]] const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
}

/// All but the last column, where some terminals go on to the next line.
std::size_t room() {
  constexpr std::size_t narrow = 40;
  winsize size{};
  const bool told = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return (told ? size.ws_col : narrow) - 1;
}

}  // namespace

StatusLine::StatusLine(std::function<std::string()> text) : text_(std::move(text)) {
  if (::isatty(STDERR_FILENO) == 0) return;
  try {
    writer_ = std::thread([this] { run(); });
  } catch (const std::system_error&) {
    return;  // a limit of threads
  }
}

void StatusLine::run() {
  using namespace std::chrono_literals;
  give_back_lent_rights();
  std::unique_lock lock(mutex_);
  const auto is_over = [this] { return ended_; };
  for (auto patience = 500ms; !changed_.wait_for(lock, patience, is_over); patience = 100ms) show();
}

/// Blanks over what was longer; a terminal that knows no more than to return to the first column can do that.
void StatusLine::show() {
  std::string text = text_();
  text.resize(std::min(text.size(), room()));
  const std::size_t columns = text.size();
  text.append(shown_ - std::min(shown_, columns), ' ');
  write_to_terminal("\r" + text);
  shown_ = columns;
}

void StatusLine::end() {
  if (!writer_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_one();
  writer_.join();
  if (shown_ > 0) write_to_terminal("\r" + std::string(shown_, ' ') + "\r");
}

}  // namespace sys

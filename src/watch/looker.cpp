// SPDX-License-Identifier: MIT
#include "watch/looker.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <exception>
#include <system_error>

namespace watch {

Looker::Looker() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (event_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  thread_ = std::thread([this] { work(); });
}

Looker::~Looker() {
  {
    const std::lock_guard lock(turn_);
    over_ = true;
  }
  wake_.notify_one();
  thread_.join();
  ::close(event_);
}

void Looker::ask(const portscope::Request& request, std::uint64_t question) {
  {
    const std::lock_guard lock(turn_);
    asked_ = Asked{request, question};
  }
  wake_.notify_one();
}

bool Looker::is_busy() {
  const std::lock_guard lock(turn_);
  return busy_ || asked_.has_value() || brought_.has_value();
}

std::optional<Look> Looker::take() {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto size = ::read(event_, &count, sizeof count);
  const std::lock_guard lock(turn_);
  std::optional<Look> brought = std::move(brought_);
  brought_.reset();
  return brought;
}

Look Looker::look(const Asked& asked) {
  const auto begin = std::chrono::steady_clock::now();
  Look look;
  look.question = asked.question;
  try {
    look.snapshot = observer_.look(asked.request);
    look.road = observer_.road();
  } catch (const std::exception& error) {
    look.trouble = error.what();  // nobody catches what leaves a thread
  }
  look.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin);
  return look;
}

void Looker::work() {
  std::unique_lock lock(turn_);
  while (true) {
    wake_.wait(lock, [this] { return over_ || asked_.has_value(); });
    if (over_) return;
    const Asked asked = std::move(*asked_);
    asked_.reset();
    busy_ = true;
    lock.unlock();
    Look brought = look(asked);
    lock.lock();
    brought_ = std::move(brought);
    busy_ = false;
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto size = ::write(event_, &one, sizeof one);
  }
}

}  // namespace watch

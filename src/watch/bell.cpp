// SPDX-License-Identifier: MIT
#include "watch/bell.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

namespace watch {

Bell::Bell() : event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (event_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Bell::~Bell() { ::close(event_); }

void Bell::ring() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto size = ::write(event_, &one, sizeof one);
}

void Bell::quiet() const {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto size = ::read(event_, &count, sizeof count);
}

}  // namespace watch

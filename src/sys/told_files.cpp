// SPDX-License-Identifier: MIT
#include "sys/told_files.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <utility>

namespace sys {

ToldFiles::ToldFiles(const Fd& map) {
  if (!map) return;
  void* const memory = ::mmap(nullptr, sizeof(told_files), PROT_READ | PROT_WRITE, MAP_SHARED, map.number(), 0);
  if (memory != MAP_FAILED) place_ = static_cast<told_files*>(memory);
}

ToldFiles::ToldFiles(ToldFiles&& other) noexcept : place_(std::exchange(other.place_, nullptr)) {}

ToldFiles& ToldFiles::operator=(ToldFiles&& other) noexcept {
  std::swap(place_, other.place_);
  return *this;
}

ToldFiles::~ToldFiles() {
  if (place_ != nullptr) ::munmap(place_, sizeof(told_files));
}

void ToldFiles::begin() {
  place_->count = 0;
  place_->cut_at = 0;
}

std::span<const socket_file> ToldFiles::take() {
  const std::uint32_t count = std::min<std::uint32_t>(std::exchange(place_->count, 0), FILES_TOLD_AT_ONCE);
  return std::span(place_->files).first(count);
}

}  // namespace sys

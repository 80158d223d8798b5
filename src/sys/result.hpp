// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

namespace sys {

/// What the kernel gave, or the errno why not. Which failure is a gap and which one is the end is
/// for the caller to say.
template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}  // NOLINT(google-explicit-constructor): reads as `return value`
  static Result failure(int error) {
    Result result{T{}};
    result.error_ = error;
    return result;
  }

  explicit operator bool() const { return error_ == 0; }
  [[nodiscard]] int error() const { return error_; }
  T& operator*() { return value_; }
  const T& operator*() const { return value_; }
  T* operator->() { return &value_; }
  const T* operator->() const { return &value_; }

 private:
  T value_;
  int error_ = 0;
};

}  // namespace sys

// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace portscope {

/// A text kept in a StringPool. `none` stands for "no text", which is not the empty text.
enum class StringId : std::uint32_t { none = UINT32_MAX };

/// Keeps each text once. The bytes are as the kernel gave them (any byte, not always UTF-8):
/// whoever shows them escapes them.
class StringPool {
 public:
  StringPool() = default;
  StringPool(StringPool&&) noexcept = default;
  StringPool& operator=(StringPool&&) noexcept = default;
  StringPool(const StringPool&) = delete;  // the index holds views into this very pool
  StringPool& operator=(const StringPool&) = delete;
  ~StringPool() = default;

  StringId intern(std::string_view text) {
    if (const auto found = index_.find(text); found != index_.end()) return found->second;
    const auto id = static_cast<StringId>(texts_.size());
    index_.emplace(texts_.emplace_back(text), id);
    return id;
  }

  /// The text of `id`; empty for StringId::none. Valid as long as the pool lives.
  [[nodiscard]] std::string_view text(StringId id) const {
    return id == StringId::none ? std::string_view{} : std::string_view{texts_[static_cast<std::size_t>(id)]};
  }

 private:
  std::deque<std::string> texts_;  // a deque: the views in index_ survive growth and moves
  std::unordered_map<std::string_view, StringId> index_;
};

}  // namespace portscope

// SPDX-License-Identifier: MIT
#include "sys/proc.hpp"

#include <linux/kcmp.h>
#include <linux/magic.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <string_view>

namespace sys {

namespace {

constexpr std::string_view real_root = "/proc";

Result<Directory> open_root(const std::string& root) {
  struct statfs facts {};
  if (root == real_root) {
    if (::statfs(root.c_str(), &facts) != 0) return Result<Directory>::failure(errno);
    if (facts.f_type != PROC_SUPER_MAGIC) return Result<Directory>::failure(ENODEV);
  }
  return Directory::open(root);
}

}  // namespace

Proc::Proc(const std::string& root) : root_(open_root(root)), live_(root == real_root) {}

Result<std::string> Proc::read(const char* name, std::size_t first) const {
  if (!root_) return Result<std::string>::failure(root_.error());
  return root_->read(name, SIZE_MAX, first);
}

std::uint64_t Proc::namespace_id(const char* link) const {
  std::array<char, 64> buffer{};
  if (!root_) return 0;
  const auto text = root_->link(link, buffer);
  if (!text) return 0;
  const std::size_t open = text->find('[');
  std::uint64_t id = 0;
  if (open != std::string_view::npos) std::from_chars(text->data() + open + 1, text->data() + text->size(), id);
  return id;
}

std::optional<std::strong_ordering> Proc::compare_descriptors(int task, int other_task) const {
  if (!live_) return std::nullopt;
  const long order = ::syscall(SYS_kcmp, task, other_task, KCMP_FILES, 0, 0);
  if (order == 0) return std::strong_ordering::equal;
  if (order == 1) return std::strong_ordering::less;
  if (order == 2) return std::strong_ordering::greater;
  return std::nullopt;
}

}  // namespace sys

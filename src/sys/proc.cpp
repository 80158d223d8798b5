// SPDX-License-Identifier: MIT
#include "sys/proc.hpp"

#include <linux/kcmp.h>
#include <linux/magic.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
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

Result<std::string> Proc::read(const char* name) const {
  if (!root_) return Result<std::string>::failure(root_.error());
  return root_->read(name);
}

bool Proc::share_descriptors(int task, int other_task) const {
  return live_ && ::syscall(SYS_kcmp, task, other_task, KCMP_FILES, 0, 0) == 0;
}

}  // namespace sys

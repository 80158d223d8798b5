// SPDX-License-Identifier: MIT
#include "sys/directory.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

namespace sys {

namespace {

Result<Fd> open_at(int parent, const char* name, int flags) {
  const int number = ::openat(parent, name, O_RDONLY | O_CLOEXEC | flags);
  if (number < 0) return Result<Fd>::failure(errno);
  return Fd(number);
}

bool is_self_or_parent(const char* name) { return std::strcmp(name, ".") == 0 || std::strcmp(name, "..") == 0; }

}  // namespace

Result<Directory> Directory::open(const std::string& path) {
  auto fd = open_at(AT_FDCWD, path.c_str(), O_DIRECTORY);
  if (!fd) return Result<Directory>::failure(fd.error());
  return Directory(std::move(*fd));
}

Result<Directory> Directory::directory(const char* name) const {
  auto fd = open_at(fd_.number(), name, O_DIRECTORY);
  if (!fd) return Result<Directory>::failure(fd.error());
  return Directory(std::move(*fd));
}

Result<std::string> Directory::read(const char* name, std::size_t most, std::size_t first) const {
  const auto fd = open_at(fd_.number(), name, 0);
  if (!fd) return Result<std::string>::failure(fd.error());
  // Tables come in pages of 4 KiB, less what a row would stand out of them; a stat file is a few hundred bytes.
  // Doubling keeps both cheap. Whoever asks for less than a page gets one that ends elsewhere.
  constexpr std::size_t page = 4096;
  const std::size_t least = first == SIZE_MAX ? page / 2 : page;
  std::string text;
  std::size_t used = 0;
  while (used < most) {
    if (text.size() - used < least) text.resize(text.empty() ? page : text.size() * 2);
    const ssize_t got =
        ::read(fd->number(), text.data() + used, std::min(text.size() - used, used == 0 ? first : SIZE_MAX));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Result<std::string>::failure(errno);
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
  }
  text.resize(std::min(used, most));
  return text;
}

Result<std::string_view> Directory::link(const char* name, std::span<char> buffer) const {
  const ssize_t length = ::readlinkat(fd_.number(), name, buffer.data(), buffer.size());
  if (length < 0) return Result<std::string_view>::failure(errno);
  return std::string_view(buffer.data(), static_cast<std::size_t>(length));
}

int Directory::each(const std::function<void(const char* name)>& visit) const {
  return each_entry([&](const char* name, unsigned char) { visit(name); });
}

int Directory::each_directory(const std::function<void(const char* name)>& visit) const {
  return each_entry([&](const char* name, unsigned char type) {
    if (type == DT_DIR || type == DT_UNKNOWN) visit(name);  // some filesystems do not say
  });
}

int Directory::each_entry(const std::function<void(const char* name, unsigned char type)>& visit) const {
  // getdents64(2) by hand: fdopendir(3) would take the descriptor over and allocate 32 KiB for
  // each of the thousands of directories of /proc.
  alignas(dirent64) std::array<char, 16384> buffer;  // NOLINT(*-member-init): the kernel fills it, thousands of times
  ::lseek(fd_.number(), 0, SEEK_SET);
  while (true) {
    const long got = ::syscall(SYS_getdents64, fd_.number(), buffer.data(), buffer.size());
    if (got < 0) return errno;
    if (got == 0) return 0;
    for (long at = 0; at < got;) {
      const auto* entry = reinterpret_cast<const dirent64*>(buffer.data() + at);
      if (!is_self_or_parent(entry->d_name)) visit(entry->d_name, entry->d_type);
      at += entry->d_reclen;
    }
  }
}

Result<unsigned long> Directory::links(const char* name) const {
  struct stat facts {};
  if (::fstatat(fd_.number(), name, &facts, AT_SYMLINK_NOFOLLOW) != 0) return Result<unsigned long>::failure(errno);
  return static_cast<unsigned long>(facts.st_nlink);
}

Result<unsigned long> Directory::inode() const {
  struct stat facts {};
  if (::fstat(fd_.number(), &facts) != 0) return Result<unsigned long>::failure(errno);
  return static_cast<unsigned long>(facts.st_ino);
}

}  // namespace sys

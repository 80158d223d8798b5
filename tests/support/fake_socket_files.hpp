// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <cstring>
#include <string_view>
#include <vector>

#include "sys/socket_files.hpp"

namespace fake {

/// "Process `pid`, called `name`, holds the socket with that inode as `fd`."
inline socket_file holding(std::uint32_t pid, std::string_view name, std::uint32_t fd, std::uint32_t inode) {
  socket_file file{};
  file.pid = pid;
  file.tid = pid;
  file.fd = fd;
  file.inode = inode;
  file.parent = 1;
  std::memcpy(static_cast<void*>(file.comm), name.data(), name.size());
  return file;
}

/// Iterators that show what a test wrote down, walk by walk; the last walk is shown again.
class SocketFiles final : public sys::SocketFiles {
 public:
  int loaded_error = 0;       ///< what opening the one says
  int pinned_error = ENOENT;  ///< and the other
  int walk_error = 0;         ///< what walking says
  bool is_endless = false;    ///< a walk goes on until it is given up
  std::vector<std::vector<socket_file>> walks;
  std::vector<sys::Iterator> opened;   ///< what was tried
  std::vector<socket_choice> choices;  ///< and for which sockets
  std::size_t walked = 0;

  int open(sys::Iterator iterator, const socket_choice& choice) override {
    opened.push_back(iterator);
    choices.push_back(choice);
    return iterator == sys::Iterator::pinned ? pinned_error : loaded_error;
  }
  int each(const Visit& visit) override {
    if (walk_error != 0) return walk_error;
    const auto& files = walks.at(std::min(walked++, walks.size() - 1));
    do {
      for (const socket_file& file : files) {
        if (!visit(std::span(&file, 1))) return 0;
      }
    } while (is_endless);
    return 0;
  }
};

}  // namespace fake

// SPDX-License-Identifier: MIT
#include "sys/socket_files.hpp"

#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "bpf/load.h"
#include "bpf/pinned.h"
#include "sys/fd.hpp"
#include "sys/told_files.hpp"

namespace sys {

namespace {

/// A pass over all files, from the link that was loaded.
Fd make_iterator(const Fd& link) {
  bpf_attr request{};
  std::memset(&request, 0, sizeof request);  // its padding, too: the kernel looks
  request.iter_create.link_fd = static_cast<__u32>(link.number());
  return Fd(static_cast<int>(::syscall(SYS_bpf, BPF_ITER_CREATE, &request, sizeof request)));
}

/// Only root can put a file there that is no ordinary one.
Fd open_pinned() {
  Fd file(::open(PINNED_FILE, O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  struct statfs system {};
  struct stat status {};
  if (!file || ::fstatfs(file.number(), &system) != 0 || ::fstat(file.number(), &status) != 0) return {};
  if (system.f_type == BPF_FS_MAGIC && status.st_uid == 0) return file;
  errno = ENODEV;
  return {};
}

class KernelSocketFiles final : public SocketFiles {
 public:
  int open(Iterator iterator, const socket_choice& choice) override;
  int each(const Visit& visit) override;

 private:
  int load(Iterator iterator, const socket_choice& choice);
  Fd make_pass();

  Fd link_;
  Fd pass_;  // opened, and not read yet
  ToldFiles told_;
};

int KernelSocketFiles::open(Iterator iterator, const socket_choice& choice) {
  link_ = Fd();
  pass_ = Fd();
  told_ = ToldFiles();
  if (const int error = iterator == Iterator::pinned ? 0 : load(iterator, choice)) return error;
  pass_ = make_pass();
  return pass_ ? 0 : errno;
}

int KernelSocketFiles::load(Iterator iterator, const socket_choice& choice) {
  if (iterator == Iterator::by_file) {
    const int link = portscope_load_socket_files(&choice);
    link_ = Fd(link);
    return link < 0 ? -link : 0;
  }
  const file_tables tables = portscope_load_file_tables(&choice);
  link_ = Fd(tables.link);
  told_ = ToldFiles(Fd(tables.told));
  if (!link_) return -tables.link;
  return told_ ? 0 : ENOMEM;  // nor would there be records to read
}

Fd KernelSocketFiles::make_pass() { return link_ ? make_iterator(link_) : open_pinned(); }

int KernelSocketFiles::each(const Visit& visit) {
  const Fd file = pass_ ? std::move(pass_) : make_pass();
  if (!file) return errno;
  if (told_) told_.begin();
  // The kernel gathers up to eight pages of whole records before it hands them out (bpf_seq_read). They do not lie on
  // the stack, which a thread has as much of as RLIMIT_STACK says (pthread_create(3)).
  std::vector<socket_file> records(1024);
  while (true) {
    const ssize_t size = ::read(file.number(), records.data(), records.size() * sizeof(socket_file));
    // It lets go of the CPU after a million files that were no sockets, with EAGAIN, as it does where there is no place
    // for more records.
    const int error = size < 0 ? errno : 0;
    if (error != 0 && error != EAGAIN && error != EINTR) return error;
    const auto read = std::span(records).first(size < 0 ? 0 : static_cast<std::size_t>(size) / sizeof(socket_file));
    if (!visit(told_ ? told_.take() : read)) return 0;
    if (size == 0) return 0;
  }
}

}  // namespace

std::unique_ptr<SocketFiles> open_socket_files() { return std::make_unique<KernelSocketFiles>(); }

}  // namespace sys

// SPDX-License-Identifier: MIT
// What bpftool generates is C: the program as bytes, and another one that loads it (a light skeleton).
#include "bpf/load.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "bpf/socket_file.h"
#include "bpf/bind_hash.lskel.h"
#include "bpf/file_tables.lskel.h"
#include "bpf/socket_files.lskel.h"

/// The descriptor of the link, or -errno.
static int attach(int program) {
  const int link = skel_link_create(program, 0, BPF_TRACE_ITER);
  return link < 0 ? -errno : link;
}

/// Of what a skeleton's load() returned.
static int failure(int error) { return errno != 0 ? -errno : error; }

int portscope_load_socket_files(const struct socket_choice* choice) {
  struct socket_files_bpf* skeleton = socket_files_bpf__open();
  if (skeleton == NULL) return -ENOMEM;
  memcpy(&skeleton->rodata->choice, choice, sizeof *choice);
  errno = 0;
  const int error = socket_files_bpf__load(skeleton);
  const int link = error == 0 ? attach(skeleton->progs.tell.prog_fd) : failure(error);
  socket_files_bpf__destroy(skeleton);  // the link keeps the program
  return link;
}

struct file_tables portscope_load_file_tables(const struct socket_choice* choice) {
  struct file_tables tables = {.link = -ENOTSUP, .told = -1};
  if (sizeof(long) != sizeof(__u64)) return tables;  // the program counts on the kernel's pointers to be as long as its own
  struct file_tables_bpf* skeleton = file_tables_bpf__open();
  tables.link = -ENOMEM;
  if (skeleton == NULL) return tables;
  memcpy(&skeleton->rodata->choice, choice, sizeof *choice);
  errno = 0;
  const int error = file_tables_bpf__load(skeleton);
  tables.link = error == 0 ? attach(skeleton->progs.tell.prog_fd) : failure(error);
  if (tables.link >= 0) tables.told = fcntl(skeleton->maps.told.map_fd, F_DUPFD_CLOEXEC, 0);
  file_tables_bpf__destroy(skeleton);  // the link keeps the program, and that its map
  return tables;
}

int portscope_load_bind_hash(void) {
  if (sizeof(long) != sizeof(__u64)) return -ENOTSUP;  // as above
  struct bind_hash_bpf* skeleton = bind_hash_bpf__open();
  if (skeleton == NULL) return -ENOMEM;
  errno = 0;
  const int error = bind_hash_bpf__load(skeleton);
  const int program = error == 0 ? fcntl(skeleton->progs.look.prog_fd, F_DUPFD_CLOEXEC, 0) : -1;
  const int result = program < 0 ? failure(error) : program;
  bind_hash_bpf__destroy(skeleton);
  return result;
}

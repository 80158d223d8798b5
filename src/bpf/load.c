// SPDX-License-Identifier: MIT
// What bpftool generates is C: the program as bytes, and another one that loads it (a light skeleton).
#include "bpf/load.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "bpf/socket_file.h"
#include "bpf/socket_files.lskel.h"

static int attach(struct socket_files_bpf* skeleton) {
  const int error = socket_files_bpf__load(skeleton);
  if (error != 0) return errno != 0 ? -errno : error;
  const int link = skel_link_create(skeleton->progs.tell.prog_fd, 0, BPF_TRACE_ITER);
  return link < 0 ? -errno : link;
}

int portscope_load_socket_files(const struct socket_choice* choice) {
  struct socket_files_bpf* skeleton = socket_files_bpf__open();
  if (skeleton == NULL) return -ENOMEM;
  memcpy(&skeleton->rodata->choice, choice, sizeof *choice);
  errno = 0;
  const int link = attach(skeleton);
  socket_files_bpf__destroy(skeleton);  // the link keeps the program
  return link;
}

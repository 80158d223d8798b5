// SPDX-License-Identifier: MIT
// portscope-owners: lets a group see which process holds which socket, without any capability. It pins an iterator that
// whoever may read the file can read; portscope-owners.service runs it.
//
//     portscope-owners GROUP       pins it for GROUP
//     portscope-owners --remove    takes it away
#include <errno.h>
#include <grp.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "bpf/pinned.h"
#include "bpf/socket_file.h"
#include "bpf/public_files.lskel.h"

static int fail(const char* what, const char* name) {
  fprintf(stderr, "portscope-owners: cannot %s %s: %s\n", what, name, strerror(errno));
  return EXIT_FAILURE;
}

static int is_bpf_file_system(void) {
  struct statfs system;
  return statfs(PINNED_DIRECTORY, &system) == 0 && system.f_type == BPF_FS_MAGIC;
}

static int take_away(void) {
  if (unlink(PINNED_FILE) != 0 && errno != ENOENT) return fail("remove", PINNED_FILE);
  if (is_bpf_file_system() && umount(PINNED_DIRECTORY) != 0) return fail("unmount", PINNED_DIRECTORY);
  return EXIT_SUCCESS;
}

static int make_place(gid_t group) {
  if (mkdir("/run/portscope", 0755) != 0 && errno != EEXIST) return fail("make", "/run/portscope");
  if (mkdir(PINNED_DIRECTORY, 0755) != 0 && errno != EEXIST) return fail("make", PINNED_DIRECTORY);
  const unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  if (!is_bpf_file_system() && mount("bpf", PINNED_DIRECTORY, "bpf", flags, "mode=0700") != 0) {
    return fail("mount a BPF file system on", PINNED_DIRECTORY);
  }
  if (chown(PINNED_DIRECTORY, 0, group) != 0 || chmod(PINNED_DIRECTORY, 0750) != 0) {
    return fail("hand over", PINNED_DIRECTORY);
  }
  return EXIT_SUCCESS;
}

/// The descriptor of the link; -1 and errno.
static int attach(struct public_files_bpf* skeleton) {
  if (public_files_bpf__load(skeleton) != 0) return -1;
  return skel_link_create(skeleton->progs.tell.prog_fd, 0, BPF_TRACE_ITER);
}

/// As attach().
static int load(void) {
  struct public_files_bpf* skeleton = public_files_bpf__open();
  if (skeleton == NULL) return -1;
  const int link = attach(skeleton);
  const int error = errno;
  public_files_bpf__destroy(skeleton);  // the link keeps the program
  errno = error;
  return link;
}

static int pin(int link, gid_t group) {
  union bpf_attr request;
  memset(&request, 0, sizeof request);
  request.pathname = (__u64)(unsigned long)PINNED_FILE;
  request.bpf_fd = (__u32)link;
  if (unlink(PINNED_FILE) != 0 && errno != ENOENT) return fail("replace", PINNED_FILE);
  umask(0777);  // nobody reads it before it is the group's
  if (syscall(__NR_bpf, BPF_OBJ_PIN, &request, sizeof request) != 0) return fail("pin", PINNED_FILE);
  if (chown(PINNED_FILE, 0, group) == 0 && chmod(PINNED_FILE, 0440) == 0) return EXIT_SUCCESS;
  const int result = fail("hand over", PINNED_FILE);
  unlink(PINNED_FILE);
  return result;
}

int main(int argc, char** argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: portscope-owners GROUP | --remove\n");
    return 2;
  }
  if (strcmp(argv[1], "--remove") == 0) return take_away();
  errno = 0;
  const struct group* group = getgrnam(argv[1]);
  if (group == NULL) {
    if (errno == 0) errno = ENOENT;
    return fail("find the group", argv[1]);
  }
  const gid_t id = group->gr_gid;
  const int link = load();
  if (link < 0) return fail("load", "the iterator");
  if (make_place(id) != EXIT_SUCCESS) return EXIT_FAILURE;
  return pin(link, id);
}

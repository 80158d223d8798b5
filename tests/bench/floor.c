// SPDX-License-Identifier: MIT
// What nobody can do without: the bare calls to the kernel behind a listing of sockets and their owners.
//
//     floor dump          every TCP socket of the namespace by sock_diag, thrown away
//     floor iterate       the BPF iterator over the files of all processes, loaded and read
//     floor tables        the same by the program that reads descriptors many at a time
//     floor walk          a readlink for every descriptor in /proc, one after the other
//     floor memory CMD... runs CMD, and tells its peak resident size in KiB on the standard error output
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bpf/load.h"
#include "bpf/socket_file.h"

static char buffer[1 << 16];

static int dump(void) {
  struct {
    struct nlmsghdr head;
    struct inet_diag_req body;
  } request;
  memset(&request, 0, sizeof request);
  request.head.nlmsg_len = sizeof request;
  request.head.nlmsg_type = TCPDIAG_GETSOCK;
  request.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.body.idiag_states = 0x1fff & ~(1U << 6);  // every state but time_wait
  const int door = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
  if (door < 0 || send(door, &request, sizeof request, 0) < 0) return EXIT_FAILURE;
  while (1) {
    const ssize_t size = recv(door, buffer, sizeof buffer, 0);
    if (size <= 0) return EXIT_FAILURE;
    const struct nlmsghdr* message = (const struct nlmsghdr*)buffer;
    for (unsigned left = (unsigned)size; NLMSG_OK(message, left); message = NLMSG_NEXT(message, left)) {
      if (message->nlmsg_type == NLMSG_DONE) return EXIT_SUCCESS;
      if (message->nlmsg_type == NLMSG_ERROR) return EXIT_FAILURE;
    }
  }
}

static const struct socket_choice everything = {.tcp_states = ~0U};

static int make_pass(int link) {
  union bpf_attr request;
  memset(&request, 0, sizeof request);
  request.iter_create.link_fd = (__u32)link;
  return (int)syscall(__NR_bpf, BPF_ITER_CREATE, &request, sizeof request);
}

static int iterate(void) {
  const int link = portscope_load_socket_files(&everything);
  const int pass = link < 0 ? -1 : make_pass(link);
  if (pass < 0) return EXIT_FAILURE;
  while (read(pass, buffer, sizeof buffer) > 0) continue;
  return EXIT_SUCCESS;
}

static int read_tables(void) {
  const struct file_tables tables = portscope_load_file_tables(&everything);
  const int pass = tables.link < 0 ? -1 : make_pass(tables.link);
  if (pass < 0) return EXIT_FAILURE;
  void* const memory = mmap(NULL, sizeof(struct told_files), PROT_READ | PROT_WRITE, MAP_SHARED, tables.told, 0);
  if (memory == MAP_FAILED) return EXIT_FAILURE;
  struct told_files* const told = memory;
  ssize_t size = 0;
  while ((size = read(pass, buffer, sizeof buffer)) < 0 && errno == EAGAIN) told->count = 0;
  return size < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int walk(void) {
  DIR* processes = opendir("/proc");
  if (processes == NULL) return EXIT_FAILURE;
  for (const struct dirent* process = readdir(processes); process != NULL; process = readdir(processes)) {
    char path[300];
    snprintf(path, sizeof path, "%s/fd", process->d_name);
    const int place = openat(dirfd(processes), path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR* table = place < 0 ? NULL : fdopendir(place);
    if (table == NULL) continue;
    for (const struct dirent* file = readdir(table); file != NULL; file = readdir(table)) {
      if (readlinkat(place, file->d_name, buffer, sizeof buffer) < 0) continue;
    }
    closedir(table);
  }
  return EXIT_SUCCESS;
}

static int memory(char** command) {
  struct rusage usage;
  int status = 0;
  const pid_t child = fork();
  if (child == 0) {
    execvp(command[0], command);
    _exit(127);
  }
  if (child < 0 || wait4(child, &status, 0, &usage) < 0) return EXIT_FAILURE;
  fprintf(stderr, "\n%ld\n", usage.ru_maxrss);
  return status == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char** argv) {
  if (argc == 2 && strcmp(argv[1], "dump") == 0) return dump();
  if (argc == 2 && strcmp(argv[1], "iterate") == 0) return iterate();
  if (argc == 2 && strcmp(argv[1], "tables") == 0) return read_tables();
  if (argc == 2 && strcmp(argv[1], "walk") == 0) return walk();
  if (argc > 2 && strcmp(argv[1], "memory") == 0) return memory(argv + 2);
  fprintf(stderr, "usage: floor dump | iterate | tables | walk | memory COMMAND...\n");
  return 2;
}

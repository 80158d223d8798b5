// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Runs in the kernel, once for every open file of every task (kernel/bpf/task_iter.c), and writes a
// record for each that is a socket. Threads that share the table of their main thread are passed
// over by the kernel. The structs name only what is read; where that lies is found when the program
// is loaded (CO-RE).
#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#include "bpf/socket_file.h"

#define OF_KERNEL __attribute__((preserve_access_index))

struct mm_struct {
  unsigned long start_code;
} OF_KERNEL;

struct task_struct {
  int pid;
  int tgid;
  __u64 start_boottime;
  struct task_struct* group_leader;
  struct task_struct* real_parent;
  struct mm_struct* mm;
  char comm[16];
} OF_KERNEL;

struct inode {
  unsigned long i_ino;
} OF_KERNEL;

struct file {
  struct inode* f_inode;
} OF_KERNEL;

struct sock {
  __u16 sk_protocol;
} OF_KERNEL;

struct socket {
  struct sock* sk;
} OF_KERNEL;

struct bpf_iter_meta {
  struct seq_file* seq;
} OF_KERNEL;

struct bpf_iter__task_file {
  struct bpf_iter_meta* meta;
  struct task_struct* task;
  __u32 fd;
  struct file* file;
} OF_KERNEL;

// Readers of a pinned iterator may be anybody, whom the kernel does not tell where a program lies in memory (proc(5),
// stat); it is built a second time for them.
#ifdef FOR_EVERYBODY
#define tells_code 0
#else
#define tells_code 1
#endif

SEC("iter/task_file")
int tell(struct bpf_iter__task_file* ctx) {
  struct task_struct* task = ctx->task;
  struct file* file = ctx->file;
  if (!task || !file) return 0;  // the end
  struct socket* socket = bpf_sock_from_file(file);
  if (!socket) return 0;

  struct socket_file record = {};
  struct sock* sk = socket->sk;
  if (sk) {
    record.cookie = bpf_get_socket_cookie(sk);
    record.protocol = sk->sk_protocol;
  }
  struct task_struct* process = task->group_leader;
  struct mm_struct* memory = process->mm;  // gone when the main thread has exited
  if (tells_code && memory) record.code = memory->start_code;
  record.start = process->start_boottime;
  record.comm[0] = *(__u64*)&process->comm[0];
  record.comm[1] = *(__u64*)&process->comm[8];
  record.parent = process->real_parent->tgid;
  record.inode = file->f_inode->i_ino;
  record.pid = task->tgid;
  record.tid = task->pid;
  record.fd = ctx->fd;
  bpf_seq_write(ctx->meta->seq, &record, sizeof record);
  return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";

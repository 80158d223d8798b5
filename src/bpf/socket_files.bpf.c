// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Runs in the kernel, once for every open file of every task (kernel/bpf/task_iter.c), and writes a
// record for each that is a socket. Threads that share the table of their main thread are passed
// over by the kernel. Any number of readers can use it at the same time, so it is the one that is pinned.
#include "bpf/choice.bpf.h"
#include "bpf/process.bpf.h"

struct bpf_iter__task_file {
  struct bpf_iter_meta* meta;
  struct task_struct* task;
  __u32 fd;
  struct file* file;
} OF_KERNEL;

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
    if (is_choosy() && is_left_out(sk)) return 0;
    record.cookie = bpf_get_socket_cookie(sk);
    record.protocol = sk->sk_protocol;
  }
  begin_record(&record, task);
  record.inode = file->f_inode->i_ino;
  record.fd = ctx->fd;
  bpf_seq_write(ctx->meta->seq, &record, sizeof record);
  return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";

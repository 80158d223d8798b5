// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Runs in the kernel, once for every open file of every task (kernel/bpf/task_iter.c), and writes a
// record for each that is a socket. Threads that share the table of their main thread are passed
// over by the kernel. The structs name only what is read; where that lies is found when the program
// is loaded (CO-RE).
#include <linux/bpf.h>

#include <bpf/bpf_endian.h>
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

struct proto {
  char name[32];  // as in /proc/net/protocols: "TCP", "TCPv6", "UDP", "UDPv6", "UDP-Lite", "UDPLITEv6"
} OF_KERNEL;

struct sock_common {
  struct proto* skc_prot;
  __u16 skc_family;
  __u8 skc_state;
  __u16 skc_num;    // the port, in host byte order; 0 = none yet
  __u16 skc_dport;  // the peer's, in network byte order
} OF_KERNEL;

struct sock {
  struct sock_common __sk_common;
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

#define FAMILY_INET 2
#define FAMILY_INET6 10

volatile const struct socket_choice choice = {.tcp_states = ~0U};

/// Whether it has one port where another is asked for. Who has none yet may get it before the tables are read.
static int is_elsewhere(__u16 asked, __u16 port) { return asked != 0 && port != 0 && port != asked; }

static int is_called(const struct proto* protocol, const char* name) {
  return protocol->name[0] == name[0] && protocol->name[1] == name[1] && protocol->name[2] == name[2];
}

/// Of TCP, UDP and UDP-Lite, what certainly was not asked for; all others are told. Reads nothing of a socket but its
/// first 64 bytes: what a walk takes is the time of its cache misses.
static int is_left_out(struct sock* sk) {
  if (choice.tcp_states == ~0U && choice.local_port == 0 && choice.peer_port == 0) return 0;
  __u16 family = sk->__sk_common.skc_family;
  if (family != FAMILY_INET && family != FAMILY_INET6) return 0;
  const struct proto* protocol = sk->__sk_common.skc_prot;
  int is_tcp = is_called(protocol, "TCP");
  if (!is_tcp && !is_called(protocol, "UDP")) return 0;
  if (is_tcp && (choice.tcp_states >> sk->__sk_common.skc_state & 1) == 0) return 1;
  return is_elsewhere(choice.local_port, sk->__sk_common.skc_num) ||
         is_elsewhere(choice.peer_port, bpf_ntohs(sk->__sk_common.skc_dport));
}

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
    if (is_left_out(sk)) return 0;
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

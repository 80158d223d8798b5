// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// What of the kernel's own structs is read; where that lies is found when a program is loaded (CO-RE).
#pragma once

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#define OF_KERNEL __attribute__((preserve_access_index))

struct mm_struct {
  unsigned long start_code;
} OF_KERNEL;

struct inode {
  unsigned long i_ino;
} OF_KERNEL;

struct file {
  struct inode* f_inode;
  void* private_data;  // of a socket: its struct socket
} OF_KERNEL;

struct fdtable {
  unsigned int max_fds;  // a multiple of the bits of a long
  struct file** fd;
  unsigned long* open_fds;  // a bit for each
} OF_KERNEL;

struct files_struct {
  struct fdtable* fdt;
} OF_KERNEL;

struct task_struct {
  int pid;
  int tgid;
  __u64 start_boottime;
  struct task_struct* group_leader;
  struct task_struct* real_parent;
  struct mm_struct* mm;
  struct files_struct* files;
  char comm[16];
} OF_KERNEL;

struct proto {
  char name[32];  // as in /proc/net/protocols: "TCP", "TCPv6", "UDP", "UDPv6", "UDP-Lite", "UDPLITEv6"
} OF_KERNEL;

typedef struct {
  long long counter;
} atomic64_t;

struct sock_common {
  struct proto* skc_prot;
  __u16 skc_family;
  __u8 skc_state;
  __u16 skc_num;          // the port, in host byte order; 0 = none yet
  __u16 skc_dport;        // the peer's, in network byte order
  atomic64_t skc_cookie;  // 0 = nobody asked for it yet
} OF_KERNEL;

struct sock {
  struct sock_common __sk_common;
  __u16 sk_protocol;
} OF_KERNEL;

struct socket {
  struct file* file;
  struct sock* sk;
} OF_KERNEL;

struct socket_alloc {
  struct socket socket;
  struct inode vfs_inode;
} OF_KERNEL;

struct bpf_iter_meta {
  struct seq_file* seq;
} OF_KERNEL;

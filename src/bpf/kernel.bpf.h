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

struct nsproxy {
  struct net* net_ns;
} OF_KERNEL;

struct task_struct {
  int pid;
  int tgid;
  __u64 start_boottime;
  struct task_struct* group_leader;
  struct task_struct* real_parent;
  struct mm_struct* mm;
  struct files_struct* files;
  struct nsproxy* nsproxy;
  char comm[16];
} OF_KERNEL;

struct proto {
  char name[32];  // as in /proc/net/protocols: "TCP", "TCPv6", "UDP", "UDPv6", "UDP-Lite", "UDPLITEv6"
} OF_KERNEL;

typedef struct {
  long long counter;
} atomic64_t;

struct hlist_node {
  struct hlist_node* next;
  struct hlist_node** pprev;  // what points here
} OF_KERNEL;

struct hlist_head {
  struct hlist_node* first;
} OF_KERNEL;

struct sock_common {
  struct proto* skc_prot;
  __u16 skc_family;
  __u8 skc_state;
  __u16 skc_num;          // the port, in host byte order; 0 = none yet
  __u16 skc_dport;        // the peer's, in network byte order
  struct hlist_node skc_bind_node;
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

struct inet_bind_hashbucket {
  struct hlist_head chain;  // of inet_bind_bucket
} OF_KERNEL;

struct inet_bind_bucket {
  struct {
    struct net* net;
  } ib_net;
  unsigned short port;  // in host byte order
  struct hlist_node node;
  struct hlist_head bhash2;  // of inet_bind2_bucket (Linux 6.8)
} OF_KERNEL;

struct inet_bind2_bucket {
  struct {
    struct net* net;
  } ib_net;
  unsigned short port;
  struct hlist_node bhash_node;
  struct hlist_head owners;  // of sock_common, also of what is in time_wait
} OF_KERNEL;

struct inet_connection_sock {
  struct inet_bind2_bucket* icsk_bind2_hash;
} OF_KERNEL;

struct inet_timewait_sock {
  struct inet_bind2_bucket* tw_tb2;
} OF_KERNEL;

struct inet_hashinfo {
  struct inet_bind_hashbucket* bhash;
  unsigned int bhash_size;  // a power of two
} OF_KERNEL;

struct inet_timewait_death_row {
  struct inet_hashinfo* hashinfo;
} OF_KERNEL;

struct netns_ipv4 {
  struct inet_timewait_death_row tcp_death_row;
} OF_KERNEL;

struct net {
  __u32 hash_mix;
  struct netns_ipv4 ipv4;
} OF_KERNEL;

struct bpf_iter_meta {
  struct seq_file* seq;
} OF_KERNEL;

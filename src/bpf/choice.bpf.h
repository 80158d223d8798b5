// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <bpf/bpf_endian.h>

#include "bpf/kernel.bpf.h"
#include "bpf/socket_file.h"

#define FAMILY_INET 2
#define FAMILY_INET6 10

volatile const struct socket_choice choice = {.tcp_states = ~0U};

static int is_choosy(void) { return choice.tcp_states != ~0U || choice.local_port != 0 || choice.peer_port != 0; }

/// Whether it has one port where another is asked for. Who has none yet may get it before the tables are read.
static int is_elsewhere(__u16 asked, __u16 port) { return asked != 0 && port != 0 && port != asked; }

static int is_called(const char* protocol, const char* name) {
  return protocol[0] == name[0] && protocol[1] == name[1] && protocol[2] == name[2];
}

/// Of TCP, UDP and UDP-Lite, what certainly was not asked for; all others are told. Reads nothing of a socket but its
/// first 64 bytes: what a walk takes is the time of its cache misses.
static int is_left_out(struct sock* sk) {
  __u16 family = sk->__sk_common.skc_family;
  if (family != FAMILY_INET && family != FAMILY_INET6) return 0;
  const struct proto* functions = sk->__sk_common.skc_prot;
  int is_tcp = is_called(functions->name, "TCP");
  if (!is_tcp && !is_called(functions->name, "UDP")) return 0;
  if (is_tcp && (choice.tcp_states >> (sk->__sk_common.skc_state & 31) & 1) == 0) return 1;
  return is_elsewhere(choice.local_port, sk->__sk_common.skc_num) ||
         is_elsewhere(choice.peer_port, bpf_ntohs(sk->__sk_common.skc_dport));
}

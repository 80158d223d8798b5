// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <linux/types.h>

/// "This task holds that socket as this descriptor", as the programs in *.bpf.c write it, in the byte order of the
/// machine. Ids are those of the first PID namespace.
// NOLINTNEXTLINE(readability-identifier-naming): a name in C
struct socket_file {
  __u64 cookie;   ///< of the socket (SO_COOKIE); from file_tables.bpf.c 0 where nobody has asked for it yet
  __u64 start;    ///< of the process: nanoseconds since boot, those of suspension too
  __u64 code;     ///< where the code of the program begins (proc(5), stat field 26); 0 = not told
  __u64 comm[2];  ///< of the main thread: 16 bytes, ended by NUL
  __u32 inode;    ///< of the socket, on sockfs
  __u32 pid;
  __u32 tid;  ///< the task whose table it is; pid for the main thread's
  __u32 fd;
  __u32 parent;    ///< pid of the parent
  __u32 protocol;  ///< of the socket, IPPROTO_* for one of IP
};

/// Which sockets of TCP, UDP and UDP-Lite are told of; all others are, always.
// NOLINTNEXTLINE(readability-identifier-naming): a name in C
struct socket_choice {
  __u32 tcp_states;  ///< a bit for each (include/net/tcp_states.h): 1 << 10 is what listens
  __u16 local_port;  ///< in host byte order; 0: any
  __u16 peer_port;   ///< likewise
};

#define FILES_TOLD_AT_ONCE 4096

/// Where the program in file_tables.bpf.c leaves its records, as much as has place. It is shared with one reader, who
/// takes them, sets `count` to 0, and lets it go on.
// NOLINTNEXTLINE(readability-identifier-naming): a name in C
struct told_files {
  __u32 count;      ///< of `files`
  __u32 cut_tid;    ///< the task where the walk was cut short,
  __u64 cut_start;  ///< when its process began,
  __u32 cut_at;     ///< and the first descriptor that was not looked at
  __u32 unused;
  struct socket_file files[FILES_TOLD_AT_ONCE];
};

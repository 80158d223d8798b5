// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <linux/types.h>

/// What the program of bind_hash.bpf.c is asked: TCP ports in host byte order, which differ. In words of 64 bits, for the
/// kernel takes them for the arguments of a trace point.
// NOLINTNEXTLINE(readability-identifier-naming): a name in C
struct bind_hash_question {
  __u64 port;     ///< that of interest
  __u64 witness;  ///< one to which a socket is bound and nothing more: a walk that does not meet it is not believed
};

/// What it returns.
// NOLINTNEXTLINE(readability-identifier-naming): a name in C
enum bind_hash_answer {
  bind_hash_unknown,   ///< the table changed under the walk, or is none that the program knows
  bind_hash_long,      ///< more sockets are bound to the port than it is worth looking at
  bind_hash_inactive,  ///< one is, and neither listens nor is connected (ss: bound-inactive)
  bind_hash_none       ///< none is so
};

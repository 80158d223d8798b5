// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <linux/types.h>

/// What the program of bind_hash.bpf.c is asked: TCP ports in host byte order.
// NOLINTNEXTLINE(readability-identifier-naming): a name in C
struct bind_hash_question {
  __u16 port;     ///< that of interest
  __u16 witness;  ///< one to which a socket is bound and nothing more: a walk that does not meet it has missed others, too
};

/// What it returns.
// NOLINTNEXTLINE(readability-identifier-naming): a name in C
enum bind_hash_answer {
  bind_hash_unknown,   ///< the table changed under the walk, is too long, or is none that the program knows
  bind_hash_inactive,  ///< a socket is bound to the port and neither listens nor is connected (ss: bound-inactive)
  bind_hash_none       ///< there is no such socket
};

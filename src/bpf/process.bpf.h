// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include "bpf/kernel.bpf.h"
#include "bpf/socket_file.h"

// Readers of a pinned iterator may be anybody, whom the kernel does not tell where a program lies in memory (proc(5),
// stat); it is built a second time for them.
#ifdef FOR_EVERYBODY
#define tells_code 0
#else
#define tells_code 1
#endif

/// A record of the task that says nothing of a socket yet.
static void begin_record(struct socket_file* record, struct task_struct* task) {
  struct task_struct* process = READ(task, group_leader);
  struct task_struct* parent = READ(process, real_parent);
  struct mm_struct* memory = READ(process, mm);  // gone when the main thread has exited
  record->code = tells_code ? READ(memory, start_code) : 0;
  record->start = READ(process, start_boottime);
  bpf_core_read(record->comm, sizeof record->comm, &process->comm);
  record->parent = READ(parent, tgid);
  record->pid = READ(task, tgid);
  record->tid = READ(task, pid);
}

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
static void begin_record(struct socket_file* record, const struct task_struct* task) {
  const struct task_struct* process = task->group_leader;
  const struct mm_struct* memory = process->mm;  // gone when the main thread has exited
  record->code = tells_code && memory ? memory->start_code : 0;
  record->start = process->start_boottime;
  record->comm[0] = *(__u64*)&process->comm[0];
  record->comm[1] = *(__u64*)&process->comm[8];
  record->parent = process->real_parent->tgid;
  record->pid = task->tgid;
  record->tid = task->pid;
}

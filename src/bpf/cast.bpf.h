// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#pragma once

#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

extern void* bpf_rdonly_cast(const void* object, __u32 type) __ksym;  // Linux 6.2

/// What lies there, as a struct of the kernel, each field of which reads as 0 when it cannot be read.
#define AS(type, address) ((type*)bpf_rdonly_cast(address, bpf_core_type_id_kernel(type)))

static __u32 fence;

/// What follows is read later.
static void read_in_order(void) { __sync_val_compare_and_swap(&fence, 0, 0); }

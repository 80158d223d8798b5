// SPDX-License-Identifier: MIT
// Stands in for load.c where the feature `bpf` is off.
#include <cerrno>

#include "bpf/load.h"

int portscope_load_socket_files(const socket_choice* /*choice*/) { return -ENOSYS; }

file_tables portscope_load_file_tables(const socket_choice* /*choice*/) { return {-ENOSYS, -1}; }

int portscope_load_bind_hash() { return -ENOSYS; }

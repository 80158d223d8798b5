// SPDX-License-Identifier: MIT
#pragma once

#ifdef __cplusplus
extern "C" {
#endif

struct socket_choice;

/// Loads the program of socket_files.bpf.c, to tell of what is chosen, and attaches it. Returns the descriptor of the
/// link, of which iterators are made (bpf(2), BPF_ITER_CREATE); or -errno: ENOSYS when it was built without, EPERM
/// without CAP_BPF and CAP_PERFMON, others of kernels that cannot (it takes 5.17, and BTF).
int portscope_load_socket_files(const struct socket_choice* choice);

/// Two descriptors.
// NOLINTNEXTLINE(readability-identifier-naming): a name in C
struct file_tables {
  int link;  ///< as above, but its iterators are read for nothing but their end and EAGAIN; or -errno
  int told;  ///< of the map whose only value is a struct told_files, to be shared by mmap(2); -1: none to be had
};

/// Likewise with the program of file_tables.bpf.c.
struct file_tables portscope_load_file_tables(const struct socket_choice* choice);

/// Loads the program of bind_hash.bpf.c. Returns its descriptor, for BPF_PROG_RUN with a struct bind_hash_question as
/// the context, which returns an enum bind_hash_answer; or -errno as above (it takes 6.8).
int portscope_load_bind_hash(void);

#ifdef __cplusplus
}
#endif

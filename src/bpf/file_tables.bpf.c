// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Runs in the kernel, once for every task, and reads its table of descriptors without taking a single file: what
// socket_files.bpf.c tells, in less than a third of the time. What such a walk takes is the time of its cache misses (a
// file, its socket, its sock). So each is met for sixty-four files in a row, by steps that are short and do not branch:
// the processor then waits for many at once. A step need not ask for null either, of which every field reads as 0.
//
// Nothing is held on to, and what is read may have been freed meanwhile; a load cannot fault. It is believed for what
// is seen afterwards, in this order:
// - The task still has that table, and the table that array of files: who exits or leaves a table to others says so
//   before it is freed (exit_files, unshare_files), and an array that is replaced by a larger one lives until RCU lets
//   it go.
// - The file still is at its place, and the socket still is the file's. The kernel runs the program inside an RCU
//   read-side section (bpf_iter_run_prog), in which the memory of a socket cannot become another one's (sockfs frees
//   its inodes by RCU), while that of a file can (SLAB_TYPESAFE_BY_RCU, 6.7): so the socket was the file's all the time.
#include "bpf/cast.bpf.h"
#include "bpf/choice.bpf.h"
#include "bpf/process.bpf.h"

#define BATCH 64  // as many as a long has bits, here and in the kernel
_Static_assert(FILES_TOLD_AT_ONCE >= BATCH && (FILES_TOLD_AT_ONCE & (FILES_TOLD_AT_ONCE - 1)) == 0, "it is a mask, too");
/// Descriptors that are looked at in one go; then the iterator lets others have the processor.
#define BATCHES_AT_ONCE 1024

struct bpf_iter__task {
  struct bpf_iter_meta* meta;
  struct task_struct* task;
} OF_KERNEL;

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, 1);
  __type(key, __u32);
  __type(value, struct told_files);
} told SEC(".maps");

/// The descriptors of a task. What could not be read is 0.
struct table {
  struct task_struct* task;
  struct files_struct* files;
  struct fdtable* fdt;
  __u32 size;
  __u32 next;  // the first descriptor that was not looked at
};

/// Of a file of the batch.
struct seen {
  struct socket* socket;  // that it is; null: it is none, or left out
  struct sock* sk;        // may be null
  __u64 cookie;
  __u32 inode;
  __u16 protocol;
  __u16 family;  // for its way through the cache alone
};

static struct file* files_of_batch[BATCH];
static struct file* files_afterwards[BATCH];
static struct seen seen_of_batch[BATCH];
static struct socket_file begun;  // what records of this task have in common

#define WITHIN_BATCH(number) ((number) & (BATCH - 1))

static struct told_files* place_to_tell(void) {
  __u32 only = 0;
  return bpf_map_lookup_elem(&told, &only);
}

/// The inode of a socket lies behind it in memory (SOCK_INODE), ...
static long find_socket(__u32 number, void* unused) {
  __u32 i = WITHIN_BATCH(number);
  struct file* file = AS(struct file, files_of_batch[i]);
  void* data = file->private_data;
  void* inode = file->f_inode;
  seen_of_batch[i].socket = inode == data + bpf_core_field_offset(struct socket_alloc, vfs_inode) ? data : 0;
  return 0;
}

/// ... and it knows its file.
static long find_sock(__u32 number, void* unused) {
  __u32 i = WITHIN_BATCH(number);
  struct socket* socket = AS(struct socket, seen_of_batch[i].socket);
  if (socket->file != files_of_batch[i]) seen_of_batch[i].socket = 0;
  seen_of_batch[i].sk = socket->sk;
  return 0;
}

/// Brings it into the cache, for leave_out().
static long meet_sock(__u32 number, void* unused) {
  __u32 i = WITHIN_BATCH(number);
  seen_of_batch[i].family = AS(struct sock, seen_of_batch[i].sk)->__sk_common.skc_family;
  return 0;
}

static long leave_out(__u32 number, void* unused) {
  __u32 i = WITHIN_BATCH(number);
  if (is_left_out(AS(struct sock, seen_of_batch[i].sk))) seen_of_batch[i].socket = 0;
  return 0;
}

static long describe(__u32 number, void* unused) {
  struct seen* seen = &seen_of_batch[WITHIN_BATCH(number)];
  if (!seen->socket) return 0;
  struct inode* inode = (void*)seen->socket + bpf_core_field_offset(struct socket_alloc, vfs_inode);
  struct sock* sk = AS(struct sock, seen->sk);
  seen->inode = AS(struct inode, inode)->i_ino;
  seen->cookie = sk->__sk_common.skc_cookie.counter;
  seen->protocol = sk->sk_protocol;
  return 0;
}

static void look_at_batch(struct file** fds) {
  bpf_probe_read_kernel(files_of_batch, sizeof files_of_batch, fds);  // what cannot be read reads as zero
  bpf_loop(BATCH, find_socket, 0, 0);
  bpf_loop(BATCH, find_sock, 0, 0);
  if (is_choosy()) bpf_loop(BATCH, meet_sock, 0, 0);
  if (is_choosy()) bpf_loop(BATCH, leave_out, 0, 0);
  bpf_loop(BATCH, describe, 0, 0);
}

/// There is place for a whole batch.
static long write_record(__u32 number, const __u32* first) {
  __u32 i = WITHIN_BATCH(number);
  const struct seen* seen = &seen_of_batch[i];
  if (!seen->socket || files_afterwards[i] != files_of_batch[i]) return 0;
  if (AS(struct file, files_of_batch[i])->private_data != seen->socket) return 0;
  struct told_files* place = place_to_tell();
  if (!place) return 1;
  struct socket_file* record = &place->files[place->count & (FILES_TOLD_AT_ONCE - 1)];
  *record = begun;
  record->cookie = seen->cookie;
  record->inode = seen->inode;
  record->protocol = seen->protocol;
  record->fd = *first + i;
  ++place->count;
  return 0;
}

static void read_table(struct table* table) {
  table->files = AS(struct task_struct, table->task)->files;
  table->fdt = AS(struct files_struct, table->files)->fdt;
  table->size = AS(struct fdtable, table->fdt)->max_fds;
}

/// Whether it was the table of the task all the time.
static int is_still(const struct table* table) {
  read_in_order();
  return AS(struct files_struct, table->files)->fdt == table->fdt &&
         AS(struct task_struct, table->task)->files == table->files;
}

/// The bit of a descriptor is set before a file is there, and cleared after it has gone.
static int is_empty_batch(const struct fdtable* fdt, __u32 first) {
  unsigned long bits = ~0UL;
  bpf_probe_read_kernel(&bits, sizeof bits, fdt->open_fds + first / BATCH);
  return bits == 0;
}

/// One step; 1 when there is no other, or no place to tell more.
static long read_batch(__u32 number, struct table* table) {
  struct told_files* place = place_to_tell();
  __u32 first = table->next;
  read_table(table);
  if (first >= table->size) return is_still(table);
  if (!place || place->count > FILES_TOLD_AT_ONCE - BATCH) return 1;
  const struct fdtable* fdt = AS(struct fdtable, table->fdt);
  int is_empty = is_empty_batch(fdt, first);
  if (!is_empty) look_at_batch(fdt->fd + first);
  if (!is_still(table)) return 0;  // it has grown: the same batch again
  table->next = first + BATCH;
  if (is_empty) return 0;
  bpf_probe_read_kernel(files_afterwards, sizeof files_afterwards, fdt->fd + first);
  bpf_loop(BATCH, write_record, &first, 0);
  return 0;
}

/// Where a walk of this task begins: where the last one was cut short, or at its first descriptor.
static __u32 beginning(const struct told_files* place) {
  int is_same = place->cut_tid == begun.tid && place->cut_start == begun.start;
  return is_same ? place->cut_at : 0;
}

SEC("iter/task")
int tell(struct bpf_iter__task* ctx) {
  struct told_files* place = place_to_tell();
  if (!ctx->task || !place) return 0;  // the end
  // What the kernel trusts would have it look up its type among those that may be trusted, by name among all types:
  // milliseconds a program.
  struct task_struct* task = AS(struct task_struct, ctx->task);
  struct task_struct* process = task->group_leader;
  if (task->pid != task->tgid && process->files == task->files) return 0;  // told of with its main thread
  begin_record(&begun, task);
  struct table table = {.task = task, .next = beginning(place)};
  bpf_loop(BATCHES_AT_ONCE, read_batch, &table, 0);
  int is_cut = table.next < table.size;
  place->cut_at = is_cut ? table.next : 0;
  place->cut_tid = begun.tid;
  place->cut_start = begun.start;
  return is_cut;  // 1: the same task again, after the reader was told EAGAIN (bpf_seq_read)
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";

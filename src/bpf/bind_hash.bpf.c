// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Runs in the kernel when it is asked, and walks the table of the TCP ports that are bound (bhash,
// include/net/inet_hashtables.h): buckets, in each the ports of all network namespaces, for each port its local
// addresses, for each address its sockets. Only the sockets of two ports are looked at, where sock_diag visits those
// of all to tell who is bound and nothing more.
//
// No lock is taken, and what is read may have been freed meanwhile; a load cannot fault. Lists grow at their heads, and
// who leaves one is no longer pointed back from its successor. So a walk has missed nobody who was there all the time
// when each node it came to, after where it leads was read, still pointed back to where the walk came from.
#include "bpf/bind_hash.h"
#include "bpf/cast.bpf.h"
#include "bpf/kernel.bpf.h"

extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;

#define TCP_CLOSE 7  // include/net/tcp_states.h
/// Buckets, ports, addresses and sockets together; it is a walk of a twentieth of a second.
#define MOST_STEPS (1 << 18)

/// Where a list is to be continued.
struct place {
  struct hlist_node* node;  // to be visited next; null: the list has ended
  void* from;               // what points there
};

#define MET_INACTIVE 1
#define MET_WITNESS 2
#define LOST_WAY 4

/// Not on the stack, for the verifier would tell apart all that can stand there.
static struct {
  struct bind_hash_question question;
  struct net* net;
  void* buckets;
  __u32 count;  // of buckets
  __u32 bucket;
  struct place port;
  struct place address;
  struct place socket;
  __u32 seen;
} walk;

#define FIELD_AT(base, type, field) ((void*)(base) + bpf_core_field_offset(type, field))
#define HOLDER_OF(node, type, field) AS(type, (void*)(node) - bpf_core_field_offset(type, field))

static void enter(struct place* place, void* head) {
  place->from = head;
  place->node = AS(struct hlist_head, head)->first;
}

/// The node that is visited.
static void* next(struct place* place) {
  struct hlist_node* node = place->node;
  struct hlist_node* following = AS(struct hlist_node, node)->next;
  read_in_order();
  if (AS(struct hlist_node, node)->pprev != place->from) walk.seen |= LOST_WAY;
  place->from = node;  // its first field is what leads on
  place->node = following;
  return node;
}

static void visit_socket(void) {
  const struct sock_common* socket = HOLDER_OF(next(&walk.socket), struct sock_common, skc_bind_node);
  if (socket->skc_state != TCP_CLOSE) return;
  if (socket->skc_num == walk.question.witness) walk.seen |= MET_WITNESS;
  if (socket->skc_num == walk.question.port) walk.seen |= MET_INACTIVE;
}

static void visit_address(void) {
  void* address = HOLDER_OF(next(&walk.address), struct inet_bind2_bucket, bhash_node);
  enter(&walk.socket, FIELD_AT(address, struct inet_bind2_bucket, owners));
}

static void visit_port(void) {
  const struct inet_bind_bucket* port = HOLDER_OF(next(&walk.port), struct inet_bind_bucket, node);
  int is_asked = port->port == walk.question.port || port->port == walk.question.witness;
  if (is_asked && port->ib_net.net == walk.net) enter(&walk.address, FIELD_AT(port, struct inet_bind_bucket, bhash2));
}

static void visit_bucket(void) {
  void* bucket = walk.buckets + walk.bucket * bpf_core_type_size(struct inet_bind_hashbucket);
  enter(&walk.port, FIELD_AT(bucket, struct inet_bind_hashbucket, chain));
  ++walk.bucket;
}

/// All in one loop, though they are lists of lists: the verifier goes through a loop several times, and each time so
/// through one inside. Returns 1 at the end.
static long step(__u32 number, void* unused) {
  if (walk.socket.node) {
    visit_socket();
  } else if (walk.address.node) {
    visit_address();
  } else if (walk.port.node) {
    visit_port();
  } else if (walk.bucket < walk.count) {
    visit_bucket();
  } else {
    return 1;
  }
  return (walk.seen & (MET_INACTIVE | LOST_WAY)) != 0;
}

/// Where a walk begins.
static void prepare(const struct bind_hash_question* question) {
  const struct task_struct* task = AS(struct task_struct, (void*)bpf_get_current_task());
  walk.question = *question;
  walk.net = AS(struct nsproxy, task->nsproxy)->net_ns;
  void* tables = AS(struct net, walk.net)->ipv4.tcp_death_row.hashinfo;
  walk.buckets = AS(struct inet_hashinfo, tables)->bhash;
  walk.count = AS(struct inet_hashinfo, tables)->bhash_size;
  walk.bucket = 0;
  walk.port.node = walk.address.node = walk.socket.node = 0;
  walk.seen = 0;
}

SEC("syscall")
int look(const struct bind_hash_question* question) {
  prepare(question);
  bpf_rcu_read_lock();
  long steps = bpf_loop(MOST_STEPS, step, 0, 0);
  bpf_rcu_read_unlock();
  if (walk.seen & MET_INACTIVE) return bind_hash_inactive;
  return walk.seen == MET_WITNESS && steps < MOST_STEPS ? bind_hash_none : bind_hash_unknown;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
// Runs in the kernel when it is asked, and looks up two ports in the table of TCP ports that are bound (bhash,
// include/net/inet_hashtables.h): for each port its local addresses, for each address its sockets. sock_diag visits the
// sockets of all ports to tell who is bound and nothing more.
//
// No lock is taken, and what is read may have been freed meanwhile, and used again; a load cannot fault. Lists grow at
// their heads, and who leaves one is no longer pointed back to from its successor. So a walk has missed nobody who was
// there all the time when of each node it came to, after where it leads was read, two things hold: it points back to
// where the walk came from, and it names the list that is walked as its own. (Where a processor shows the writes of
// another one in another order, a node that left and came back in that moment might lead astray.)
//
// It is run by BPF_PROG_RUN and attached to nothing. The kernel runs this type inside an RCU read-side section.
#include "bpf/bind_hash.h"
#include "bpf/cast.bpf.h"
#include "bpf/kernel.bpf.h"

#define TCP_TIME_WAIT 6  // include/net/tcp_states.h
#define TCP_CLOSE 7
/// A hundredth of a second.
#define MOST_STEPS (1 << 15)

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
  __u64 ports[2];  // that of interest, and that of the witness
  __u32 next_port;
  struct net* net;
  struct inet_hashinfo* tables;
  __u64 port;    // that is walked, with
  __u32 bucket;  // its number,
  struct place in_bucket;
  struct place in_port;  // its addresses,
  struct inet_bind2_bucket* address;
  struct place in_address;  // and the sockets of one
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

static void expect(int is_so) {
  if (!is_so) walk.seen |= LOST_WAY;
}

/// As inet_bhashfn(). If that changes, the witness is not met either.
static __u32 bucket_of(__u64 port, struct net* net) {
  return ((__u32)port + AS(struct net, net)->hash_mix) & (AS(struct inet_hashinfo, walk.tables)->bhash_size - 1);
}

static void visit_socket(void) {
  struct sock_common* socket = HOLDER_OF(next(&walk.in_address), struct sock_common, skc_bind_node);
  int has_ended = socket->skc_state == TCP_TIME_WAIT;
  expect((has_ended ? AS(struct inet_timewait_sock, socket)->tw_tb2
                    : AS(struct inet_connection_sock, socket)->icsk_bind2_hash) == walk.address);
  if (socket->skc_state == TCP_CLOSE) walk.seen |= walk.port == walk.ports[0] ? MET_INACTIVE : MET_WITNESS;
}

static void visit_address(void) {
  walk.address = HOLDER_OF(next(&walk.in_port), struct inet_bind2_bucket, bhash_node);
  struct inet_bind2_bucket* address = AS(struct inet_bind2_bucket, walk.address);
  expect(address->port == walk.port && address->ib_net.net == walk.net);
  enter(&walk.in_address, FIELD_AT(address, struct inet_bind2_bucket, owners));
}

static void visit_port(void) {
  struct inet_bind_bucket* port = HOLDER_OF(next(&walk.in_bucket), struct inet_bind_bucket, node);
  expect(bucket_of(port->port, port->ib_net.net) == walk.bucket);
  if (port->port != walk.port || port->ib_net.net != walk.net) return;
  enter(&walk.in_port, FIELD_AT(port, struct inet_bind_bucket, bhash2));
}

static void visit_bucket(void) {
  walk.port = walk.ports[walk.next_port & 1];
  walk.bucket = bucket_of(walk.port, walk.net);
  void* bucket = (void*)AS(struct inet_hashinfo, walk.tables)->bhash +
                 walk.bucket * bpf_core_type_size(struct inet_bind_hashbucket);
  enter(&walk.in_bucket, FIELD_AT(bucket, struct inet_bind_hashbucket, chain));
  ++walk.next_port;
}

/// All in one loop, though they are lists of lists: the verifier goes through a loop several times, and each time so
/// through one inside. Returns 1 at the end.
static long step(__u32 number, void* unused) {
  if (walk.in_address.node) {
    visit_socket();
  } else if (walk.in_port.node) {
    visit_address();
  } else if (walk.in_bucket.node) {
    visit_port();
  } else if (walk.next_port < 2) {
    visit_bucket();
  } else {
    return 1;
  }
  return (walk.seen & (MET_INACTIVE | LOST_WAY)) != 0;
}

static void prepare(const struct bind_hash_question* question) {
  struct task_struct* task = AS(struct task_struct, (void*)bpf_get_current_task());
  walk.ports[0] = question->port;
  walk.ports[1] = question->witness;
  walk.next_port = 0;
  walk.net = AS(struct nsproxy, task->nsproxy)->net_ns;
  walk.tables = AS(struct net, walk.net)->ipv4.tcp_death_row.hashinfo;
  walk.in_bucket.node = walk.in_port.node = walk.in_address.node = 0;
  walk.seen = 0;
}

SEC("raw_tp/none")
int look(const struct bind_hash_question* question) {
  prepare(question);
  long steps = bpf_loop(MOST_STEPS, step, 0, 0);
  if (walk.seen & MET_INACTIVE) return bind_hash_inactive;
  if (steps == MOST_STEPS) return bind_hash_long;
  return walk.seen == MET_WITNESS ? bind_hash_none : bind_hash_unknown;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";

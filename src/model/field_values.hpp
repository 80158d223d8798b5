// SPDX-License-Identifier: MIT
#pragma once

#include "model/judge.hpp"
#include "portscope/expression.hpp"

namespace portscope {

// What a socket says about each field, told to a Judge. Those that need more than the row are only
// called with Facts::snapshot.

void tell_state(const Facts& facts, Judge& judge);
void tell_transport(const Facts& facts, Judge& judge);
void tell_family(const Facts& facts, Judge& judge);
void tell_local_port(const Facts& facts, Judge& judge);
/// As ss has it: a socket without a peer has peer port 0.
void tell_peer_port(const Facts& facts, Judge& judge);
void tell_ports(const Facts& facts, Judge& judge);
void tell_interface(const Facts& facts, Judge& judge);
void tell_cgroup(const Facts& facts, Judge& judge);
void tell_uid(const Facts& facts, Judge& judge);
void tell_scope(const Facts& facts, Judge& judge);
void tell_direction(const Facts& facts, Judge& judge);
void tell_inode(const Facts& facts, Judge& judge);
void tell_cookie(const Facts& facts, Judge& judge);
void tell_recv_queue(const Facts& facts, Judge& judge);
void tell_send_queue(const Facts& facts, Judge& judge);
void tell_drops(const Facts& facts, Judge& judge);
void tell_netns(const Facts& facts, Judge& judge);

void tell_age(const Facts& facts, Judge& judge);
void tell_rtt(const Facts& facts, Judge& judge);
void tell_retransmits(const Facts& facts, Judge& judge);
void tell_bytes_sent(const Facts& facts, Judge& judge);
void tell_bytes_received(const Facts& facts, Judge& judge);

void tell_process_names(const Facts& facts, Judge& judge);
void tell_executables(const Facts& facts, Judge& judge);
void tell_command_lines(const Facts& facts, Judge& judge);
void tell_pids(const Facts& facts, Judge& judge);
void tell_units(const Facts& facts, Judge& judge);
void tell_containers(const Facts& facts, Judge& judge);
void tell_pods(const Facts& facts, Judge& judge);

/// Whether a target's restrictions hold of one end alone, and of nothing that covers it. A missing
/// peer counts as the wildcard with port 0, as in the kernel's tables.
Truth local_end_holds(const Condition& condition, const Facts& facts);
Truth peer_end_holds(const Condition& condition, const Facts& facts);
Truth target_holds(const Condition& condition, const Facts& facts);
Truth mark_holds(const Condition& condition, const Facts& facts);

}  // namespace portscope

// SPDX-License-Identifier: MIT
#pragma once

#include <linux/types.h>

#include "collect/family.hpp"
#include "collect/inet_row.hpp"

namespace collect {

/// An address and port as the kernel's structs hold them, in network order: four words, of which IPv4 (AF_INET) uses
/// the first.
portscope::Endpoint endpoint_of(std::uint8_t family, const __be32 (&words)[4], __be16 port);

/// One struct inet_diag_msg (linux/inet_diag.h) with the attributes that belong to the row.
InetRow parse_inet(portscope::Transport transport, sys::Bytes body);

/// The attributes of such a message.
sys::Bytes attributes_of(sys::Bytes body);

/// Its details, as far as they were asked for.
void keep_inet_details(sys::Bytes body, const Question& question, portscope::Socket& socket);

/// The states that must be read for the answer: those that were asked for, and those that others
/// are explained by.
portscope::EnumSet<portscope::State> states_to_read(const Question& question);

/// Whether the first reading of a large table takes in all that the kernel counts, where only a part was asked for: its
/// count proves one reading of the whole complete, while of a part two are needed. So where the established ones must
/// be read, mostly the largest part, and the kernel decides nothing else.
bool may_read_all_counted(const Family& family, const Question& question);

}  // namespace collect

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

/// The states that must be read for the answer: those that were asked for, those that others are explained by, and
/// those by which it is shown to be complete.
portscope::EnumSet<portscope::State> states_to_read(portscope::Transport transport, const Question& question);

}  // namespace collect

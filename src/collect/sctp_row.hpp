// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "collect/family.hpp"

namespace collect {

/// An SCTP endpoint or one of its associations, as every road tells it.
struct SctpRow {
  portscope::Socket socket;
  bool association = false;
  std::vector<portscope::Endpoint> locals;  ///< all addresses of this end
  std::vector<portscope::Endpoint> peers;   ///< all addresses of the other end; associations only
};

/// States of an association (enum sctp_state, include/net/sctp/constants.h), and of an endpoint
/// (enum sctp_sock_state), in the words of connections.
portscope::State association_state(unsigned number);
portscope::State endpoint_state(unsigned number);

/// Hands the rows that were asked for to the pass. The kernel lists an endpoint before each of its
/// associations, and some twice: one that merely carries associations is left out, since each of
/// them says all that it does.
void keep_sctp(const Question& question, Pass& pass, const std::vector<SctpRow>& rows);

}  // namespace collect

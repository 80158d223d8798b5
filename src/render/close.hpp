// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "portscope/close_sockets.hpp"
#include "render/view.hpp"

namespace render {

/// Which sockets are to be closed, and what came of it.
struct CloseAnswer {
  portscope::Snapshot snapshot;
  std::vector<std::uint32_t> sockets;  ///< positions, in the order of the table
  bool dry_run = false;
  portscope::CloseResult result = portscope::CloseResult::planned;
  std::vector<portscope::ClosedSocket> closed{};  ///< once something was done; dry, those that would not be
};

/// The sockets in a table.
void write_close_plan(const CloseAnswer& answer, const Look& look, const Sink& sink);

/// How many were closed, and why others were not.
void write_close_outcome(const CloseAnswer& answer, const Sink& sink);

/// All of it as one JSON document (portscope.close/1).
void write_close_json(const CloseAnswer& answer, const Look& look, const Sink& sink);

}  // namespace render

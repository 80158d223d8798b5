// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "portscope/end_holders.hpp"
#include "portscope/port_owners.hpp"
#include "render/view.hpp"

namespace render {

/// What is to be done about a port, and what came of it.
struct KillAnswer {
  std::string target;  ///< as it was typed
  portscope::Snapshot before;
  std::vector<portscope::PortOwner> holders;
  bool dry_run = false;
  portscope::EndResult result = portscope::EndResult::planned;
  std::vector<portscope::Ended> ended;         ///< once something was done
  std::optional<portscope::Snapshot> after{};  ///< likewise
};

/// Who holds the port, who would be ended, and who is not.
void write_kill_plan(const KillAnswer& answer, const Look& look, const Sink& sink);

/// What became of each, and of the port.
void write_kill_outcome(const KillAnswer& answer, const Look& look, const Sink& sink);

/// All of it as one JSON document (portscope.kill/1).
void write_kill_json(const KillAnswer& answer, const Look& look, const Sink& sink);

}  // namespace render

// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "portscope/snapshot.hpp"
#include "render/view.hpp"

namespace render {

/// A target in a sentence: `port 8080`, or as it was typed where it says more.
std::string target_text(std::string_view target);
/// The same at its beginning.
std::string target_title(std::string_view target);

/// The sockets that have their port for themselves (portscope::holds_port), as positions in the snapshot.
std::vector<std::uint32_t> holding_rows(const portscope::Snapshot& snapshot);

/// These sockets in a table: what they are, and who has them.
void write_holding(const portscope::Snapshot& snapshot, const std::vector<std::uint32_t>& rows, const Look& look,
                   const Sink& sink);

/// What else is on the port: `2 established, 1 time_wait (57 s)`; empty when there is nothing.
std::string connections_text(const portscope::Snapshot& snapshot);

/// The same in a sentence, with what it means for who wants the port; nothing when there is nothing.
void write_connections(const portscope::Snapshot& snapshot, const Sink& sink);

/// A process in one line: `4711 node: node server.js (alice, app.service, since 2026-01-02T03:04:05Z)`.
std::string process_text(const portscope::Snapshot& snapshot, const portscope::Process& process);

/// Writes `visible`, no wider than the look has room.
void write_line(std::string_view visible, const Look& look, const Sink& sink);

}  // namespace render

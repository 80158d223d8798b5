// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "portscope/take_snapshot.hpp"
#include "render/json_writer.hpp"
#include "render/view.hpp"

namespace render {

/// What must be collected for sockets as JSON has them when nobody chose columns.
portscope::EnumSet<portscope::Need> socket_json_needs();

/// An array of these sockets, each as in the document of list.
void write_socket_array(JsonWriter& json, const portscope::Snapshot& snapshot, const std::vector<std::uint32_t>& rows);

/// A document as that of list, with these sockets alone.
void write_socket_document(const portscope::Snapshot& snapshot, const std::vector<std::uint32_t>& rows,
                           const Look& look, const Sink& sink);

}  // namespace render

// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "portscope/snapshot.hpp"
#include "render/json_writer.hpp"

namespace render {

/// What every JSON document begins with: schema, version, time, host, complete, gaps. The
/// object's bracket is the caller's.
void write_document_head(JsonWriter& json, std::string_view schema, const portscope::Snapshot& snapshot);

/// One element of `gaps`.
void write_gap(JsonWriter& json, const portscope::Gap& gap);

/// The member `host`.
void write_host(JsonWriter& json, const portscope::Host& host);

/// A member with a text, null when it is not known.
void write_known(JsonWriter& json, std::string_view key, std::string_view text, bool known);

}  // namespace render

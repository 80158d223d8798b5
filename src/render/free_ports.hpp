// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>

#include "portscope/free_ports.hpp"
#include "render/view.hpp"

namespace render {

/// A port a line.
void write_free(const portscope::FreePorts& found, const Sink& sink);

/// One document of schema portscope.free/1.
void write_free_json(const portscope::FreePorts& found, const portscope::FreeRequest& request, const Look& look,
                     const Sink& sink);

/// A line for standard error, when there were fewer than that.
std::string shortage_of_ports(const portscope::FreePorts& found, std::size_t wanted);

}  // namespace render

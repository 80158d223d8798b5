// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "render/cell.hpp"

namespace render {

/// Appends one field of CSV (separator `,`) or TSV (tab), harmless for whoever reads it.
void append_field(std::string& out, const Cell& cell, char separator);

}  // namespace render

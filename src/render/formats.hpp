// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string_view>

#include "render/view.hpp"

namespace render {

/// One way to write an answer down.
struct Format {
  std::string_view name;  ///< for --format
  std::string_view help;
  Layout layout;  ///< the columns it shows when nobody chose; a table picks its own
  portscope::EnumSet<portscope::Need> needs;
  void (*write)(const View& view, const Sink& sink);
};

/// THE table of formats; the first is the default.
std::span<const Format> formats();

/// The format of that name, or nullptr.
const Format* find_format(std::string_view name);

// The writers, each in a file of its own.
void write_table(const View& view, const Sink& sink);
void write_json(const View& view, const Sink& sink);
void write_jsonl(const View& view, const Sink& sink);
void write_csv(const View& view, const Sink& sink);
void write_tsv(const View& view, const Sink& sink);

}  // namespace render

// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/parse.hpp"
#include "portscope/bind.hpp"
#include "portscope/take_snapshot.hpp"
#include "render/formats.hpp"

namespace cli {

/// Those that -4 and -6 choose among.
inline constexpr portscope::EnumSet<portscope::Family> ip_families{portscope::Family::ipv4, portscope::Family::ipv6};

/// What the options say one by one, before it is known how they fit together.
struct Wishes {
  std::optional<std::string> text;  ///< an answer that needs no socket; the first one wins
  portscope::EnumSet<portscope::Transport> transports;
  portscope::EnumSet<portscope::Family> families;
  portscope::SourceChoice source = portscope::SourceChoice::any;
  portscope::OwnerRoad owners = portscope::OwnerRoad::any;
  portscope::PushDown push_down = portscope::PushDown::on;
  bool listen = false;
  bool all = false;
  bool bound = false;
  bool summary = false;
  bool explain_filter = false;
  bool one_line = false;
  bool header = true;
  bool pretty = false;
  bool quiet = false;
  bool strict = false;
  bool reuse_address = false;
  bool reuse_port = false;
  bool v6_only = false;
  std::string user;  ///< who would bind; empty: the caller
  portscope::Probing probing = portscope::Probing::on;
  std::size_t count = 1;
  bool exec = false;
  portscope::EnumSet<render::Layout> extras;  ///< columns besides the usual ones
  std::optional<bool> color;                  ///< nothing: auto
  std::vector<const render::Column*> columns;
  std::vector<render::SortKey> sort;
  const render::Format* format = &render::formats().front();
  std::string output;
  bool yes = false;
  bool dry_run = false;
  bool force = false;
  std::optional<std::chrono::milliseconds> grace;
  bool free = false;
  std::optional<std::chrono::milliseconds> timeout;
  std::optional<std::chrono::milliseconds> interval;  ///< look again and again
  std::optional<std::chrono::milliseconds> duration;  ///< for so long
};

/// Reads the options in their order; the later of two that contradict each other wins. Throws
/// UsageError for an argument that is none of the words it may be.
Wishes gather(const std::vector<Given>& options);

}  // namespace cli

// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "portscope/snapshot.hpp"
#include "render/view.hpp"

namespace sample {

/// A small machine with one of everything that is hard to write down: dual-stack and v6-only
/// listeners, a full queue, mapped and scoped addresses, shared and hidden and kernel-made
/// sockets, Unix names of every kind, and names that attack the terminal. Fixed in time and host.
portscope::Snapshot snapshot();

/// What a writer of bytes writes.
std::string written(const std::function<void(const render::Sink&)>& writer);

/// `view` of the whole snapshot in its usual order, with the columns of `layout`.
render::View view(const portscope::Snapshot& snapshot, render::Layout layout);

/// `view` in the format of that name.
std::string in_format(std::string_view format, const render::View& view);

}  // namespace sample

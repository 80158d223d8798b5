// SPDX-License-Identifier: MIT
// One question to the doors, put together.
#pragma once

#include "collect/family.hpp"
#include "support/fake_diag.hpp"
#include "support/fake_proc.hpp"

namespace fake {

using collect::family_of;

/// Everything of every protocol.
inline portscope::Request ask_all() {
  portscope::Request request;
  request.selection.transports = portscope::every<portscope::Transport>();
  return request;
}

/// Fake doors, and a question to them.
struct Asking {
  Diag diag;
  Proc tree;
  portscope::Request request = ask_all();
  portscope::StringPool strings;
  portscope::DetailStore details;

  /// The reading of that number, of several.
  collect::Pass dump(portscope::Transport transport, unsigned number = 0) {
    const sys::Proc proc = tree.open();
    const auto& family = family_of(transport);
    return family.dump(family, {{diag, proc}, request, strings, details, nullptr, {}, nullptr, {number}});
  }
  collect::Pass scan(portscope::Transport transport) {
    const sys::Proc proc = tree.open();
    const auto& family = family_of(transport);
    return family.scan(family, {{diag, proc}, request, strings, details});
  }
};

}  // namespace fake

// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "portscope/bind.hpp"
#include "render/view.hpp"

namespace render {

/// A port that was asked about, as it was asked.
struct PortTarget {
  portscope::Transport transport = portscope::Transport::tcp;
  std::string address;  ///< `*`: both wildcards
  std::uint16_t port = 0;
  std::string interface;  ///< empty: none
};

/// An answer with what it is drawn from. All of it must outlive the writing.
struct WhyPage {
  const portscope::BindView& view;
  const portscope::BindAnswer& answer;
  const PortTarget& target;
  Look look;
};

/// EADDRINUSE and the like; the number for one that libc does not know.
std::string error_word(int error);

/// For people.
void write_why(const WhyPage& page, const Sink& sink);

/// One document of schema portscope.why/1.
void write_why_json(const WhyPage& page, const Sink& sink);

}  // namespace render

// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "portscope/bind.hpp"

namespace render {

/// A line of text for people, harmless, and how far it stands in.
struct TextLine {
  std::size_t indent = 0;
  std::string text;
};

/// Tells who holds a socket, or why nobody does; each process in full only once.
class Culprits {
 public:
  explicit Culprits(const portscope::BindView& view) : view_(view), snapshot_(view.snapshot) {}

  std::vector<TextLine> lines_of(const portscope::Socket& socket);

 private:
  void add_process(std::vector<TextLine>& lines, const portscope::Process& process);
  [[nodiscard]] std::string unheld(const portscope::Socket& socket) const;
  [[nodiscard]] std::string title(const portscope::Process& process) const;
  [[nodiscard]] std::string command(const portscope::Process& process) const;

  const portscope::BindView& view_;
  const portscope::Snapshot& snapshot_;
  std::set<std::int32_t> told_;
};

}  // namespace render

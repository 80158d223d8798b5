// SPDX-License-Identifier: MIT
#include "render/ends.hpp"
#include "render/text.hpp"

namespace render {

namespace {

/// The width of what is known to be plain; nothing where the text must be made to tell.
struct KnownWidth {
  using Width = std::optional<std::size_t>;

  Width operator()(std::monostate) const { return 1; }
  Width operator()(const Inapplicable&) const { return 1; }
  Width operator()(std::uint64_t value) const { return decimal_width(value); }
  Width operator()(const Word& word) const { return word.text.size(); }
  Width operator()(const End& end) const { return known_end_width(end); }
  Width operator()(const Text& text) const {
    const bool plain = !text.bytes.empty() && text.bytes != "-" && is_plain(text.bytes);
    return plain ? Width(text.bytes.size()) : Width();
  }
  Width operator()(const User& user) const { return user.has_name ? (*this)(user.name) : decimal_width(user.uid); }
  template <class Value>
  Width operator()(const Value& /*value*/) const {
    return {};
  }
};

}  // namespace

std::size_t TextMeter::width(const Cell& cell) {
  if (const auto known = std::visit(KnownWidth{}, cell)) return *known;
  text_.clear();
  append_text(text_, cell, brevity_);
  return display_width(text_);
}

}  // namespace render

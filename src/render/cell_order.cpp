// SPDX-License-Identifier: MIT
#include <algorithm>

#include "render/ends.hpp"

namespace render {

namespace {

std::strong_ordering order(const End& a, const End& b) { return order_ends(a, b); }

std::strong_ordering order(const EndAddress& a, const EndAddress& b) { return order_ends(a, b); }

std::strong_ordering order(const User& a, const User& b) {
  if (const auto names = a.name <=> b.name; names != 0) return names;
  return a.uid <=> b.uid;
}

/// Owners by what is read in the column, so that those of one name stand together.
std::strong_ordering order(const Owners& a, const Owners& b) {
  std::string left;
  std::string right;
  append_text(left, a, {});
  append_text(right, b, {});
  return left <=> right;
}

std::strong_ordering order(const ListenQueue& a, const ListenQueue& b) {
  return a.socket->recv_queue <=> b.socket->recv_queue;
}

std::strong_ordering order(const NetnsCell& a, const NetnsCell& b) { return a.netns->id <=> b.netns->id; }

/// Details by what is read in the line.
std::strong_ordering order(const Details& a, const Details& b) {
  return a.view->line(*a.snapshot, *a.socket) <=> b.view->line(*b.snapshot, *b.socket);
}

std::strong_ordering order(const std::vector<Member>& a, const std::vector<Member>& b) {
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    if (const auto values = compare(a[i].value, b[i].value); values != 0) return values;
  }
  return a.size() <=> b.size();
}
std::strong_ordering order(const Object& a, const Object& b) { return order(a.members, b.members); }
std::strong_ordering order(const Array& a, const Array& b) { return order(a.elements, b.elements); }

template <class Value>
std::strong_ordering order(const Value& a, const Value& b) {
  return a <=> b;
}

}  // namespace

std::strong_ordering compare(const Cell& a, const Cell& b) {
  if (const auto kind = a.index() <=> b.index(); kind != 0) return kind;
  return std::visit(
      [&](const auto& left) -> std::strong_ordering {
        using Value = std::decay_t<decltype(left)>;
        return order(left, std::get<Value>(b));
      },
      a);
}

}  // namespace render

// SPDX-License-Identifier: MIT
#include <algorithm>

#include "render/cell.hpp"

namespace render {

using portscope::Endpoint;
using portscope::UnixEndpoint;

namespace {

std::strong_ordering order(const End& a, const End& b) {
  if (const auto kind = a.end->index() <=> b.end->index(); kind != 0) return kind;
  return std::visit(portscope::EachKind{[](std::monostate) { return std::strong_ordering::equal; },
                                        [&](const Endpoint& ip) { return ip <=> *portscope::inet(*b.end); },
                                        [&](const UnixEndpoint& name) {
                                          return a.snapshot->text(name.name) <=>
                                                 b.snapshot->text(portscope::unix_end(*b.end)->name);
                                        }},
                    *a.end);
}

std::strong_ordering order(const EndAddress& a, const EndAddress& b) {
  return order(static_cast<const End&>(a), static_cast<const End&>(b));
}

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

// SPDX-License-Identifier: MIT
// What GoogleTest writes for values of ours when an expectation fails.
#pragma once

#include <ostream>

#include "portscope/endpoint.hpp"
#include "portscope/enum_set.hpp"
#include "portscope/protocol.hpp"
#include "portscope/selection.hpp"

namespace portscope {

inline void PrintTo(const Address& address, std::ostream* out) { *out << address.to_string(); }
inline void PrintTo(const Endpoint& end, std::ostream* out) { *out << end.address.to_string() << " port " << end.port; }
inline void PrintTo(Transport value, std::ostream* out) { *out << name(value); }
inline void PrintTo(Family value, std::ostream* out) { *out << name(value); }
inline void PrintTo(State value, std::ostream* out) { *out << name(value); }
inline void PrintTo(OwnerStatus value, std::ostream* out) { *out << name(value); }
inline void PrintTo(const PortRange& range, std::ostream* out) { *out << range.first << '-' << range.last; }

template <class E>
requires requires { Names<E>::list; }
void PrintTo(const EnumSet<E>& set, std::ostream* out) {
  for (std::size_t i = 0; i < Names<E>::list.size(); ++i) {
    if (set.contains(static_cast<E>(i))) *out << Names<E>::list[i] << ' ';
  }
}

}  // namespace portscope

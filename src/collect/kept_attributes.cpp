// SPDX-License-Identifier: MIT
#include "collect/kept_attributes.hpp"

#include <linux/sock_diag.h>

#include <algorithm>
#include <array>

namespace collect {

void keep_attributes(sys::Bytes attributes, std::span<const KeptAttribute> table, const Question& question,
                     portscope::Socket& socket) {
  while (const auto attribute = sys::next_attribute(attributes)) {
    const auto row = std::find_if(table.begin(), table.end(), [&](const KeptAttribute& kept) {
      return kept.type == attribute->type && (!kept.need || question.needs(*kept.need));
    });
    if (row != table.end()) socket.details = question.details.add(socket.details, row->kind, attribute->payload);
  }
}

std::optional<std::uint32_t> drops_of(sys::Bytes meminfo) {
  constexpr std::size_t place = SK_MEMINFO_DROPS * sizeof(std::uint32_t);
  if (meminfo.size() < place + sizeof(std::uint32_t)) return std::nullopt;
  return sys::copy_from<std::uint32_t>(meminfo.subspan(place));
}

portscope::Shutdown shutdown_of(unsigned mask) {
  using portscope::Shutdown;
  constexpr std::array names{Shutdown::none, Shutdown::receive, Shutdown::send, Shutdown::both};
  return names.at(mask & 3U);
}

void dump_family(const Question& question, Pass& pass, sys::Bytes request, std::size_t least,
                 const std::function<void(sys::Bytes body)>& on_row) {
  const auto end = question.doors.diag.dump({SOCK_DIAG_BY_FAMILY, request}, [&](sys::Bytes body) {
    if (body.size() < least) return;  // not a row of ours; never read past it
    ++pass.counted;
    on_row(body);
  });
  pass.error = end.error;
  pass.whole = end.in_one_piece;
}

}  // namespace collect

// SPDX-License-Identifier: MIT
#include "collect/xt_entries.hpp"

#include <netinet/in.h>

#include <linux/netfilter.h>

#include <cstring>
#include <utility>

#include "sys/ip_tables.hpp"

namespace collect {

namespace {

// One reader for matches and targets.
static_assert(sizeof(xt_entry_match) == sizeof(xt_entry_target));
static_assert(offsetof(xt_entry_match, u.user.name) == offsetof(xt_entry_target, u.user.name));
static_assert(offsetof(xt_entry_match, u.user.revision) == offsetof(xt_entry_target, u.user.revision));

template <class Entry>
std::optional<XtEntry> read_entry(sys::Bytes table, std::size_t at) {
  if (at > table.size() || table.size() - at < sizeof(Entry)) return std::nullopt;
  const sys::Bytes rest = table.subspan(at);
  const auto head = sys::copy_from<Entry>(rest);
  const bool fits =
      sizeof(Entry) <= head.target_offset && head.target_offset <= head.next_offset && head.next_offset <= rest.size();
  if (!fits) return std::nullopt;
  sys::Bytes target = rest.subspan(head.target_offset, head.next_offset - head.target_offset);
  auto read = take_extension(target);
  if (!read) return std::nullopt;
  return XtEntry{at, head.next_offset, rest.first(sizeof(Entry)),
                 rest.subspan(sizeof(Entry), head.target_offset - sizeof(Entry)), std::move(*read)};
}

}  // namespace

std::optional<XtExtension> take_extension(sys::Bytes& rest) {
  if (rest.size() < sizeof(xt_entry_match)) return std::nullopt;
  const auto head = sys::copy_from<xt_entry_match>(rest).u.user;
  if (head.match_size < sizeof(xt_entry_match) || head.match_size > rest.size()) return std::nullopt;
  const sys::Bytes info = rest.subspan(sizeof(xt_entry_match), head.match_size - sizeof(xt_entry_match));
  rest = rest.subspan(head.match_size);
  return XtExtension{{head.name, ::strnlen(head.name, sizeof head.name)}, head.revision, info};
}

std::optional<XtEntry> entry_at(std::uint8_t family, sys::Bytes table, std::size_t at) {
  return family == NFPROTO_IPV6 ? read_entry<ip6t_entry>(table, at) : read_entry<ipt_entry>(table, at);
}

}  // namespace collect

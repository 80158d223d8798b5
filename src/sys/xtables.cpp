// SPDX-License-Identifier: MIT
#include "sys/xtables.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sys/fd.hpp"
#include "sys/ip_tables.hpp"

namespace sys {

namespace {

// Both families are asked in the same way, by the same numbers, each at the level of its own protocol.
static_assert(sizeof(ipt_getinfo) == sizeof(ip6t_getinfo));
static_assert(offsetof(ipt_get_entries, entrytable) == offsetof(ip6t_get_entries, entrytable));
static_assert(sizeof(ipt_get_entries) == sizeof(ip6t_get_entries));

/// Whom to ask: the kernel takes the question on any socket of the family.
struct Place {
  const Fd& fd;
  int level;
  std::string_view table;
};

/// 0, or the errno. The kernel wants the length to fit to the byte.
int ask_kernel(const Place& place, int option, void* answer, std::size_t size) {
  auto length = static_cast<socklen_t>(size);
  return ::getsockopt(place.fd.number(), place.level, option, answer, &length) == 0 ? 0 : errno;
}

/// A name that is too long is the name of no table, cut short or not.
void write_name(std::string_view table, char (&name)[XT_TABLE_MAXNAMELEN]) {
  std::memcpy(name, table.data(), std::min(table.size(), sizeof name - 1));
}

Result<ipt_getinfo> read_info(const Place& place) {
  ipt_getinfo info{};
  write_name(place.table, info.name);
  const int error = ask_kernel(place, IPT_SO_GET_INFO, &info, sizeof info);
  return error == 0 ? Result<ipt_getinfo>(info) : Result<ipt_getinfo>::failure(error);
}

/// EAGAIN where they are of another size by now (get_entries, net/ipv4/netfilter/ip_tables.c).
Result<std::vector<std::byte>> read_entries(const Place& place, std::uint32_t size) {
  using Entries = Result<std::vector<std::byte>>;
  constexpr std::uint32_t most = 1U << 30U;  // what fits in the int that getsockopt(2) is given
  if (size > most) return Entries::failure(EFBIG);
  std::vector<std::byte> all(sizeof(ipt_get_entries) + size);
  auto* const head = reinterpret_cast<ipt_get_entries*>(all.data());
  write_name(place.table, head->name);
  head->size = size;
  if (const int error = ask_kernel(place, IPT_SO_GET_ENTRIES, all.data(), all.size()); error != 0)
    return Entries::failure(error);
  all.erase(all.begin(), all.begin() + offsetof(ipt_get_entries, entrytable));
  all.resize(size);
  return all;
}

/// EAGAIN when somebody has changed the rules meanwhile: hooks and entries come by two calls.
Result<XtTable> read_once(const Place& place) {
  const auto info = read_info(place);
  if (!info) return Result<XtTable>::failure(info.error());
  auto entries = read_entries(place, info->size);
  if (!entries) return Result<XtTable>::failure(entries.error());
  const auto afterwards = read_info(place);
  if (!afterwards) return Result<XtTable>::failure(afterwards.error());
  if (std::memcmp(&*info, &*afterwards, sizeof *info) != 0) return Result<XtTable>::failure(EAGAIN);
  XtTable table{info->valid_hooks, {}, std::move(*entries)};
  std::copy(std::begin(info->hook_entry), std::end(info->hook_entry), table.hook_entry.begin());
  return table;
}

}  // namespace

Result<XtTable> RealXtTables::read(int family, std::string_view table) const {
  const Fd fd(::socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!fd) return Result<XtTable>::failure(errno);
  const Place place{fd, family == AF_INET6 ? static_cast<int>(IPPROTO_IPV6) : static_cast<int>(IPPROTO_IP), table};
  constexpr int most_tries = 5;
  auto result = Result<XtTable>::failure(EAGAIN);
  for (int tries = 0; tries < most_tries && result.error() == EAGAIN; ++tries) result = read_once(place);
  return result;
}

}  // namespace sys

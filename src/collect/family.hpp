// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "collect/neighbours.hpp"
#include "portscope/kernel_filter.hpp"
#include "portscope/snapshot.hpp"
#include "portscope/take_snapshot.hpp"
#include "sys/bind_hash.hpp"
#include "sys/borrowed_socket.hpp"
#include "sys/diag.hpp"
#include "sys/inodes_so_far.hpp"
#include "sys/proc.hpp"
#include "sys/socket_files.hpp"

namespace collect {

struct Memory;

/// The doors to the kernel; tests put their own behind them.
struct Doors {
  sys::Diag& diag;
  const sys::Proc& proc;
  sys::SocketFiles* files = nullptr;   ///< null: there are no iterators
  sys::BindHash* bind_hash = nullptr;  ///< null: it cannot be looked at
};

/// Of the readings of a table one.
struct Turn {
  unsigned number = 0;                       ///< of those before it
  std::uint64_t in_table = 0;                ///< how many sockets the kernel counts there; 0: not known
  const sys::InodesSoFar* so_far = nullptr;  ///< when the first began
};

/// What is asked, of whom, and where texts and details are kept.
// NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): its references make whoever builds it name all
struct Question {
  Doors doors;
  const portscope::Request& request;
  portscope::StringPool& strings;
  portscope::DetailStore& details;
  Neighbours* neighbours = nullptr;             ///< notes every row that is seen, wanted or not; null when nobody asked
  portscope::EnumSet<portscope::Need> shown{};  ///< of the request's needs, those that not only the filter has
  const portscope::KernelFilter* only = nullptr;  ///< of the neighbours those that matter; null: all
  Turn turn{};                                    ///< which reading of a table it is
  Memory* memory = nullptr;                       ///< of earlier looks; null: this is the only one

  [[nodiscard]] bool needs(portscope::Need need) const { return request.needs.contains(need); }
};

/// The families that must be read for the answer: an IPv4 client may talk to an IPv6 socket here, so
/// who called whom is told by both.
inline portscope::EnumSet<portscope::Family> families_to_read(const Question& question) {
  constexpr portscope::EnumSet<portscope::Family> both{portscope::Family::ipv4, portscope::Family::ipv6};
  const auto asked = question.request.selection.families;
  return question.neighbours != nullptr ? asked | both : asked;
}

/// seq_file hands out /proc a page at a time.
inline constexpr std::size_t page_of_proc = 4096;

/// Cookie where there is one, else inode; both roads give one of them.
constexpr std::uint64_t number_of(const portscope::Socket& socket) {
  return socket.cookie != 0 ? socket.cookie : socket.inode;
}

/// What an inode adds to Pass::fingerprint: sums of these are alike only for the same inodes
/// (the finalizer of splitmix64).
constexpr std::uint64_t trace_of(std::uint32_t inode) {
  std::uint64_t x = inode * 0x9e3779b97f4a7c15U;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9U;
  return x ^ (x >> 27U);
}

/// One reading of one table.
struct Pass {
  int error = 0;               ///< errno; the rows are void then
  bool whole = false;          ///< in one piece: nothing can have slipped between two looks at one table
  bool spans_tables = false;   ///< but of several, walked one after the other, between which sockets move
  bool none_is_bound = false;  ///< that no TCP socket is bound and does nothing else is certain, though none was read
  std::uint64_t counted = 0;   ///< rows that /proc/net/protocols counts, wanted or not
  bool has_new = false;        ///< one of these was not there before the first reading
  std::uint64_t fingerprint = 0;  ///< of the inodes of all rows; /proc only
  std::uint64_t time_wait_left_out = 0;
  bool unsettled = false;      ///< under churn, passes kept finding what earlier ones had missed
  bool forged = false;         ///< more rows than the kernel counts, or a contradiction: a name reads like a row
  bool contradiction = false;  ///< two rows of one socket differ in what cannot change
  std::vector<portscope::Socket> rows;     ///< only those that were asked for
  std::vector<std::uint64_t> passed_over;  ///< number_of() others that were counted; netlink only
};

/// Counts a row with that inode; 0 = it has none.
void count(const Turn& turn, Pass& pass, std::uint32_t inode);

/// A table of /proc/net. The kernel finds its place again after every page, by counting, and so misses what stands at
/// the edge of a page when others go; the pages of no two readings begin at the same rows.
sys::Result<std::string> read_table(const Question& question, std::string_view file);

/// That text came from one page: nothing can have slipped.
bool is_one_page(const Question& question, std::string_view text);

/// One row per protocol: how to read it by netlink, how from /proc, and how socket by socket.
struct Family {
  using Reader = Pass (*)(const Family&, const Question&);
  using Describer = std::optional<portscope::Socket> (*)(const sys::BorrowedSocket&);

  portscope::Transport transport{};
  std::uint16_t protocol = 0;               ///< what sock_diag is asked for (IPPROTO_*); 0 outside IP
  Reader dump = nullptr;                    ///< by netlink; null where no kernel has a diag module
  Reader scan = nullptr;                    ///< from /proc; null where it has no table
  unsigned scan_passes = 0;                 ///< readings of /proc that find all under churn, as a rule (see unite.hpp)
  bool scan_is_poor = false;                ///< even those miss some: two readings must show the same table
  std::array<std::string_view, 2> files{};  ///< below /proc/thread-self/net: IPv4 and IPv6
  std::array<std::string_view, 2> counters{};  ///< in /proc/net/protocols
  Describer describe = nullptr;  ///< what a duplicated socket says of itself; null where a table always tells
  bool is_rare = false;          ///< see rare_families.hpp
  bool is_uncounted = false;     ///< /proc/net/protocols names it, and says 0 however many there are
};

/// THE table of protocols.
std::span<const Family> families();

/// Its row for a protocol.
const Family& family_of(portscope::Transport transport);

/// Puts `socket` into the pass when it was asked for, and returns it there so that details can be
/// added; nullptr when it was not.
portscope::Socket* keep(const Question& question, Pass& pass, const portscope::Socket& socket);

/// SOCK_DGRAM and the like, as every road gives them (socket(2)).
portscope::SocketType socket_type(unsigned number);

// Readers, each beside its parser.
Pass dump_inet(const Family& family, const Question& question);
Pass scan_inet(const Family& family, const Question& question);
Pass dump_unix(const Family& family, const Question& question);
Pass scan_unix(const Family& family, const Question& question);
Pass dump_sctp(const Family& family, const Question& question);
Pass scan_sctp(const Family& family, const Question& question);
Pass dump_packet(const Family& family, const Question& question);
Pass scan_packet(const Family& family, const Question& question);
Pass dump_netlink(const Family& family, const Question& question);
Pass scan_netlink(const Family& family, const Question& question);
Pass dump_vsock(const Family& family, const Question& question);
Pass dump_xdp(const Family& family, const Question& question);
Pass dump_tipc(const Family& family, const Question& question);

}  // namespace collect

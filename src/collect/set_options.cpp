// SPDX-License-Identifier: MIT
#include "collect/set_options.hpp"

#include <algorithm>
#include <cerrno>
#include <map>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "collect/borrower.hpp"
#include "collect/errors.hpp"
#include "collect/socket_options.hpp"

namespace collect {

using portscope::DetailKind;
using portscope::Gap;
using portscope::Holder;
using portscope::OwnerStatus;
using portscope::Snapshot;
using portscope::Socket;

namespace {

/// A socket of the snapshot, and how far its options are known.
struct AskedSocket {
  Socket* socket = nullptr;
  bool told = false;
  int error = 0;  ///< the first that was telling
};

bool by_inode(const AskedSocket& a, const AskedSocket& b) { return a.socket->inode < b.socket->inode; }

/// By inode; several rows may be of one inode (associations of SCTP, MPTCP and the TCP it is made of).
std::vector<AskedSocket> rows_of(Snapshot& snapshot) {
  std::vector<AskedSocket> rows;
  rows.reserve(snapshot.sockets.size());
  for (Socket& socket : snapshot.sockets) {
    if (socket.inode != 0) rows.push_back({&socket});
  }
  std::sort(rows.begin(), rows.end(), by_inode);
  return rows;
}

/// By task, so that each task is opened once.
std::vector<Holder> holders_by_task(const Snapshot& snapshot) {
  auto holders = snapshot.holders;
  std::sort(holders.begin(), holders.end(), [](const Holder& a, const Holder& b) {
    return std::tie(a.process, a.tid, a.fd) < std::tie(b.process, b.tid, b.fd);
  });
  return holders;
}

class Inquiry {
 public:
  Inquiry(const Question& question, Snapshot& snapshot)
      : question_(question), snapshot_(snapshot), rows_(rows_of(snapshot)) {}

  void run();

 private:
  using Rows = std::span<AskedSocket>;
  [[nodiscard]] Rows rows_with(std::uint32_t inode);
  void ask(Borrower& borrower, const Holder& holder, Rows rows);
  void tell(const sys::BorrowedSocket& borrowed, Rows rows);
  void report_gaps();

  const Question& question_;
  Snapshot& snapshot_;
  std::vector<AskedSocket> rows_;
};

Inquiry::Rows Inquiry::rows_with(std::uint32_t inode) {
  const auto before = [](const AskedSocket& row, std::uint32_t number) { return row.socket->inode < number; };
  const auto first = std::lower_bound(rows_.begin(), rows_.end(), inode, before);
  auto last = first;
  while (last != rows_.end() && last->socket->inode == inode) ++last;
  return {first, last};
}

void Inquiry::run() {
  Borrower borrower;
  for (const Holder& holder : holders_by_task(snapshot_)) {
    const Rows rows = rows_with(holder.inode);
    const bool is_asked = std::any_of(rows.begin(), rows.end(), [](const AskedSocket& row) { return !row.told; });
    if (is_asked) ask(borrower, holder, rows);
  }
  report_gaps();
}

void Inquiry::ask(Borrower& borrower, const Holder& holder, Rows rows) {
  const auto borrowed = borrower.borrow(snapshot_.processes[holder.process].pid, holder);
  if (borrowed) return tell(*borrowed, rows);
  if (has_moved_on(borrowed.error())) return;
  for (AskedSocket& row : rows) {
    if (row.error == 0) row.error = borrowed.error();
  }
}

void Inquiry::tell(const sys::BorrowedSocket& borrowed, Rows rows) {
  const auto cookie = borrowed.cookie();
  for (AskedSocket& row : rows) {
    Socket& socket = *row.socket;
    if (cookie && socket.cookie != 0 && socket.cookie != *cookie) {
      // Of one inode and yet another socket: a TCP socket behind an MPTCP one has no descriptor.
      row.error = EOPNOTSUPP;
      continue;
    }
    const auto options = read_options(borrowed, socket, question_.strings);
    socket.details = question_.details.add_value(socket.details, DetailKind::set_options, options);
    row.told = true;
  }
}

/// What owners are hidden from, options are hidden from too.
void Inquiry::report_gaps() {
  const auto owners = std::find_if(snapshot_.gaps.begin(), snapshot_.gaps.end(),
                                   [](const Gap& gap) { return gap.what == Gap::What::owners; });
  std::map<std::string, Gap> gaps;  // by errno
  const auto count = [&](const std::string& why, const std::string& remedy) {
    auto& gap = gaps.try_emplace(why, Gap{Gap::What::options, std::nullopt, why, 0, remedy}).first->second;
    gap.count = *gap.count + 1;
  };
  for (const AskedSocket& row : rows_) {
    const auto status = row.socket->owner_status;
    const bool is_hidden = status == OwnerStatus::hidden || status == OwnerStatus::elsewhere;
    if (row.told) continue;
    if (row.error == EOPNOTSUPP) {
      count(errno_name(row.error), "they carry MPTCP connections, whose options --mptcp shows");
    } else if (row.error != 0) {
      count(errno_name(row.error), remedy_for_borrowing(row.error));
    } else if (is_hidden && owners != snapshot_.gaps.end()) {
      count(owners->why, owners->remedy);
    }
  }
  for (auto& [why, gap] : gaps) snapshot_.gaps.push_back(std::move(gap));
}

}  // namespace

void read_set_options(const Question& question, Snapshot& snapshot) { Inquiry(question, snapshot).run(); }

}  // namespace collect

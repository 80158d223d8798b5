// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "collect/family.hpp"
#include "collect/owner_records.hpp"

namespace collect {

/// Chooses the road by which holders are found, and goes it where it is one of the kernel's iterators.
///
/// The program is loaded, and the first walk runs, beside the reading of the sockets: whoever opened one in between is
/// found by the next walk. Where no thread can be started, all waits until it is asked.
class OwnerSearch {
 public:
  /// Goes by what was asked for. Left to choose, it loads an iterator where so many files are open that it pays, takes
  /// one that is pinned where it cannot or does not, and else leaves it to /proc. `request` is resolved: the iterator
  /// need not tell of other sockets.
  /// With a memory, it takes the one that is open already, and leaves it open; then it does not walk before it is
  /// asked.
  OwnerSearch(const portscope::Request& request, const Doors& doors, Memory* memory = nullptr);
  OwnerSearch(const OwnerSearch&) = delete;
  OwnerSearch& operator=(const OwnerSearch&) = delete;
  ~OwnerSearch();  ///< gives up

  /// False: holders are to be found by a walk over /proc. Waits for the first walk, for it may show that.
  [[nodiscard]] bool has_iterator();

  /// The road that it goes now. Waits likewise.
  [[nodiscard]] portscope::OwnerRoad road();

  /// What the walk showed, the first time; after that a new walk. OwnerRecords::error tells when the road that
  /// was asked for cannot be gone. Where it was not asked for by name, that leaves has_iterator() false.
  OwnerRecords walk();

  /// What the user can do about that error.
  [[nodiscard]] std::string remedy(int error) const;

 private:
  void choose();
  bool recall();
  int try_to_open(sys::Iterator iterator);
  bool open();
  void begin();
  void settle();
  void read(OwnerRecords& into);

  portscope::OwnerRoad asked_;
  socket_choice choice_;
  Doors doors_;
  Memory* memory_;
  std::uint64_t open_files_;
  std::vector<sys::Iterator> candidates_;  // in the order of trying
  bool was_opened_ = false;                // or none could be
  std::optional<sys::Iterator> iterator_;
  int error_ = 0;  // the one that was asked for could not be opened
  std::atomic<bool> given_up_ = false;
  std::optional<OwnerRecords> first_;
  std::thread reader_;
};

}  // namespace collect

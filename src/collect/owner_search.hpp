// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>

#include "collect/family.hpp"
#include "collect/owner_records.hpp"

namespace collect {

/// Chooses the road by which holders are found, and goes it where it is one of the kernel's iterators.
///
/// The program is loaded, and the first walk runs, beside the reading of the sockets: whoever opened one in between is
/// found by the next walk. Where no thread can be started, all waits until it is asked.
class OwnerSearch {
 public:
  /// Goes by what was asked for. Left to choose, it takes a pinned iterator where there is one, loads
  /// one where so many files are open that it pays, and else leaves it to /proc. `request` is resolved: the
  /// iterator need not tell of other sockets.
  /// With a memory, it takes the one that is open already, and leaves it open; then it does not walk before it is
  /// asked.
  OwnerSearch(const portscope::Request& request, const Doors& doors, Memory* memory = nullptr);
  OwnerSearch(const OwnerSearch&) = delete;
  OwnerSearch& operator=(const OwnerSearch&) = delete;
  ~OwnerSearch();  ///< gives up

  /// False: holders are to be found by a walk over /proc.
  [[nodiscard]] bool has_iterator();

  /// The road that it goes now.
  [[nodiscard]] portscope::OwnerRoad road();

  /// What the walk showed, the first time; after that a new walk. OwnerRecords::error tells when the road that
  /// was asked for cannot be gone. Where it was not asked for by name, that leaves has_iterator() false.
  OwnerRecords walk();

  /// What the user can do about that error.
  [[nodiscard]] std::string remedy(int error) const;

 private:
  void choose();
  bool recall();
  bool open(sys::Iterator iterator);
  void begin();
  void settle();
  void read(OwnerRecords& into);

  portscope::OwnerRoad asked_;
  socket_choice choice_;
  Doors doors_;
  Memory* memory_;
  std::uint64_t open_files_;
  std::optional<sys::Iterator> iterator_;
  bool is_open_ = false;  // or cannot be
  int error_ = 0;         // it could not
  std::atomic<bool> given_up_ = false;
  std::optional<OwnerRecords> first_;
  std::thread reader_;
};

}  // namespace collect

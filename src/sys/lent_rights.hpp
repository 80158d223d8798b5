// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace sys {

// Capabilities that the program has from its file (capabilities(7), `setcap`) and its caller lacks. They serve to read
// what the kernel and /proc tell of sockets, and nothing else: they are in effect while that is read, and out of effect
// while anything is written, looked up by name, or done. Without such a file all of this does nothing.

/// Puts them out of effect, and gives up those that do not serve reading. The first thing that main does, while there
/// is one thread. Throws std::runtime_error where the file is set-user-id: that cannot be put aside.
void put_lent_rights_aside();

/// Whether the file lent any that its caller lacks.
bool has_lent_rights();

/// Gives up those of this thread for good.
void give_back_lent_rights();

/// In effect for this thread, and for those it starts meanwhile.
class LentRights {
 public:
  enum Afterwards : std::uint8_t { put_aside, then_given_back };

  explicit LentRights(Afterwards afterwards = put_aside);
  LentRights(const LentRights&) = delete;
  LentRights& operator=(const LentRights&) = delete;
  ~LentRights();

 private:
  Afterwards afterwards_;
};

/// Out of effect for this thread, amid LentRights: around what runs the code of others.
class WithoutLentRights {
 public:
  WithoutLentRights();
  WithoutLentRights(const WithoutLentRights&) = delete;
  WithoutLentRights& operator=(const WithoutLentRights&) = delete;
  ~WithoutLentRights();

 private:
  bool were_in_effect_ = false;
};

}  // namespace sys

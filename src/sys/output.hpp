// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sys/fd.hpp"

namespace sys {

/// Makes sure that descriptors 0, 1 and 2 are open, and that neither a reader who leaves nor a
/// limit on the size of files kills us. A closed one is replaced by one that cannot be used for its purpose, so that no
/// socket of ours becomes standard output, and writing to a closed stdout fails as it should.
void claim_standard_streams();

/// Where the answer goes: standard output, or a file that is written beside its name and renamed
/// when it is whole, with the mode of the file it replaces. A link is followed to the file it
/// names; what is no regular file (a FIFO, /dev/null) is written to as it is.
class Output {
 public:
  /// Standard output.
  Output() = default;
  /// A file. Throws std::system_error when it cannot be made.
  explicit Output(const std::string& path);
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;
  /// Removes a file that was not finished.
  ~Output();

  /// Writes all of `bytes`, waiting where a non-blocking reader is slow. Throws
  /// std::system_error when it cannot (a full disk); after a reader has left (EPIPE), does
  /// nothing.
  void write(std::string_view bytes);

  /// Makes the file appear under its name. Throws std::system_error.
  void finish();

 private:
  [[nodiscard]] std::string what() const;

  std::string path_;
  std::string target_;     // what path_ names, links followed
  std::string temporary_;  // beside it; empty when nothing is to be renamed
  unsigned mode_ = 0;
  Fd file_;
  int number_ = 1;
  bool reader_left_ = false;
};

/// Writes a message to standard error. When that is impossible there is nobody left to tell.
void complain(std::string_view message);

/// Columns of the terminal behind standard output (TIOCGWINSZ); nothing when it is none or does
/// not say.
std::optional<unsigned> terminal_width();

/// Standard output is a terminal.
bool stdout_is_terminal();

}  // namespace sys

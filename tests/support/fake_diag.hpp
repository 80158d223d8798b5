// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "sys/diag.hpp"

namespace fake {

using Row = std::vector<std::byte>;

/// What one dump answers.
struct Reply {
  std::vector<Row> rows;
  bool in_one_piece = true;
  int error = 0;
};

/// The protocol of the request of old, which is for both IP versions of TCP.
inline constexpr int both_at_once = 0;

/// A dump as it was asked for.
struct Asked {
  std::uint16_t type = 0;
  std::vector<std::byte> body;
};

/// Stands in for the kernel's sock_diag. Replies are scripted by address family and protocol;
/// the last one of a script is given again and again. What has no script is answered like a
/// protocol without a diag module: ENOENT.
class Diag : public sys::Diag {
 public:
  /// `family` is AF_INET, AF_INET6 or AF_UNIX; the request of old for both IP versions of TCP
  /// (TCPDIAG_GETSOCK) counts as AF_INET with protocol `both_at_once`.
  void script(int family, int protocol, std::vector<Reply> replies);

  /// The answer to everything without a script.
  void refuse_all(int error) { unscripted_ = error; }
  /// Called before each dump is answered.
  void before_dump(std::function<void()> action) { before_dump_ = std::move(action); }

  sys::DumpEnd dump(const sys::DiagRequest& request, const std::function<void(sys::Bytes)>& on_row) override;
  int look_up(const sys::DiagRequest& request, const std::function<void(sys::Bytes)>& on_row) override;
  /// All that the tests have.
  sys::InodesSoFar inodes_so_far() override { return sys::InodesSoFar({1U << 30U}); }
  sys::Result<std::unique_ptr<sys::DiagEvents>> watch_destroyed() override;

  /// What is answered to one destruction after another; the last one again and again.
  void script_destroy(std::vector<int> errors) { destroy_errors_ = {errors.begin(), errors.end()}; }
  int destroy(sys::Bytes body) override;

  /// What a watch that begins later is told at once, and how the telling ends. Without it there is no watch to be had.
  void announce(std::vector<Row> rows, int error = 0) { announced_ = Reply{std::move(rows), true, error}; }

  /// The answer to every question for one socket.
  void script_lookup(Reply reply) { lookup_ = std::move(reply); }

  std::vector<Asked> asked;
  std::vector<Asked> looked_up;
  std::vector<std::vector<std::byte>> destroyed;  ///< the sockets that were to be

 private:
  struct Script {
    int family;
    int protocol;
    std::deque<Reply> replies;
  };
  std::vector<Script> scripts_;
  int unscripted_ = 2;  // ENOENT
  std::function<void()> before_dump_;
  Reply lookup_{{}, true, 2};  // ENOENT
  std::optional<Reply> announced_;
  std::deque<int> destroy_errors_{0};
};

}  // namespace fake

// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <thread>

#include "sys/result.hpp"

namespace sys {

/// The datagrams that come to a netlink socket, one after the other.
///
/// The kernel makes the next one of a dump in the call that receives one (netlink_recvmsg in net/netlink/af_netlink.c),
/// which takes several times as long as to read it here. So when there are many, another thread receives them while
/// this one reads; where none can be started it only takes longer.
class Datagrams {
 public:
  explicit Datagrams(int socket) : socket_(socket) {}
  Datagrams(const Datagrams&) = delete;
  Datagrams& operator=(const Datagrams&) = delete;
  ~Datagrams();

  /// Waits for the next one, which is valid until the next call. Or the errno: ENOSPC when it was larger than any that
  /// the kernel makes, and cut; EPIPE when there will be none.
  Result<std::span<const std::byte>> next();

 private:
  // The kernel fills at most 32 KiB a datagram, and as much as the largest buffer used so far (netlink_dump).
  static constexpr std::size_t buffer_size = 65536;
  static constexpr std::size_t most_ahead = 16;

  struct Slot {
    std::unique_ptr<std::byte[]> buffer;
    std::size_t size = 0;
    int error = 0;
  };

  static void prepare(Slot& slot);
  void receive(Slot& slot, int flags) const;
  void start();
  void receive_ahead();
  Slot* next_received();

  int socket_;
  std::size_t count_ = 0;
  bool lent_ = false;  ///< of what was received ahead, one is being read
  std::array<Slot, most_ahead> slots_;
  std::thread receiver_;
  // What the two threads share:
  std::mutex turn_;
  std::condition_variable changed_;
  std::size_t received_ = 0;  ///< by the other thread; each goes into the slot after the last one's
  std::size_t given_ = 0;     ///< of those
  bool ended_ = false;        ///< the other thread receives no more
  bool given_up_ = false;
};

}  // namespace sys

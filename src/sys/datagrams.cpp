// SPDX-License-Identifier: MIT
#include "sys/datagrams.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>
#include <new>
#include <system_error>

namespace sys {

namespace {

/// A thread takes about as long to start as one datagram to make.
constexpr std::size_t many = 8;

/// To wake a thread takes a tenth of that; so not for each.
constexpr std::size_t worth_waking = 4;

}  // namespace

Datagrams::~Datagrams() {
  {
    const std::lock_guard lock(turn_);
    given_up_ = true;
  }
  changed_.notify_all();
  if (receiver_.joinable()) receiver_.join();
}

void Datagrams::prepare(Slot& slot) {
  if (!slot.buffer) slot.buffer = std::make_unique_for_overwrite<std::byte[]>(buffer_size);
}

void Datagrams::receive(Slot& slot, int flags) const {
  iovec place{slot.buffer.get(), buffer_size};
  msghdr message{};
  message.msg_iov = &place;
  message.msg_iovlen = 1;
  ssize_t length = 0;
  do {
    length = ::recvmsg(socket_, &message, flags);
  } while (length < 0 && errno == EINTR);
  slot.size = length > 0 ? static_cast<std::size_t>(length) : 0;
  slot.error = length < 0 ? errno : length == 0 ? EPIPE : (message.msg_flags & MSG_TRUNC) != 0 ? ENOSPC : 0;
}

Result<std::span<const std::byte>> Datagrams::next() {
  if (++count_ == many) start();
  Slot* slot = receiver_.joinable() ? next_received() : nullptr;
  if (slot == nullptr) {
    slot = slots_.data();
    prepare(*slot);
    receive(*slot, 0);
  }
  if (slot->error != 0) return Result<std::span<const std::byte>>::failure(slot->error);
  return std::span<const std::byte>(slot->buffer.get(), slot->size);
}

void Datagrams::start() {
  try {
    for (Slot& slot : slots_) prepare(slot);
    receiver_ = std::thread([this] { receive_ahead(); });
  } catch (const std::system_error&) {
    return;  // a limit of threads
  } catch (const std::bad_alloc&) {
    return;
  }
}

/// Never waits for the kernel: what it has to say next is there when it has said the one before, so that nothing to
/// receive is the end, and this thread cannot be caught in a call.
void Datagrams::receive_ahead() {
  while (true) {
    Slot* slot = nullptr;
    {
      std::unique_lock lock(turn_);
      changed_.wait(lock, [this] { return given_up_ || received_ - given_ < slots_.size(); });
      if (given_up_) return;
      slot = &slots_.at(received_ % slots_.size());
    }
    receive(*slot, MSG_DONTWAIT);
    const bool nothing_there = slot->error == EAGAIN;
    {
      const std::lock_guard lock(turn_);
      if (!nothing_there) ++received_;
      ended_ = slot->error != 0;
      if (!ended_ && received_ - given_ < worth_waking) continue;
    }
    changed_.notify_all();
    if (ended_) return;
  }
}

/// Null when the other thread has received all.
Datagrams::Slot* Datagrams::next_received() {
  {
    std::unique_lock lock(turn_);
    if (lent_) ++given_;
    changed_.notify_all();
    if (received_ == given_) changed_.wait(lock, [this] { return ended_ || received_ - given_ >= worth_waking; });
    lent_ = received_ != given_;
    if (lent_) return &slots_.at(given_ % slots_.size());
  }
  receiver_.join();
  return nullptr;
}

}  // namespace sys

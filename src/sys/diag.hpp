// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sys/inodes_so_far.hpp"
#include "sys/result.hpp"

namespace sys {

using Bytes = std::span<const std::byte>;

/// One attribute of a netlink message: its number, and its payload.
struct Attribute {
  std::uint16_t type = 0;
  Bytes payload;
};

/// Takes the first attribute off `rest` (what follows a message's fixed part). Nothing at the
/// end, and at an attribute whose length does not fit: a reply cannot make us read past it.
std::optional<Attribute> next_attribute(Bytes& rest);

/// The payload of the first attribute of that number; empty when there is none.
Bytes find_attribute(Bytes attributes, std::uint16_t type);

/// Appends an attribute to a request, padded to 4 bytes.
void append_attribute(std::vector<std::byte>& request, std::uint16_t type, Bytes payload);

/// The value at the start of `bytes`, copied (netlink aligns to 4, not to 8); zero-filled where
/// `bytes` is shorter than T, as older kernels send shorter structs.
template <class T>
T copy_from(Bytes bytes);

/// What is asked: the message type (of sock_diag SOCK_DIAG_BY_FAMILY, or TCPDIAG_GETSOCK) and the request struct that
/// goes with it, attributes included.
struct DiagRequest {
  std::uint16_t type = 0;
  Bytes body;
};

/// How a dump ended. The rows handed out count only when it is `ok`: a dump that broke off may
/// have repeated or lost rows, and must be thrown away.
struct DumpEnd {
  int error = 0;  ///< errno; also the one that the kernel hides inside NLMSG_DONE
  bool in_one_piece =
      true;  ///< the kernel filled one datagram, with room to spare, and never had to find its place again

  [[nodiscard]] bool ok() const { return error == 0; }
};

/// What the kernel announces of sockets (the multicast groups of sock_diag). Any user may listen.
class DiagEvents {
 public:
  DiagEvents() = default;
  DiagEvents(const DiagEvents&) = delete;
  DiagEvents& operator=(const DiagEvents&) = delete;
  virtual ~DiagEvents() = default;

  /// Readable once there is something to receive (poll(2)).
  [[nodiscard]] virtual int descriptor() const = 0;

  /// Calls `on_row` with the body of each message that has come, and waits for none. Returns 0, or the errno: ENOBUFS
  /// when some were lost; there may be more to receive then.
  virtual int receive(const std::function<void(Bytes)>& on_row) = 0;

  /// How many were lost so far, because nobody received them in time (SK_MEMINFO_DROPS of the netlink socket).
  [[nodiscard]] virtual std::uint64_t lost() const = 0;
};

/// A part of the kernel that lists by netlink what it has. A test puts recorded replies behind it.
class Dumps {
 public:
  Dumps() = default;
  Dumps(const Dumps&) = delete;
  Dumps& operator=(const Dumps&) = delete;
  virtual ~Dumps() = default;

  /// Sends a dump request and calls `on_row` with the body of each reply, attributes included.
  virtual DumpEnd dump(const DiagRequest& request, const std::function<void(Bytes)>& on_row) = 0;
};

/// The door to NETLINK_SOCK_DIAG (sock_diag(7)).
class Diag : public Dumps {
 public:
  /// Asks for one socket and calls `on_row` with the reply. Returns 0, or the errno: ENOENT when
  /// there is none.
  virtual int look_up(const DiagRequest& request, const std::function<void(Bytes)>& on_row) = 0;

  /// Tells from now on which TCP and UDP sockets of the network namespace are destroyed (SKNLGRP_*_DESTROY).
  virtual Result<std::unique_ptr<DiagEvents>> watch_destroyed() = 0;

  /// To tell sockets that were there before a dump from those that came since.
  virtual InodesSoFar inodes_so_far() = 0;

  /// Closes the socket that the request struct names (SOCK_DESTROY). Returns 0, or the errno: ENOENT when there is none
  /// with these ends and this cookie, EPERM without CAP_NET_ADMIN, EOPNOTSUPP when the kernel cannot.
  virtual int destroy(Bytes body) = 0;
};

/// The kernel's. Opens its socket at the first dump; a refusal (seccomp, no sock_diag) is the
/// error of that dump.
std::unique_ptr<Diag> open_diag();

/// NETLINK_NETFILTER, which nf_tables(5) is asked by; opened in the same way. Everything there needs CAP_NET_ADMIN.
std::unique_ptr<Dumps> open_netfilter();

/// NETLINK_ROUTE, which lists routes (rtnetlink(7)); anybody may ask.
std::unique_ptr<Dumps> open_routes();

// --- Inline implementations ---

template <class T>
T copy_from(Bytes bytes) {
  T value{};
  const std::size_t length = bytes.size() < sizeof(T) ? bytes.size() : sizeof(T);
  if (length > 0) __builtin_memcpy(&value, bytes.data(), length);
  return value;
}

}  // namespace sys

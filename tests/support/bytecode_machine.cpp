// SPDX-License-Identifier: MIT
#include "support/bytecode_machine.hpp"

#include <linux/inet_diag.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

namespace fake {

namespace {

using portscope::Address;
using portscope::Endpoint;
using portscope::Family;
using portscope::KernelFilter;
using portscope::KernelTest;

using Code = std::span<const std::byte>;
using Kind = KernelFilter::Kind;
using About = KernelTest::About;

constexpr std::size_t step = sizeof(inet_diag_bc_op);

/// The bytes at `offset`; the kernel reads what its audit has let pass.
template <class T>
T read_at(Code code, std::size_t offset) {
  T value{};
  std::memcpy(&value, code.subspan(offset, sizeof value).data(), sizeof value);
  return value;
}

std::size_t address_bytes(std::uint8_t family) { return family == AF_INET ? 4 : family == AF_INET6 ? 16 : 0; }

/// Whether the first `bits` bits are the same (bitstring_match).
bool same_bits(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b, std::size_t bits) {
  for (std::size_t bit = 0; bit < bits; ++bit) {
    const unsigned mask = 0x80U >> (bit % 8);
    if (((a[bit / 8] ^ b[bit / 8]) & mask) != 0) return false;
  }
  return true;
}

/// The address as a socket of that family has it.
std::span<const std::uint8_t> bytes_of(const Address& address, Family family) {
  const std::span<const std::uint8_t> all(address.bytes());
  return family == Family::ipv4 ? all.subspan(12) : all;
}

bool host_holds(Code operand, Family family, const Endpoint& end) {
  const auto condition = read_at<inet_diag_hostcond>(operand, 0);
  if (condition.port != -1 && condition.port != end.port) return false;
  std::array<std::uint8_t, 16> wanted{};
  const std::size_t length = address_bytes(condition.family);
  std::memcpy(wanted.data(), operand.subspan(sizeof condition, length).data(), length);
  const auto address = bytes_of(end.address, family);
  const int own = family == Family::ipv4 ? AF_INET : AF_INET6;
  if (condition.family != AF_UNSPEC && condition.family != own) {
    const bool mapped = own == AF_INET6 && condition.family == AF_INET && end.address.is_ipv4();
    return mapped && same_bits(address.subspan(12), wanted, condition.prefix_len);
  }
  return same_bits(address, wanted, condition.prefix_len);
}

bool operation_holds(std::uint8_t operation, Code operand, const DiagEntry& entry) {
  const auto port = [&] { return read_at<inet_diag_bc_op>(operand, 0).no; };
  switch (operation) {
    case INET_DIAG_BC_NOP:
      return true;
    case INET_DIAG_BC_S_EQ:
      return entry.local.port == port();
    case INET_DIAG_BC_S_GE:
      return entry.local.port >= port();
    case INET_DIAG_BC_S_LE:
      return entry.local.port <= port();
    case INET_DIAG_BC_D_EQ:
      return entry.peer.port == port();
    case INET_DIAG_BC_D_GE:
      return entry.peer.port >= port();
    case INET_DIAG_BC_D_LE:
      return entry.peer.port <= port();
    case INET_DIAG_BC_S_COND:
      return host_holds(operand, entry.family, entry.local);
    case INET_DIAG_BC_D_COND:
      return host_holds(operand, entry.family, entry.peer);
    case INET_DIAG_BC_DEV_COND:
      return read_at<std::uint32_t>(operand, 0) == entry.interface;
    case INET_DIAG_BC_MARK_COND: {
      const auto wanted = read_at<inet_diag_markcond>(operand, 0);
      return (entry.mark & wanted.mask) == wanted.mark;
    }
    case INET_DIAG_BC_CGROUP_COND:
      return read_at<std::uint64_t>(operand, 0) == entry.cgroup;
    default:  // INET_DIAG_BC_JMP
      return false;
  }
}

/// How long the operation is at least with its operand; nothing where the kernel refuses it.
std::optional<std::size_t> least_length(Code rest) {
  const auto op = read_at<inet_diag_bc_op>(rest, 0);
  std::size_t operand = 0;
  switch (op.code) {
    case INET_DIAG_BC_NOP:
    case INET_DIAG_BC_JMP:
    case INET_DIAG_BC_AUTO:
      break;
    case INET_DIAG_BC_S_EQ:
    case INET_DIAG_BC_S_GE:
    case INET_DIAG_BC_S_LE:
    case INET_DIAG_BC_D_EQ:
    case INET_DIAG_BC_D_GE:
    case INET_DIAG_BC_D_LE:
    case INET_DIAG_BC_DEV_COND:
      operand = step;
      break;
    case INET_DIAG_BC_S_COND:
    case INET_DIAG_BC_D_COND: {
      operand = sizeof(inet_diag_hostcond);
      if (rest.size() < step + operand) return std::nullopt;
      const auto condition = read_at<inet_diag_hostcond>(rest, step);
      const std::size_t address = address_bytes(condition.family);
      if ((address == 0 && condition.family != AF_UNSPEC) || condition.prefix_len > 8 * address) return std::nullopt;
      operand += address;
      break;
    }
    case INET_DIAG_BC_MARK_COND:
    case INET_DIAG_BC_CGROUP_COND:
      operand = sizeof(std::uint64_t);
      break;
    default:
      return std::nullopt;
  }
  return rest.size() < step + operand ? std::nullopt : std::optional(step + operand);
}

/// Whether the chain of `yes` comes by the operation that is so far from the end (valid_cc).
bool chain_comes_by(Code code, std::size_t from_end) {
  std::size_t place = 0;
  while (place <= code.size()) {
    const std::size_t left = code.size() - place;
    if (from_end >= left) return from_end == left;
    const auto op = read_at<inet_diag_bc_op>(code, place);
    if (op.yes < step || op.yes % step != 0) return false;
    place += op.yes;
  }
  return false;
}

bool test_holds(const KernelTest& test, const DiagEntry& entry) {
  const bool local = test.about == About::local_port || test.about == About::local_address;
  const Endpoint& end = local ? entry.local : entry.peer;
  switch (test.about) {
    case About::local_port:
    case About::peer_port:
      return test.ports.contains(end.port);
    case About::local_address:
    case About::peer_address: {
      const bool four = test.prefix.address.is_ipv4() && test.prefix.bits >= 96;
      if (four) return test.prefix.contains(end.address);
      return entry.family == Family::ipv6 &&
             same_bits(end.address.bytes(), test.prefix.address.bytes(), test.prefix.bits);
    }
    case About::interface:
      return entry.interface == test.interface;
    case About::mark:
      return (entry.mark & test.mark.mask) == test.mark.value;
    case About::cgroup:
      return entry.cgroup == test.cgroup;
  }
  return false;
}

}  // namespace

DiagEntry entry_of(const portscope::Socket& socket) {
  const Endpoint none{socket.family == Family::ipv4 ? Address::ipv4({}) : Address{}, 0};
  const Endpoint* local = inet(socket.local);
  const Endpoint* peer = inet(socket.peer);
  return {socket.family, local != nullptr ? *local : none, peer != nullptr ? *peer : none, socket.interface, 0,
          socket.cgroup};
}

bool kernel_accepts(Code code) {
  if (code.size() < step) return false;
  for (Code rest = code; !rest.empty();) {
    if (rest.size() < step) return false;
    const auto op = read_at<inet_diag_bc_op>(rest, 0);
    const auto least = least_length(rest);
    if (!least) return false;
    const auto is_wrong = [&](std::size_t jump) {
      return jump < *least || jump > rest.size() + step || jump % step != 0;
    };
    if (op.code != INET_DIAG_BC_NOP) {
      if (is_wrong(op.no)) return false;
      if (op.no < rest.size() && !chain_comes_by(code, rest.size() - op.no)) return false;
    }
    if (is_wrong(op.yes) || op.yes > rest.size()) return false;
    rest = rest.subspan(op.yes);
  }
  return true;
}

bool kernel_runs(Code code, const DiagEntry& entry) {
  std::size_t place = 0;
  while (place < code.size()) {
    const auto op = read_at<inet_diag_bc_op>(code, place);
    const bool yes = operation_holds(op.code, code.subspan(place + step), entry);
    place += yes ? op.yes : op.no;
  }
  return place == code.size();
}

bool kernel_holds(const KernelFilter& filter, const DiagEntry& entry) {
  const auto holds = [&](const KernelFilter& part) { return kernel_holds(part, entry); };
  switch (filter.kind) {
    case Kind::always:
      return true;
    case Kind::never:
      return false;
    case Kind::test:
      return test_holds(filter.test, entry);
    case Kind::not_test:
      return !test_holds(filter.test, entry);
    case Kind::all_of:
      return std::all_of(filter.parts.begin(), filter.parts.end(), holds);
    case Kind::any_of:
      return std::any_of(filter.parts.begin(), filter.parts.end(), holds);
  }
  return false;
}

}  // namespace fake

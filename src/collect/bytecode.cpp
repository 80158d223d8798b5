// SPDX-License-Identifier: MIT
#include "collect/bytecode.hpp"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

namespace collect {

using portscope::KernelFilter;
using portscope::KernelTest;
using Kind = KernelFilter::Kind;

namespace {

/// A place that operations jump to, once it is known where it is.
enum class Label : std::size_t {};

/// The kernel runs an operation at a time: true goes on `yes` bytes further, false `no` bytes; who
/// arrives at the very end matches, and who goes 4 bytes past it does not. It takes a program only
/// when each `no` leads forward to an operation that the chain of `yes` also comes by
/// (net/ipv4/inet_diag.c, inet_diag_bc_audit), which is why `yes` is always the next one here.
class Program {
 public:
  Label label() {
    places_.push_back(0);
    return static_cast<Label>(places_.size() - 1);
  }
  void put(Label label) { places_[static_cast<std::size_t>(label)] = code_.size(); }

  void operation(std::uint8_t code, std::span<const std::byte> operand, Label no) {
    jumps_.push_back({code_.size(), no});
    const inet_diag_bc_op op{code, static_cast<std::uint8_t>(sizeof(inet_diag_bc_op) + operand.size()), 0};
    append(std::as_bytes(std::span(&op, 1)));
    append(operand);
  }

  /// The program; `rejected` leads past its end.
  std::vector<std::byte> finish(Label rejected) {
    places_[static_cast<std::size_t>(rejected)] = code_.size() + sizeof(inet_diag_bc_op);
    for (const Jump& jump : jumps_) {
      const auto distance = static_cast<std::uint16_t>(places_[static_cast<std::size_t>(jump.to)] - jump.from);
      std::memcpy(code_.data() + jump.from + offsetof(inet_diag_bc_op, no), &distance, sizeof distance);
    }
    return std::move(code_);
  }

 private:
  struct Jump {
    std::size_t from;
    Label to;
  };
  void append(std::span<const std::byte> bytes) { code_.insert(code_.end(), bytes.begin(), bytes.end()); }

  std::vector<std::byte> code_;
  std::vector<std::size_t> places_;
  std::vector<Jump> jumps_;
};

/// The operand of a port comparison is an operation of its own, whose `no` is the port.
std::array<std::byte, sizeof(inet_diag_bc_op)> port_operand(std::uint32_t port) {
  const inet_diag_bc_op operand{0, 0, static_cast<std::uint16_t>(port)};
  std::array<std::byte, sizeof operand> bytes{};
  std::memcpy(bytes.data(), &operand, sizeof operand);
  return bytes;
}

/// struct inet_diag_hostcond, with the address behind it.
std::vector<std::byte> host_operand(const portscope::Prefix& prefix) {
  constexpr std::uint8_t mapped_bits = 96;
  constexpr std::size_t first_of_ipv4 = 12;
  const bool four = prefix.address.is_ipv4() && prefix.bits >= mapped_bits;
  inet_diag_hostcond condition{};
  condition.family = four ? AF_INET : AF_INET6;
  condition.prefix_len = four ? static_cast<std::uint8_t>(prefix.bits - mapped_bits) : prefix.bits;
  condition.port = -1;  // any
  const auto head = std::as_bytes(std::span(&condition, 1));
  const auto address = std::as_bytes(std::span(prefix.address.bytes())).subspan(four ? first_of_ipv4 : 0);
  std::vector<std::byte> bytes(head.begin(), head.end());
  bytes.insert(bytes.end(), address.begin(), address.end());
  return bytes;
}

template <class T>
void compare_with(Program& program, std::uint8_t code, const T& operand, Label no) {
  program.operation(code, std::as_bytes(std::span(&operand, 1)), no);
}

/// Goes on where the test holds, else to `no`.
void put_ports(Program& program, const KernelTest& test, Label no) {
  const bool local = test.about == KernelTest::About::local_port;
  const auto [first, last] = test.ports;
  if (first == last) {
    program.operation(local ? INET_DIAG_BC_S_EQ : INET_DIAG_BC_D_EQ, port_operand(first), no);
    return;
  }
  program.operation(local ? INET_DIAG_BC_S_GE : INET_DIAG_BC_D_GE, port_operand(first), no);
  program.operation(local ? INET_DIAG_BC_S_LE : INET_DIAG_BC_D_LE, port_operand(last), no);
}

void put_test(Program& program, const KernelTest& test, Label no) {
  using About = KernelTest::About;
  switch (test.about) {
    case About::local_port:
    case About::peer_port:
      return put_ports(program, test, no);
    case About::local_address:
      return program.operation(INET_DIAG_BC_S_COND, host_operand(test.prefix), no);
    case About::peer_address:
      return program.operation(INET_DIAG_BC_D_COND, host_operand(test.prefix), no);
    case About::interface:
      return compare_with(program, INET_DIAG_BC_DEV_COND, test.interface, no);
    case About::mark:
      return compare_with(program, INET_DIAG_BC_MARK_COND, inet_diag_markcond{test.mark.value, test.mark.mask}, no);
    case About::cgroup:
      return compare_with(program, INET_DIAG_BC_CGROUP_COND, test.cgroup, no);
  }
}

void put_jump(Program& program, Label to) { program.operation(INET_DIAG_BC_JMP, {}, to); }

void go_on_if_false(Program& program, const KernelFilter& filter, Label yes);

/// Code that is left at its end where the filter holds, and for `no` where it does not.
void go_on_if_true(Program& program, const KernelFilter& filter, Label no) {
  switch (filter.kind) {
    case Kind::always:
      return;
    case Kind::never:
      return put_jump(program, no);
    case Kind::test:
      return put_test(program, filter.test, no);
    case Kind::not_test: {
      const Label holds = program.label();
      put_test(program, filter.test, holds);
      put_jump(program, no);
      return program.put(holds);
    }
    case Kind::all_of:
      for (const KernelFilter& part : filter.parts) go_on_if_true(program, part, no);
      return;
    case Kind::any_of: {
      const Label holds = program.label();
      for (std::size_t i = 0; i + 1 < filter.parts.size(); ++i) go_on_if_false(program, filter.parts[i], holds);
      go_on_if_true(program, filter.parts.back(), no);
      return program.put(holds);
    }
  }
}

/// The other way round: left at its end where the filter does not hold, for `yes` where it does.
void go_on_if_false(Program& program, const KernelFilter& filter, Label yes) {
  switch (filter.kind) {
    case Kind::always:
      return put_jump(program, yes);
    case Kind::never:
      return;
    case Kind::not_test:
      return put_test(program, filter.test, yes);
    case Kind::any_of:
      for (const KernelFilter& part : filter.parts) go_on_if_false(program, part, yes);
      return;
    case Kind::test:
    case Kind::all_of: {
      const Label fails = program.label();
      go_on_if_true(program, filter, fails);
      put_jump(program, yes);
      return program.put(fails);
    }
  }
}

}  // namespace

std::vector<std::byte> bytecode(const KernelFilter& filter) {
  if (filter.kind == Kind::always) return {};
  Program program;
  const Label rejected = program.label();
  go_on_if_true(program, filter, rejected);
  return program.finish(rejected);
}

}  // namespace collect

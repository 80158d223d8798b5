// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "portscope/bind.hpp"
#include "sys/bind_probe.hpp"
#include "sys/fd.hpp"

namespace oracle {

/// A socket that is there before the question.
struct Existing {
  sys::Fd fd;
  std::vector<sys::Fd> others{};  ///< its connections
  std::string text;
};

/// Sockets on one port, made at random, and what somebody else may ask for there.
class Scene {
 public:
  explicit Scene(std::uint64_t seed);

  /// Other sockets on another port.
  void begin();
  /// What somebody may ask for.
  portscope::BindAttempt attempt();
  sys::Result<sys::Fd> bind(const portscope::BindAttempt& wanted);
  /// Says that such a socket has had the port.
  void note_bound(const portscope::BindAttempt& bound);
  /// What is seen of the port.
  [[nodiscard]] portscope::BindView look() const;

  [[nodiscard]] const std::vector<Existing>& existing() const { return existing_; }
  /// Whether this kernel lists sockets that are merely bound. Where not, they take part in no scene.
  [[nodiscard]] bool sees_bound() const { return sees_bound_; }
  /// Whether a TCP socket with SO_REUSEPORT has had the port, be it for a moment.
  [[nodiscard]] bool had_reuse_port() const { return had_reuse_port_; }

 private:
  bool lists_bound_sockets();
  bool chance(int percent) { return number(100) < static_cast<std::size_t>(percent); }
  std::size_t number(std::size_t below) { return random_() % below; }
  portscope::BindAttempt attempt(portscope::Transport transport);
  void add_tcp();
  void add_udp();
  void add_connection(Existing& made);
  void start_with_client(bool over);

  std::mt19937_64 random_;
  sys::RealBind door_;
  portscope::Transport transport_ = portscope::Transport::tcp;
  std::uint16_t port_ = 0;
  std::vector<Existing> existing_;
  bool had_reuse_port_ = false;
  bool has_two_users_ = false;
  bool sees_bound_ = false;
};

std::string text_of(const portscope::BindAttempt& attempt);
std::uint16_t port_of(const sys::Fd& fd);

}  // namespace oracle

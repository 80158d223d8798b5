// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "collect/nat_redirects.hpp"
#include "support/fake_proc.hpp"
#include "support/local_routes.hpp"
#include "support/xt_tables.hpp"

namespace fake {

/// Answers as the kernel did about the rules of data/nat-rules (record.py).
class RecordedRules : public sys::Dumps {
 public:
  RecordedRules();

  sys::DumpEnd dump(const sys::DiagRequest& request, const std::function<void(sys::Bytes)>& on_row) override;

  int error = 0;
  int dumps = 0;
  std::function<void(std::vector<std::byte>& row)> spoil{};

 private:
  std::map<std::string, std::vector<std::vector<std::byte>>> replies_;
};

/// A machine with those rules.
class Redirects : public testing::Test {
 protected:
  Redirects() { tree.file("sys/net/netfilter/nf_conntrack_max", "262144\n"); }

  /// What is told of an attempt to bind: `all ipv4 outside to 10.0.0.2 80 by ip plain prerouting`.
  std::vector<std::string> of(const std::string& address, std::uint16_t port,
                              portscope::Transport transport = portscope::Transport::tcp);

  collect::Redirects look(const std::vector<portscope::BindAttempt>& attempts);

  /// Rules of iptables-legacy that send port 8080 here to another, and whose table is there.
  void be_legacy(int family, std::uint16_t port);

  /// One rule of iptables-legacy, without those of nf_tables.
  void be_only(const std::string& chain, const char* called, std::uint8_t protocol);

  RecordedRules rules;
  XtTables legacy;
  LocalRoutes routes;
  std::vector<portscope::LocalAddress> interfaces;
  Proc tree;
};

}  // namespace fake

// SPDX-License-Identifier: MIT
#include "cli/target.hpp"

#include <charconv>
#include <optional>
#include <string_view>

#include "cli/suggest.hpp"
#include "cli/usage_error.hpp"

namespace cli {

using portscope::Address;
using portscope::PortRange;
using portscope::Prefix;
using portscope::Target;
using portscope::Transport;

namespace {

constexpr std::string_view digits = "0123456789";

bool all_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of(digits) == std::string_view::npos;
}

/// One word being read; knows where in it a part stands, so that errors can mark it.
class Reader {
 public:
  explicit Reader(const std::string& word) : word_(word), rest_(word) {}

  Target read();

 private:
  void read_transport();
  void read_inet(Target& target);
  Prefix read_prefix(std::string_view text, std::string& interface);
  PortRange read_ports(std::string_view text);
  std::uint32_t read_port(std::string_view text);
  void refuse_port_of_unix() const;
  [[noreturn]] void fail(const std::string& what, std::string_view part) const;

  const std::string& word_;
  std::string_view rest_;
  std::optional<Transport> transport_;
};

void Reader::fail(const std::string& what, std::string_view part) const {
  throw UsageError(what, {word_, static_cast<std::size_t>(part.data() - word_.data()), part.size()});
}

/// `tcp:8080` and `8080/tcp`.
void Reader::read_transport() {
  const std::size_t colon = rest_.find(':');
  if (colon != std::string_view::npos) {
    if (const auto named = portscope::named<Transport>(rest_.substr(0, colon))) {
      transport_ = named;
      rest_.remove_prefix(colon + 1);
      return;
    }
  }
  const std::size_t slash = rest_.rfind('/');
  if (slash == std::string_view::npos) return;
  const std::string_view tail = rest_.substr(slash + 1);
  if (tail.empty() || digits.find(tail.front()) != std::string_view::npos) return;
  transport_ = portscope::named<Transport>(tail);
  if (!transport_) {
    const auto& known = portscope::Names<Transport>::list;
    fail("'" + std::string(tail) + "' is no protocol" + did_you_mean(tail, {known.begin(), known.end()}), tail);
  }
  rest_ = rest_.substr(0, slash);
}

std::uint32_t Reader::read_port(std::string_view text) {
  const unsigned long long largest = transport_ == Transport::vsock ? UINT32_MAX : UINT16_MAX;
  if (!all_digits(text))
    fail(text.empty() ? "a port is missing" : "'" + std::string(text) + "' is no port", text.empty() ? word_ : text);
  unsigned long long port = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), port);
  if (result.ec != std::errc{} || port > largest) {
    fail("port " + std::string(text) + " is above " + std::to_string(largest), text);
  }
  if (port == 0) fail("port 0 is no port: ports go from 1 to " + std::to_string(largest), text);
  if (text.front() == '0') fail("a port is written without leading zeros: " + std::to_string(port), text);
  return static_cast<std::uint32_t>(port);
}

PortRange Reader::read_ports(std::string_view text) {
  const std::size_t dash = text.find('-');
  const std::uint32_t first = read_port(text.substr(0, dash));
  if (dash == std::string_view::npos) return {first, first};
  const std::uint32_t last = read_port(text.substr(dash + 1));
  if (last < first) fail("the range ends before it begins", text);
  return {first, last};
}

/// `10.0.0.0/8`, `[::1]`, `[fe80::1%eth0]`.
Prefix Reader::read_prefix(std::string_view text, std::string& interface) {
  const std::size_t slash = text.find('/');
  std::string_view plain = text.substr(0, slash);
  if (plain.starts_with('[') && plain.ends_with(']')) plain = plain.substr(1, plain.size() - 2);
  if (const std::size_t percent = plain.find('%'); percent != std::string_view::npos) {
    interface = plain.substr(percent + 1);
    if (interface.empty()) fail("an interface is missing after %", plain.substr(percent));
    plain = plain.substr(0, percent);
  }
  const auto address = Address::parse(plain);
  if (!address) fail("'" + std::string(plain) + "' is no IP address", plain.empty() ? text : plain);
  constexpr unsigned all_bits = 128;
  if (slash == std::string_view::npos) return {*address, all_bits};

  const std::string_view bits_text = text.substr(slash + 1);
  const bool four = address->is_ipv4() && plain.find(':') == std::string_view::npos;
  const unsigned largest = four ? 32 : all_bits;
  unsigned bits = 0;
  const auto result = std::from_chars(bits_text.data(), bits_text.data() + bits_text.size(), bits);
  if (!all_digits(bits_text) || result.ec != std::errc{} || bits > largest) {
    fail(std::string(four ? "an IPv4" : "an IPv6") + " prefix has 0 to " + std::to_string(largest) + " bits",
         bits_text.empty() ? text : bits_text);
  }
  return {*address, static_cast<std::uint8_t>(bits + (all_bits - largest))};
}

/// `[ADDRESS[/BITS]][:PORTS]`, or just `PORTS`.
void Reader::read_inet(Target& target) {
  if (rest_.empty()) fail(word_.empty() ? "an empty word is no target" : "a port is missing", word_);
  const bool ports_only = rest_.find_first_not_of("0123456789-") == std::string_view::npos;
  if (ports_only) {
    target.ports = read_ports(rest_);
    return;
  }
  // An IPv6 address without brackets has colons of its own, and so no port.
  std::size_t colon = rest_.rfind(':');
  const bool bracketed = rest_.starts_with('[');
  if (bracketed) {
    const std::size_t close = rest_.find(']');
    if (close == std::string_view::npos) fail("the bracket [ is not closed", rest_.substr(0, 1));
    if (colon != std::string_view::npos && colon < close) colon = std::string_view::npos;
  } else if (colon != std::string_view::npos && rest_.find(':') != colon) {
    colon = std::string_view::npos;
  }
  const std::string_view address = rest_.substr(0, colon);
  if (!address.empty() && address != "*") target.address = read_prefix(address, target.interface);
  if (colon != std::string_view::npos) {
    const std::string_view ports = rest_.substr(colon + 1);
    if (ports.empty()) fail("a port is missing after the colon", rest_.substr(colon));
    if (ports != "*") target.ports = read_ports(ports);
  }
}

void Reader::refuse_port_of_unix() const {
  if (transport_ == Transport::unix_socket) fail("a Unix socket has no port, but a path: /run/x.sock, or @name", word_);
}

Target Reader::read() {
  Target target;
  if (rest_.starts_with('/')) {
    target.path = word_;
  } else if (rest_.starts_with('@')) {
    target.abstract_name = word_.substr(1);
  } else {
    read_transport();
    refuse_port_of_unix();
    target.transport = transport_;
    read_inet(target);
  }
  return target;
}

}  // namespace

portscope::Target parse_target(const std::string& word) { return Reader(word).read(); }

}  // namespace cli

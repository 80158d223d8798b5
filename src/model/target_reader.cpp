// SPDX-License-Identifier: MIT
#include "model/target_reader.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>
#include <string_view>

#include "model/nearest.hpp"
#include "model/service_names.hpp"
#include "model/word_reader.hpp"

namespace portscope {

namespace {

constexpr std::string_view digits = "0123456789";

class Reader {
 public:
  Reader(const QueryScanner& scanner, const QueryToken& token, Place place)
      : reader_(scanner, token, place), place_(place), word_(token.text), rest_(word_) {}

  Target target();
  PortRange ports(std::uint32_t least);

 private:
  void read_family(Target& target);
  bool read_name(Target& target);
  void read_transport();
  void read_inet(Target& target);
  void read_vsock(Target& target);
  void read_ports_behind(std::string_view colon, Target& target);
  Prefix read_prefix(std::string_view text, std::string& interface);
  std::uint8_t read_bits(std::string_view text, std::string_view whole, const Address& address, bool dotted);
  [[nodiscard]] PortRange read_ports(std::string_view text, std::uint32_t least = 1) const;
  void refuse_port_of_unix() const;
  [[noreturn]] void fail(const std::string& what, std::string_view part) const { reader_.fail(what, part); }

  WordReader reader_;
  Place place_;
  const std::string& word_;
  std::string_view rest_;
  std::optional<Transport> transport_;
  std::optional<Family> family_;
};

PortRange Reader::read_ports(std::string_view text, std::uint32_t least) const {
  return reader_.ports(text, {least, transport_ == Transport::vsock ? UINT32_MAX : UINT16_MAX});
}

/// `tcp:8080` and `8080/tcp`.
void Reader::read_transport() {
  const std::size_t colon = rest_.find(':');
  if (colon != std::string_view::npos) {
    if (const auto transport = parse_transport(rest_.substr(0, colon))) {
      transport_ = transport;
      rest_.remove_prefix(colon + 1);
      return;
    }
  }
  const std::size_t slash = rest_.rfind('/');
  if (slash == std::string_view::npos) return;
  const std::string_view tail = rest_.substr(slash + 1);
  if (tail.empty() || digits.find(tail.front()) != std::string_view::npos) return;
  transport_ = parse_transport(tail);
  if (!transport_) {
    const auto& known = Names<Transport>::list;
    fail("'" + std::string(tail) + "' is no protocol" + did_you_mean(tail, {known.begin(), known.end()}), tail);
  }
  rest_ = rest_.substr(0, slash);
}

std::uint8_t Reader::read_bits(std::string_view text, std::string_view whole, const Address& address, bool dotted) {
  constexpr unsigned all_bits = 128;
  const bool four = address.is_ipv4() && dotted;
  const unsigned largest = four ? 32 : all_bits;
  unsigned bits = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), bits);
  if (!all_digits(text) || result.ec != std::errc{} || bits > largest) {
    fail(fmt::format("an IPv{} prefix has 0 to {} bits", four ? 4 : 6, largest), text.empty() ? whole : text);
  }
  return static_cast<std::uint8_t>(bits + (all_bits - largest));
}

/// `10.0.0.0/8`, `[::1]`, `[fe80::1%eth0]`; the bits stand behind the bracket, or as in ss within.
Prefix Reader::read_prefix(std::string_view text, std::string& interface) {
  const auto without_brackets = [](std::string_view bracketed) {
    const bool both = bracketed.size() > 2 && bracketed.starts_with('[') && bracketed.find(']') + 1 == bracketed.size();
    return both ? bracketed.substr(1, bracketed.size() - 2) : bracketed;
  };
  const std::string_view inside = without_brackets(text);
  const bool around_all = inside.size() != text.size();
  text = inside;
  const std::size_t slash = text.find('/');
  std::string_view plain = text.substr(0, slash);
  if (!around_all) plain = without_brackets(plain);
  if (const std::size_t percent = plain.find('%'); percent != std::string_view::npos) {
    interface = plain.substr(percent + 1);
    if (interface.empty()) fail("an interface is missing after %", plain.substr(percent));
    plain = plain.substr(0, percent);
  }
  const auto address = Address::parse(plain);
  if (!address) {
    if (place_ == Place::alone && service_port(std::string(plain))) {
      fail("'" + std::string(plain) + "' is no IP address; a service is asked for with 'port = " + std::string(plain) +
               "'",
           plain);
    }
    const bool looks_like_name = plain.find_first_not_of("0123456789.:") != std::string_view::npos;
    fail("'" + std::string(plain) + "' is no IP address" +
             (looks_like_name && place_ == Place::behind_end ? ", and names of hosts are not looked up" : ""),
         plain.empty() ? text : plain);
  }
  if (family_ && address->is_ipv4() != (*family_ == Family::ipv4)) {
    fail("'" + std::string(plain) + "' is no address of " + std::string(name(*family_)), plain);
  }
  constexpr std::uint8_t all_bits = 128;
  if (slash == std::string_view::npos) return {*address, all_bits};
  return {*address, read_bits(text.substr(slash + 1), text, *address, plain.find(':') == std::string_view::npos)};
}

/// `[ADDRESS[/BITS]][:PORTS]`, or just `PORTS`.
void Reader::read_inet(Target& target) {
  if (rest_.empty()) fail(word_.empty() ? "an empty word is no target" : "a port is missing", word_);
  if (rest_.find_first_not_of("0123456789-") == std::string_view::npos) {
    if (place_ == Place::behind_end) fail("an address is expected here; a port alone has a colon: :" + word_, rest_);
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
  if (colon != std::string_view::npos) read_ports_behind(rest_.substr(colon), target);
}

/// `:PORTS`, or `:*`.
void Reader::read_ports_behind(std::string_view colon, Target& target) {
  const std::string_view ports = colon.substr(1);
  if (ports.empty()) fail("a port is missing after the colon", colon);
  if (ports != "*") target.ports = read_ports(ports);
}

/// `CID[:PORTS]`, of which each may be *.
void Reader::read_vsock(Target& target) {
  const std::size_t colon = rest_.find(':');
  const std::string_view text = rest_.substr(0, colon);
  if (text.empty()) fail("a context id is missing: vsock:CID:PORT", word_);
  if (text != "*") {
    std::uint32_t cid = 0;
    const auto result = std::from_chars(text.data(), text.data() + text.size(), cid);
    if (!all_digits(text) || result.ec != std::errc{})
      fail("'" + std::string(text) + "' is no context id: they go from 0 to " + std::to_string(UINT32_MAX), text);
    target.cid = cid;
  }
  if (colon != std::string_view::npos) read_ports_behind(rest_.substr(colon), target);
}

void Reader::refuse_port_of_unix() const {
  if (transport_ == Transport::unix_socket) fail("a Unix socket has no port, but a path: /run/x.sock, or @name", word_);
}

/// `inet:10.0.0.1`, `unix:*bus*`: behind src and dst, ss has the family before the address.
void Reader::read_family(Target& target) {
  const auto take = [&](std::string_view word) {
    const bool is_there = rest_.starts_with(word);
    if (is_there) rest_.remove_prefix(word.size());
    return is_there;
  };
  if (take("unix:")) {
    family_ = Family::unix_socket;
  } else if (take("inet:")) {
    family_ = Family::ipv4;
  } else if (take("inet6:")) {
    family_ = Family::ipv6;
  } else if (rest_.starts_with("link:") || rest_.starts_with("netlink:")) {
    fail("of this family no address can be asked for; its sockets are 'proto = packet' and 'proto = netlink'", rest_);
  }
  target.family = family_;
}

/// Of a Unix socket: a path, an abstract name, or behind src and dst a pattern for either.
bool Reader::read_name(Target& target) {
  const bool begins_like_one = rest_.starts_with('/') || rest_.starts_with('@');
  const bool is_unix = family_ == Family::unix_socket;
  if (!begins_like_one && !is_unix) return false;
  if (rest_.empty()) fail("a path is missing, or @name", word_);
  const bool is_pattern = is_unix || rest_.find_first_of("*?[") != std::string_view::npos;
  if (is_pattern && place_ == Place::behind_end) {
    target.name_pattern = rest_;
  } else if (rest_.starts_with('/')) {
    target.path = rest_;
  } else {
    target.abstract_name = rest_.substr(1);
  }
  return true;
}

Target Reader::target() {
  Target target;
  if (place_ == Place::behind_end) read_family(target);
  if (read_name(target)) return target;
  read_transport();
  refuse_port_of_unix();
  target.transport = transport_;
  if (place_ == Place::behind_end && transport_ == Transport::vsock) {
    read_vsock(target);
  } else {
    read_inet(target);
  }
  return target;
}

PortRange Reader::ports(std::uint32_t least) {
  if (rest_.starts_with(':')) rest_.remove_prefix(1);
  if (rest_ == "*") return {least, UINT16_MAX};
  return read_ports(rest_, least);
}

}  // namespace

Target read_target(const QueryScanner& scanner, const QueryToken& token) {
  return Reader(scanner, token, Place::alone).target();
}

Target read_end(const QueryScanner& scanner, const QueryToken& token) {
  return Reader(scanner, token, Place::behind_end).target();
}

PortRange read_ports(const QueryScanner& scanner, const QueryToken& token, std::uint32_t least) {
  return Reader(scanner, token, Place::behind_port).ports(least);
}

}  // namespace portscope

// SPDX-License-Identifier: MIT
#include "sys/bind_probe.hpp"

#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/fsuid.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <optional>

#include "sys/capability_sets.hpp"

namespace sys {

namespace {

/// setfsuid(2) tells no error, only who it was before; an impossible id changes nothing.
std::uint32_t current_fsuid() { return static_cast<std::uint32_t>(::setfsuid(static_cast<uid_t>(-1))); }

/// This thread as somebody else, for one socket(2) and one bind(2).
class OtherUser {
 public:
  explicit OtherUser(std::uint32_t uid) : before_(current_fsuid()) {
    if (uid == before_) return;
    ::setfsuid(uid);
    if (current_fsuid() != uid) {
      error_ = EPERM;
      return;
    }
    if (uid != 0) drop_bind_service();
  }
  OtherUser(const OtherUser&) = delete;
  OtherUser& operator=(const OtherUser&) = delete;
  ~OtherUser() {
    if (whole_) set_capabilities(*whole_);
    ::setfsuid(before_);
  }

  [[nodiscard]] int error() const { return error_; }

 private:
  /// setfsuid(2) takes the rights over files with it, and leaves this one.
  void drop_bind_service() {
    whole_ = capability_sets();
    if (!whole_) return;
    auto fewer = *whole_;
    fewer.at(CAP_TO_INDEX(CAP_NET_BIND_SERVICE)).effective &= ~CAP_TO_MASK(CAP_NET_BIND_SERVICE);
    if (!set_capabilities(fewer)) whole_.reset();
  }

  std::uint32_t before_;
  int error_ = 0;
  std::optional<CapabilitySets> whole_;  // to be put back
};

bool set(const Fd& fd, int level, int name, int value) {
  return ::setsockopt(fd.number(), level, name, &value, sizeof value) == 0;
}

bool set_options(const Fd& fd, const BindTry& wanted) {
  if (wanted.v6_only && !set(fd, IPPROTO_IPV6, IPV6_V6ONLY, *wanted.v6_only ? 1 : 0)) return false;
  if (wanted.reuse_address && !set(fd, SOL_SOCKET, SO_REUSEADDR, 1)) return false;
  if (wanted.reuse_port && !set(fd, SOL_SOCKET, SO_REUSEPORT, 1)) return false;
  if (wanted.interface == 0) return true;
  std::array<char, IF_NAMESIZE> name{};
  if (if_indextoname(wanted.interface, name.data()) == nullptr) return false;
  return ::setsockopt(fd.number(), SOL_SOCKET, SO_BINDTODEVICE, name.data(),
                      static_cast<socklen_t>(std::strlen(name.data()))) == 0;
}

int bind_to(const Fd& fd, const BindTry& wanted) {
  if (wanted.is_ipv6) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(wanted.port);
    std::memcpy(&address.sin6_addr, wanted.address.data(), sizeof address.sin6_addr);
    address.sin6_scope_id = wanted.interface;
    return ::bind(fd.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0 : errno;
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(wanted.port);
  constexpr std::size_t of_ipv4 = 12;
  std::memcpy(&address.sin_addr, &wanted.address.at(of_ipv4), sizeof address.sin_addr);
  return ::bind(fd.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0 : errno;
}

std::uint8_t bits_of(const std::uint8_t* mask, std::size_t bytes) {
  int bits = 0;
  for (std::size_t i = 0; i < bytes; ++i) bits += std::popcount(mask[i]);
  return static_cast<std::uint8_t>(bits);
}

/// The bytes of an address, and how many bits of `mask` are set.
InterfaceAddress read_entry(const ifaddrs& entry) {
  InterfaceAddress result;
  result.is_ipv6 = entry.ifa_addr->sa_family == AF_INET6;
  result.interface = ::if_nametoindex(entry.ifa_name);
  result.on_loopback = (entry.ifa_flags & static_cast<unsigned>(IFF_LOOPBACK)) != 0;
  if (result.is_ipv6) {
    sockaddr_in6 address{};
    std::memcpy(&address, entry.ifa_addr, sizeof address);
    std::memcpy(result.address.data(), &address.sin6_addr, result.address.size());
    return result;
  }
  const auto bytes_of = [](const sockaddr* from) {
    std::array<std::uint8_t, 4> bytes{};
    sockaddr_in address{};
    std::memcpy(&address, from, sizeof address);
    std::memcpy(bytes.data(), &address.sin_addr, bytes.size());
    return bytes;
  };
  const auto four = bytes_of(entry.ifa_addr);
  std::copy(four.begin(), four.end(), result.address.end() - 4);
  if (entry.ifa_netmask != nullptr) result.bits = bits_of(bytes_of(entry.ifa_netmask).data(), 4);
  const bool has_broadcast = (entry.ifa_flags & static_cast<unsigned>(IFF_BROADCAST)) != 0;
  if (has_broadcast && entry.ifa_broadaddr != nullptr) result.broadcast = bytes_of(entry.ifa_broadaddr);
  return result;
}

}  // namespace

Result<Fd> RealBind::bind(const BindTry& wanted) const {
  std::optional<OtherUser> other;
  if (wanted.uid) other.emplace(*wanted.uid);
  if (other && other->error() != 0) return Result<Fd>::failure(other->error());
  Fd fd(::socket(wanted.is_ipv6 ? AF_INET6 : AF_INET, wanted.type | SOCK_CLOEXEC, wanted.protocol));
  if (!fd) return Result<Fd>::failure(errno);
  if (!set_options(fd, wanted)) return Result<Fd>::failure(errno);
  if (const int error = bind_to(fd, wanted); error != 0) return Result<Fd>::failure(error);
  return fd;
}

std::vector<InterfaceAddress> interface_addresses() {
  std::vector<InterfaceAddress> result;
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return result;
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (entry->ifa_addr == nullptr) continue;
    const int family = entry->ifa_addr->sa_family;
    if (family == AF_INET || family == AF_INET6) result.push_back(read_entry(*entry));
  }
  ::freeifaddrs(list);
  return result;
}

std::uint32_t own_user() { return current_fsuid(); }

}  // namespace sys

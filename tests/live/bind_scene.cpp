// SPDX-License-Identifier: MIT
#include "bind_scene.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "collect/bind_door.hpp"
#include "sys/machine.hpp"

namespace oracle {

using portscope::Address;
using portscope::BindAttempt;
using portscope::Family;
using portscope::PortHolder;
using portscope::Transport;
using sys::Fd;

namespace {

constexpr std::uint32_t nobody = 65534;

/// An address and the interface that belongs to it.
struct Form {
  std::string_view text;
  Family family;
  bool v6_only;
  std::string_view interface;
};

constexpr auto forms = std::to_array<Form>({
    {"0.0.0.0", Family::ipv4, false, ""},
    {"127.0.0.1", Family::ipv4, false, ""},
    {"127.0.0.2", Family::ipv4, false, ""},
    {"0.0.0.0", Family::ipv6, false, ""},    // ::ffff:0.0.0.0
    {"127.0.0.1", Family::ipv6, false, ""},  // ::ffff:127.0.0.1
    {"::", Family::ipv6, false, ""},
    {"::", Family::ipv6, true, ""},
    {"::1", Family::ipv6, false, ""},
    {"2001:db8::1", Family::ipv6, true, ""},
    {"fe80::1", Family::ipv6, false, "lo"},
    {"fe80::1", Family::ipv6, false, "v0"},
});

/// connect(2) to a TCP socket of ours, from `from` where that is bound; the end that was accepted and the one that
/// called.
std::pair<Fd, Fd> connect_to(const Fd& listener) {
  sockaddr_in6 address{};
  socklen_t size = sizeof address;
  ::getsockname(listener.number(), reinterpret_cast<sockaddr*>(&address), &size);
  Fd client(::socket(address.sin6_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(client.number(), reinterpret_cast<const sockaddr*>(&address), size) != 0) return {};
  // Another listener of the port may have got it: then nothing waits here.
  ::fcntl(listener.number(), F_SETFL, O_NONBLOCK);
  return {Fd(::accept4(listener.number(), nullptr, nullptr, SOCK_CLOEXEC)), std::move(client)};
}

/// The one who closes first keeps the port in time_wait.
void close_first(Fd first, Fd second) {
  first = Fd();
  char end = 0;
  (void)!::read(second.number(), &end, 1);
}

portscope::BindView look_at(Transport transport, std::uint16_t port) {
  portscope::BindRequest request;
  request.probing = portscope::Probing::off;
  BindAttempt any;
  any.transport = transport;
  any.port = port;
  request.attempts = {any};
  return look_at_port(request);
}

}  // namespace

std::string text_of(const BindAttempt& attempt) {
  return fmt::format("{} {}{}{}:{}{}{}{} uid {}", name(attempt.transport), attempt.family == Family::ipv6 ? "6 " : "4 ",
                     attempt.address.to_string(), attempt.v6_only ? " v6only" : "", attempt.port,
                     attempt.interface != 0 ? fmt::format(" dev {}", attempt.interface) : std::string(),
                     attempt.reuse_address ? " A" : "", attempt.reuse_port ? " P" : "", attempt.uid);
}

std::uint16_t port_of(const Fd& fd) {
  sockaddr_in6 address{};
  socklen_t size = sizeof address;
  ::getsockname(fd.number(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin6_port);
}

Scene::Scene(std::uint64_t seed) : random_(seed) {
  sees_bound_ = lists_bound_sockets();
  sys::BindTry as_nobody;
  as_nobody.type = SOCK_DGRAM;
  as_nobody.uid = nobody;
  has_two_users_ = static_cast<bool>(door_.bind(as_nobody));
}

BindAttempt Scene::attempt(Transport transport) {
  const Form& form = forms[number(forms.size())];
  BindAttempt result;
  result.transport = transport;
  result.family = form.family;
  result.address = *Address::parse(form.text);
  result.v6_only = form.v6_only;
  result.port = port_;
  result.reuse_address = chance(50);
  result.reuse_port = chance(50);
  if (!form.interface.empty()) {
    result.interface = sys::interface_index(std::string(form.interface));
  } else if (chance(30)) {
    result.interface = sys::interface_index(chance(70) ? "lo" : "v0");
  }
  result.uid = has_two_users_ && chance(35) ? nobody : sys::own_user();
  return result;
}

void Scene::add_connection(Existing& made) {
  auto [accepted, client] = connect_to(made.fd);
  if (!accepted) return;
  if (chance(50)) {
    made.text += ", over";
    close_first(std::move(accepted), std::move(client));
  } else {
    made.text += ", connected";
    made.others.push_back(std::move(accepted));
    made.others.push_back(std::move(client));
  }
  if (chance(50)) {
    made.text += ", no longer listening";
    made.fd = Fd();
  }
}

void Scene::add_tcp() {
  const BindAttempt chosen = attempt(Transport::tcp);
  auto bound = door_.bind(collect::bind_try(chosen));
  if (!bound) return;
  note_bound(chosen);
  Existing made{std::move(*bound), {}, text_of(chosen)};
  if (chosen.reuse_address && chance(15)) {
    const int off = 0;
    ::setsockopt(made.fd.number(), SOL_SOCKET, SO_REUSEADDR, &off, sizeof off);
    made.text += ", A taken back";
  }
  const bool shall_listen = chance(60) || !sees_bound_;
  if (shall_listen && ::listen(made.fd.number(), 4) == 0) {
    made.text += " listening";
    const bool is_reachable = chosen.interface == 0 || chosen.interface == sys::interface_index("lo");
    if (is_reachable && chance(40)) add_connection(made);
  } else if (!sees_bound_) {
    return;
  }
  existing_.push_back(std::move(made));
}

void Scene::add_udp() {
  const BindAttempt chosen = attempt(transport_);
  auto bound = door_.bind(collect::bind_try(chosen));
  if (!bound) return;
  Existing made{std::move(*bound), {}, text_of(chosen)};
  if (chosen.family == Family::ipv4 && chance(25)) {
    sockaddr_in peer{};
    peer.sin_family = AF_INET;
    peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    peer.sin_port = htons(9);
    if (::connect(made.fd.number(), reinterpret_cast<const sockaddr*>(&peer), sizeof peer) == 0)
      made.text += " connected";
  }
  existing_.push_back(std::move(made));
}

/// A client whose port the kernel chose: the question is about that port then.
void Scene::start_with_client(bool over) {
  BindAttempt server;
  server.address = *Address::parse("127.0.0.1");
  server.uid = sys::own_user();
  auto listener = door_.bind(collect::bind_try(server));
  if (!listener || ::listen(listener->number(), 4) != 0) return;
  auto [accepted, client] = connect_to(*listener);
  if (!accepted) return;
  port_ = port_of(client);
  Existing made{Fd(), {}, over ? "a client's time_wait" : "a client"};
  if (over) {
    close_first(std::move(client), std::move(accepted));
  } else {
    made.fd = std::move(client);
    made.others.push_back(std::move(accepted));
  }
  existing_.push_back(std::move(made));
}

/// Linux does since 6.8. Before, what is merely bound takes part in no scene: rules cannot tell of what nobody sees.
bool Scene::lists_bound_sockets() {
  BindAttempt loopback;
  loopback.address = *Address::parse("127.0.0.1");
  loopback.uid = sys::own_user();
  const auto bound = door_.bind(collect::bind_try(loopback));
  if (!bound) return false;
  const auto view = look_at(Transport::tcp, port_of(*bound));
  return std::any_of(view.holders.begin(), view.holders.end(), [](const PortHolder& holder) {
    return holder.socket->source != portscope::Source::descriptor;  // of several on one port those are not all shown
  });
}

void Scene::begin() {
  existing_.clear();
  had_reuse_port_ = false;
  transport_ = chance(60) ? Transport::tcp : Transport::udp;
  port_ = static_cast<std::uint16_t>(chance(10) ? 600 + number(400) : 20000 + number(10000));
  if (transport_ == Transport::tcp && chance(25)) start_with_client(chance(50));
  const std::size_t sockets = 1 + number(5);
  for (std::size_t i = 0; i < sockets; ++i) transport_ == Transport::tcp ? add_tcp() : add_udp();
}

BindAttempt Scene::attempt() { return attempt(transport_); }

sys::Result<Fd> Scene::bind(const BindAttempt& wanted) { return door_.bind(collect::bind_try(wanted)); }

void Scene::note_bound(const BindAttempt& bound) {
  had_reuse_port_ = had_reuse_port_ || (bound.transport == Transport::tcp && bound.reuse_port);
}

portscope::BindView Scene::look() const { return look_at(transport_, port_); }

}  // namespace oracle

// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <optional>
#include <string>

#include "render/cell.hpp"

namespace render {

/// What people see where there is nothing to show.
inline constexpr char nothing_sign = '-';

/// What a socket is bound or connected to, with everything that tells it from others:
/// `[::1]:22`, `/run/x.sock`, `arp%eth0`, `rtnl:812`, `3:1024`.
void append_end(std::string& out, const End& end);

/// How many columns append_end's text takes, where that is known without making it.
std::optional<std::size_t> known_end_width(const End& end);

/// An address without port.
void append_address(std::string& out, const portscope::Address& address);

/// An address and port by themselves.
void append_endpoint(std::string& out, const portscope::Endpoint& endpoint);

/// The same without port and interface.
void append_end_address(std::string& out, const EndAddress& end);

/// As a JSON object.
void write_end(JsonWriter& json, const End& end);
void write_endpoint(JsonWriter& json, const portscope::Endpoint& endpoint);

std::strong_ordering order_ends(const End& a, const End& b);

}  // namespace render

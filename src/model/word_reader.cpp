// SPDX-License-Identifier: MIT
#include "model/word_reader.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "model/nearest.hpp"
#include "model/service_names.hpp"

namespace portscope {

namespace {

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

}  // namespace

bool all_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

/// A quoted word is not what stands in the text, so that all of it is marked.
void WordReader::fail(const std::string& what, std::string_view part) const {
  if (token_.quoted) scanner_.fail(what, token_.place);
  scanner_.fail(what, token_.place.substr(static_cast<std::size_t>(part.data() - token_.text.data()), part.size()));
}

std::uint32_t WordReader::service(std::string_view text) const {
  const std::string name(text);
  const std::string quoted = "'" + name + "' is no port";
  const bool is_name = std::isalpha(static_cast<unsigned char>(text.front())) != 0;
  if (!is_name) fail(quoted, text);
  if (const auto port = service_port(name)) {
    if (place_ == Place::alone) fail(quoted + "; a service is asked for with 'port = " + name + "'", text);
    return *port;
  }
  const auto services = service_names();
  fail(quoted + (place_ == Place::alone ? "" : " and no service") +
           did_you_mean(text, {services.begin(), services.end()}),
       text);
}

std::uint32_t WordReader::port(std::string_view text, const PortRange& allowed) const {
  if (text.empty()) fail("a port is missing", token_.text);
  if (!all_digits(text)) return service(text);
  unsigned long long port = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), port);
  const std::string largest = std::to_string(allowed.last);
  if (result.ec != std::errc{} || port > allowed.last) fail("port " + std::string(text) + " is above " + largest, text);
  if (port < allowed.first) fail("port 0 is no port: ports go from 1 to " + largest, text);
  if (text.front() == '0' && text.size() > 1) {
    fail("a port is written without leading zeros: " + std::to_string(port), text);
  }
  return static_cast<std::uint32_t>(port);
}

PortRange WordReader::ports(std::string_view text, const PortRange& allowed) const {
  // The name of a service may have a dash in it.
  const bool is_range = !text.empty() && is_digit(text.front());
  const std::size_t dash = is_range ? text.find('-') : std::string_view::npos;
  const std::uint32_t first = port(text.substr(0, dash), allowed);
  if (dash == std::string_view::npos) return {first, first};
  const std::uint32_t last = port(text.substr(dash + 1), allowed);
  if (last < first) fail("the range ends before it begins", text);
  return {first, last};
}

}  // namespace portscope

// SPDX-License-Identifier: MIT
#include "render/free_ports.hpp"

#include <fmt/format.h>

#include "render/document.hpp"
#include "render/why.hpp"

namespace render {

using portscope::BindAttempt;
using portscope::FreePorts;

void write_free(const FreePorts& found, const Sink& sink) {
  std::string out;
  for (const std::uint16_t port : found.ports) out += fmt::format("{}\n", port);
  if (!out.empty()) sink(out);
}

void write_free_json(const FreePorts& found, const portscope::FreeRequest& request, const Look& look,
                     const Sink& sink) {
  std::string out;
  JsonWriter json(out, look.json);
  json.begin_object();
  write_document_head(json, "portscope.free/1", found.snapshot);
  json.key("tried");
  json.begin_array();
  for (const BindAttempt& attempt : request.attempts) {
    json.begin_object();
    json.key("transport");
    json.text(name(attempt.transport));
    json.key("address");
    json.text(attempt.address.to_string());
    json.end_object();
  }
  json.end_array();
  json.key("range");
  json.begin_object();
  json.key("first");
  json.number(std::uint64_t{found.range.first});
  json.key("last");
  json.number(std::uint64_t{found.range.last});
  json.end_object();
  json.key("wanted");
  json.number(std::uint64_t{request.count});
  json.key("ports");
  json.begin_array();
  for (const std::uint16_t port : found.ports) json.number(std::uint64_t{port});
  json.end_array();
  json.end_object();
  out += '\n';
  sink(out);
}

std::string shortage_of_ports(const FreePorts& found, std::size_t wanted) {
  const std::string why = found.error != 0 ? fmt::format(" ({})", error_word(found.error)) : std::string();
  return fmt::format("portscope: {} of {} ports are free among {}-{}{}\n", found.ports.size(), wanted,
                     found.range.first, found.range.last, why);
}

}  // namespace render

// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "portscope/kernel_filter.hpp"

namespace portscope {

namespace {

using Kind = KernelFilter::Kind;

std::string text_of(const PortRange& ports) {
  return ports.first == ports.last ? fmt::format("= {}", ports.first)
                                   : fmt::format("in ({}-{})", ports.first, ports.last);
}

std::string text_of(const Prefix& prefix) {
  constexpr unsigned mapped_bits = 96;
  if (prefix.is_single_address()) return prefix.address.to_string();
  const bool four = prefix.address.is_ipv4() && prefix.bits >= mapped_bits;
  return fmt::format("{}/{}", prefix.address.to_string(), four ? prefix.bits - mapped_bits : prefix.bits);
}

std::string text_of(const KernelTest& test) {
  switch (test.about) {
    case KernelTest::About::local_port:
      return "sport " + text_of(test.ports);
    case KernelTest::About::peer_port:
      return "dport " + text_of(test.ports);
    case KernelTest::About::local_address:
      return "src " + text_of(test.prefix);
    case KernelTest::About::peer_address:
      return "dst " + text_of(test.prefix);
    case KernelTest::About::interface:
      return fmt::format("dev = {}", test.interface);
    case KernelTest::About::mark:
      return fmt::format("fwmark = {:#x}/{:#x}", test.mark.value, test.mark.mask);
    case KernelTest::About::cgroup:
      return fmt::format("cgroup {}", test.cgroup);
  }
  return {};
}

std::string joined(const KernelFilter& filter, std::string_view word) {
  std::string text;
  for (const KernelFilter& part : filter.parts) {
    const bool nested = part.kind == Kind::all_of || part.kind == Kind::any_of;
    if (!text.empty()) text.append(word);
    text += nested ? "(" + to_text(part) + ")" : to_text(part);
  }
  return text;
}

}  // namespace

std::string to_text(const KernelFilter& filter) {
  switch (filter.kind) {
    case Kind::always:
      return "everything";
    case Kind::never:
      return "nothing";
    case Kind::all_of:
      return joined(filter, " and ");
    case Kind::any_of:
      return joined(filter, " or ");
    case Kind::test:
      return text_of(filter.test);
    case Kind::not_test:
      return "not " + text_of(filter.test);
  }
  return {};
}

std::string to_text(const KernelPart& part) {
  std::string text;
  const auto append = [&](const std::string& term) { text.append(text.empty() ? "" : " and ").append(term); };
  if (part.local_port) append(fmt::format("sport = {}", *part.local_port));
  if (part.peer_port) append(fmt::format("dport = {}", *part.peer_port));
  const bool alone = text.empty();
  const bool nested = part.program.kind == Kind::any_of;
  if (alone) return to_text(part.program);
  if (part.program.kind != Kind::always) append(nested ? "(" + to_text(part.program) + ")" : to_text(part.program));
  return text;
}

}  // namespace portscope

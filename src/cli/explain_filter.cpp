// SPDX-License-Identifier: MIT
#include "cli/explain_filter.hpp"

#include <fmt/format.h>

#include <iterator>
#include <vector>

#include "portscope/kernel_filter.hpp"
#include "render/text.hpp"

namespace cli {

using portscope::Condition;
using portscope::EnumSet;
using portscope::Expression;
using portscope::Family;
using portscope::KernelFilter;
using portscope::Need;
using portscope::Request;
using portscope::Transport;

namespace {

template <class E>
std::string names(EnumSet<E> set) {
  if (set == portscope::every<E>()) return "all";
  std::string text;
  for (std::size_t i = 0; i < portscope::Names<E>::list.size(); ++i) {
    if (set.contains(static_cast<E>(i))) text.append(text.empty() ? "" : " ").append(name(static_cast<E>(i)));
  }
  return text;
}

void append_line(std::string& out, std::string_view head, std::string_view text) {
  fmt::format_to(std::back_inserter(out), "{:<12}", head);
  render::append_visible(out, text);
  out += '\n';
}

/// Whether the kernel decides the condition exactly for that protocol, as far as it arises there.
bool is_decided(const Condition& condition, Transport transport) {
  const Expression one = make_condition(condition);
  const auto part = portscope::kernel_part(one, transport);
  const KernelFilter filter = kernel_filter(one, transport);
  if (filter.kind == KernelFilter::Kind::never) return true;
  return part != portscope::KernelPart{} && negated(filter) == kernel_filter(make_negation(one), transport);
}

/// Protocols, families and states stand in the request, unless they are one of several alternatives.
bool stands_in_request(const Condition& condition) {
  using portscope::FieldId;
  return condition.field == FieldId::state || condition.field == FieldId::proto || condition.field == FieldId::family;
}

enum class Place : std::uint8_t { alone, among_alternatives };

/// The conditions that portscope decides itself.
void append_rest(std::string& out, const Request& request, const Expression& expression, Place place) {
  using Kind = Expression::Kind;
  const bool of_kernel =
      request.push_down == portscope::PushDown::on && request.source != portscope::SourceChoice::proc;
  if (expression.kind == Kind::condition) {
    const Condition& condition = expression.condition;
    bool decided = of_kernel;
    for (std::size_t i = 0; i < portscope::Names<Transport>::list.size(); ++i) {
      const auto transport = static_cast<Transport>(i);
      decided = decided && (!request.selection.transports.contains(transport) || is_decided(condition, transport));
    }
    if (stands_in_request(condition)) decided = place == Place::alone;
    if (!decided) append_line(out, "here", condition.typed);
    return;
  }
  const Place inner = expression.kind == Kind::any_of ? Place::among_alternatives : place;
  for (const Expression& part : expression.parts) append_rest(out, request, part, inner);
}

std::string sent_to_kernel(const Request& request, Transport transport) {
  if (request.source == portscope::SourceChoice::proc) return "everything (/proc has no filter)";
  if (request.push_down == portscope::PushDown::off) return "everything";
  const auto part = portscope::kernel_part(request.selection.filter, transport);
  return to_text(part) + (part.connection ? " (looked up, without a walk over the table)" : "");
}

std::string costs(EnumSet<Need> needs) {
  std::vector<std::string_view> costs;
  if (needs.contains(Need::owners)) costs.emplace_back("a walk over processes");
  if (needs.contains(Need::tcp_info)) costs.emplace_back("tcp_info of each socket");
  if (needs.contains(Need::direction)) costs.emplace_back("all sockets of the protocols");
  if (needs.contains(Need::options)) costs.emplace_back("the mark of each socket");
  return costs.empty() ? "nothing beyond the rows" : fmt::format("{}", fmt::join(costs, ", "));
}

}  // namespace

std::string explain_filter(const Request& request) {
  const auto& selection = request.selection;
  std::string out;
  append_line(out, "protocols", names(selection.transports));
  constexpr EnumSet<Family> ip{Family::ipv4, Family::ipv6};
  const auto families = selection.families & ip;
  if (!families.empty() && families != ip) append_line(out, "families", names(families));
  append_line(out, "states", names(selection.states));
  for (std::size_t i = 0; i < portscope::Names<Transport>::list.size(); ++i) {
    const auto transport = static_cast<Transport>(i);
    if (!selection.transports.contains(transport)) continue;
    append_line(out, "kernel", fmt::format("{}: {}", name(transport), sent_to_kernel(request, transport)));
  }
  append_rest(out, request, selection.filter, Place::alone);
  append_line(out, "costs", costs(needs_of(selection.filter)));
  return out;
}

}  // namespace cli

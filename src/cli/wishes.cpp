// SPDX-License-Identifier: MIT
#include "cli/wishes.hpp"

#include <algorithm>
#include <array>

#include "cli/help.hpp"
#include "cli/lists.hpp"
#include "cli/usage_error.hpp"

namespace cli {

using portscope::Family;
using portscope::Transport;
using render::Layout;

namespace {

using Argument = const std::string&;

/// What one option does to the wishes.
struct Effect {
  OptionId id;
  void (*apply)(Wishes& wishes, Argument argument);
};

constexpr auto effects = std::to_array<Effect>({
    {OptionId::tcp, [](Wishes& w, Argument) { w.transports.insert(Transport::tcp); }},
    {OptionId::udp, [](Wishes& w, Argument) { w.transports.insert(Transport::udp); }},
    {OptionId::udplite, [](Wishes& w, Argument) { w.transports.insert(Transport::udplite); }},
    {OptionId::raw, [](Wishes& w, Argument) { w.transports.insert(Transport::raw); }},
    {OptionId::icmp, [](Wishes& w, Argument) { w.transports.insert(Transport::icmp); }},
    {OptionId::unix_socket, [](Wishes& w, Argument) { w.transports.insert(Transport::unix_socket); }},
    {OptionId::mptcp, [](Wishes& w, Argument) { w.transports.insert(Transport::mptcp); }},
    {OptionId::sctp, [](Wishes& w, Argument) { w.transports.insert(Transport::sctp); }},
    {OptionId::dccp, [](Wishes& w, Argument) { w.transports.insert(Transport::dccp); }},
    {OptionId::packet, [](Wishes& w, Argument) { w.transports.insert(Transport::packet); }},
    {OptionId::netlink, [](Wishes& w, Argument) { w.transports.insert(Transport::netlink); }},
    {OptionId::vsock, [](Wishes& w, Argument) { w.transports.insert(Transport::vsock); }},
    {OptionId::xdp, [](Wishes& w, Argument) { w.transports.insert(Transport::xdp); }},
    {OptionId::tipc, [](Wishes& w, Argument) { w.transports.insert(Transport::tipc); }},
    {OptionId::query, [](Wishes& w, Argument list) { w.transports |= parse_transports(list); }},
    {OptionId::ipv4, [](Wishes& w, Argument) { w.families.insert(Family::ipv4); }},
    {OptionId::ipv6, [](Wishes& w, Argument) { w.families.insert(Family::ipv6); }},
    {OptionId::family, [](Wishes& w, Argument word) { w.families.insert(parse_family(word)); }},
    {OptionId::listen, [](Wishes& w, Argument) { w.listen = true; }},
    {OptionId::all, [](Wishes& w, Argument) { w.all = true; }},
    {OptionId::bound, [](Wishes& w, Argument) { w.bound = true; }},
    {OptionId::summary, [](Wishes& w, Argument) { w.summary = true; }},
    {OptionId::columns, [](Wishes& w, Argument list) { w.columns = parse_columns(list); }},
    {OptionId::sort, [](Wishes& w, Argument list) { w.sort = parse_sort(list); }},
    {OptionId::extended, [](Wishes& w, Argument) { w.extras.insert(Layout::extended); }},
    {OptionId::internals, [](Wishes& w, Argument) { w.extras.insert(Layout::internals); }},
    {OptionId::memory, [](Wishes& w, Argument) { w.extras.insert(Layout::memory); }},
    {OptionId::timers, [](Wishes& w, Argument) { w.extras.insert(Layout::timers); }},
    {OptionId::set_options, [](Wishes& w, Argument) { w.extras.insert(Layout::set_options); }},
    {OptionId::one_line, [](Wishes& w, Argument) { w.one_line = true; }},
    {OptionId::no_header, [](Wishes& w, Argument) { w.header = false; }},
    {OptionId::color, [](Wishes& w, Argument word) { w.color = parse_color(word); }},
    {OptionId::json, [](Wishes& w, Argument) { w.format = parse_format("json"); }},
    {OptionId::jsonl, [](Wishes& w, Argument) { w.format = parse_format("jsonl"); }},
    {OptionId::csv, [](Wishes& w, Argument) { w.format = parse_format("csv"); }},
    {OptionId::tsv, [](Wishes& w, Argument) { w.format = parse_format("tsv"); }},
    {OptionId::format, [](Wishes& w, Argument word) { w.format = parse_format(word); }},
    {OptionId::pretty, [](Wishes& w, Argument) { w.pretty = true; }},
    {OptionId::output, [](Wishes& w, Argument path) { w.output = parse_path(path); }},
    {OptionId::watch, [](Wishes& w, Argument text) { w.interval = parse_interval(text); }},
    {OptionId::events, [](Wishes&, Argument) {}},  // the parser makes another command of it
    {OptionId::duration, [](Wishes& w, Argument seconds) { w.duration = parse_seconds(seconds); }},
    {OptionId::quiet, [](Wishes& w, Argument) { w.quiet = true; }},
    {OptionId::strict, [](Wishes& w, Argument) { w.strict = true; }},
    {OptionId::source, [](Wishes& w, Argument word) { w.source = parse_source(word); }},
    {OptionId::owners, [](Wishes& w, Argument word) { w.owners = parse_owner_road(word); }},
    {OptionId::no_push_down, [](Wishes& w, Argument) { w.push_down = portscope::PushDown::off; }},
    {OptionId::explain_filter, [](Wishes& w, Argument) { w.explain_filter = true; }},
    {OptionId::accepted, [](Wishes&, Argument) {}},
    {OptionId::reuse_address, [](Wishes& w, Argument) { w.reuse_address = true; }},
    {OptionId::reuse_port, [](Wishes& w, Argument) { w.reuse_port = true; }},
    {OptionId::v6_only, [](Wishes& w, Argument) { w.v6_only = true; }},
    {OptionId::as_user, [](Wishes& w, Argument name) { w.user = name; }},
    {OptionId::no_probe, [](Wishes& w, Argument) { w.probing = portscope::Probing::off; }},
    {OptionId::count, [](Wishes& w, Argument number) { w.count = parse_count(number); }},
    {OptionId::exec, [](Wishes& w, Argument) { w.exec = true; }},
    {OptionId::list_columns, [](Wishes& w, Argument) { w.text = w.text.value_or(column_list()); }},
    {OptionId::list_formats, [](Wishes& w, Argument) { w.text = w.text.value_or(format_list()); }},
    {OptionId::completion, [](Wishes& w, Argument shell) { w.text = w.text.value_or(completion(shell)); }},
    {OptionId::version, [](Wishes& w, Argument) { w.text = w.text.value_or(version_text()); }},
    {OptionId::help, [](Wishes& w, Argument) { w.text = w.text.value_or(help_text()); }},
    {OptionId::yes, [](Wishes& w, Argument) { w.yes = true; }},
    {OptionId::dry_run, [](Wishes& w, Argument) { w.dry_run = true; }},
    {OptionId::force, [](Wishes& w, Argument) { w.force = true; }},
    {OptionId::grace, [](Wishes& w, Argument seconds) { w.grace = parse_seconds(seconds); }},
    {OptionId::until_free, [](Wishes& w, Argument) { w.free = true; }},
    {OptionId::timeout, [](Wishes& w, Argument seconds) { w.timeout = parse_seconds(seconds); }},
    {OptionId::close, [](Wishes&, Argument) {}},  // the parser makes another command of it
});
static_assert(effects.size() == static_cast<std::size_t>(OptionId::help) + 1, "every option does something");

}  // namespace

Wishes gather(const std::vector<Given>& options) {
  Wishes wishes;
  for (const Given& given : options) {
    const auto* const effect =
        std::find_if(effects.begin(), effects.end(), [&](const Effect& row) { return row.id == given.id; });
    effect->apply(wishes, given.argument);
  }
  return wishes;
}

}  // namespace cli

// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <iterator>

#include "portscope/detail_types.hpp"
#include "render/details.hpp"
#include "render/text.hpp"

namespace render {

using portscope::DetailKind;
using portscope::Snapshot;
using portscope::Socket;
using portscope::UnixEndpoint;

namespace {

Object file_object(const portscope::UnixFile& file) {
  return {{{"inode", std::uint64_t{file.inode}},
           {"device_major", std::uint64_t{file.major}},
           {"device_minor", std::uint64_t{file.minor}}}};
}

/// Everyone who holds the socket with that inode, once; holders come sorted by process.
std::vector<const portscope::Process*> processes_with(const Snapshot& snapshot, std::uint32_t inode) {
  std::vector<const portscope::Process*> found;
  for (const auto& holder : snapshot.holders_of(inode)) {
    const auto* const process = &snapshot.processes[holder.process];
    if (found.empty() || found.back() != process) found.push_back(process);
  }
  return found;
}

/// Those who are connected to a socket that has no peer of its own.
Array senders(const Snapshot& snapshot, const DetailReader& details) {
  Array array;
  for (const auto& sender : details.list<UnixEndpoint>(DetailKind::unix_senders)) {
    Object object;
    object.members.push_back({"inode", std::uint64_t{sender.inode}});
    const bool named = sender.name != portscope::StringId::none;
    object.members.push_back(
        {sender.abstract ? "abstract" : "path", named ? Cell{Text{snapshot.text(sender.name)}} : Cell{}});
    Numbers pids;
    for (const auto* process : processes_with(snapshot, sender.inode)) {
      pids.push_back(static_cast<std::uint64_t>(process->pid));
    }
    object.members.push_back({"pids", std::move(pids)});
    array.elements.push_back({{}, std::move(object)});
  }
  return array;
}

Object unix_object(const Snapshot& snapshot, const Socket& socket) {
  const DetailReader details(snapshot, socket);
  const auto file = details.value<portscope::UnixFile>(DetailKind::unix_file);
  Array pending;
  for (const auto inode : details.list<std::uint32_t>(DetailKind::unix_pending)) {
    pending.elements.push_back({{}, std::uint64_t{inode}});
  }
  const bool told = socket.source == portscope::Source::netlink;  // /proc knows of none of them
  return {{{"file", file ? Cell{file_object(*file)} : Cell{}},
           {"pending", told ? Cell{std::move(pending)} : Cell{}},
           {"connected_by", told ? Cell{senders(snapshot, details)} : Cell{}}}};
}

/// Who is at the other end, by name: the table shows only where that is.
void add_peer(Statements& line, const Snapshot& snapshot, const Socket& socket) {
  const auto* peer = unix_end(socket.peer);
  if (peer == nullptr || peer->inode == 0) return;
  const auto processes = processes_with(snapshot, peer->inode);
  if (processes.empty()) return;
  constexpr std::size_t most = 3;
  std::string& out = line.next();
  out += "peer";
  for (std::size_t i = 0; i < processes.size() && i < most; ++i) {
    out += ' ';
    append_visible(out, snapshot.text(processes[i]->name));
    fmt::format_to(std::back_inserter(out), "({})", processes[i]->pid);
  }
  if (processes.size() > most) fmt::format_to(std::back_inserter(out), " +{}", processes.size() - most);
}

std::string unix_line(const Snapshot& snapshot, const Socket& socket) {
  const DetailReader details(snapshot, socket);
  Statements line;
  if (const auto file = details.value<portscope::UnixFile>(DetailKind::unix_file)) {
    line.add(fmt::format("file {} on {}:{}", file->inode, file->major, file->minor));
  }
  const auto pending = details.list<std::uint32_t>(DetailKind::unix_pending).size();
  if (pending > 0) line.add(fmt::format("{} waiting", pending));
  const auto connected = details.list<UnixEndpoint>(DetailKind::unix_senders).size();
  if (connected > 0) line.add(fmt::format("connected by {}", connected));
  add_peer(line, snapshot, socket);
  return line.take();
}

}  // namespace

const DetailView unix_view{"unix", unix_object, unix_line};

}  // namespace render

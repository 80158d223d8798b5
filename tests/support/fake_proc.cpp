// SPDX-License-Identifier: MIT
#include "support/fake_proc.hpp"

#include <fmt/format.h>
#include <stdlib.h>

#include <fstream>
#include <stdexcept>
#include <system_error>

#include "support/golden.hpp"

namespace fake {

namespace fs = std::filesystem;

TemporaryDirectory::TemporaryDirectory() {
  std::string name = (fs::temp_directory_path() / "portscope-test-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category(), name);
  path_ = name;
  fs::permissions(path_, fs::perms::owner_all | fs::perms::group_all | fs::perms::others_all);
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  // Give back what forbid() took, or nobody but root could clean up.
  for (auto entry = fs::recursive_directory_iterator(path_, ignored); entry != fs::recursive_directory_iterator();
       entry.increment(ignored)) {
    if (entry->is_directory(ignored) && !entry->is_symlink(ignored)) {
      fs::permissions(entry->path(), fs::perms::owner_all, fs::perm_options::add, ignored);
    }
  }
  fs::remove_all(path_, ignored);
}

Proc::Proc() {
  link("self/ns/pid", "pid:[4026531836]");
  file("self/uid_map", "         0          0 4294967295\n");
}

Proc& Proc::file(const std::string& name, std::string_view content) {
  const fs::path full = root_.path() / name;
  fs::create_directories(full.parent_path());
  std::ofstream out(full, std::ios::binary);
  out << content;
  if (!out.flush()) throw std::runtime_error("cannot write " + full.string());
  return *this;
}

Proc& Proc::link(const std::string& name, const std::string& target) {
  const fs::path full = root_.path() / name;
  fs::create_directories(full.parent_path());
  fs::remove_all(full);
  fs::create_symlink(target, full);
  return *this;
}

Proc& Proc::directory(const std::string& name) {
  fs::create_directories(root_.path() / name);
  return *this;
}

Proc& Proc::remove(const std::string& name) {
  fs::remove_all(root_.path() / name);
  return *this;
}

Proc& Proc::forbid(const std::string& name) {
  fs::permissions(root_.path() / name, fs::perms::none);
  return *this;
}

Proc& Proc::process(int pid, std::string_view name) {
  const std::string at = std::to_string(pid);
  // Field 22, the start, is `pid` ticks after boot, so that every process has its own.
  file(at + "/stat",
       fmt::format("{} ({}) S 1 {} {} 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 {} 0 0\n", pid, name, pid, pid, pid));
  file(at + "/status", fmt::format("Name:\t{}\nUid:\t0\t33\t0\t0\n", name));
  file(at + "/cmdline", fmt::format("/usr/sbin/{}{}-x{}", name, '\0', '\0'));
  file(at + "/cgroup", fmt::format("0::/system.slice/{}.service\n", name));
  link(at + "/exe", fmt::format("/usr/sbin/{}", name));
  directory(at + "/fd");
  return directory(at + "/task/" + at);
}

Proc& Proc::holds(int pid, int fd, unsigned inode) {
  return link(fmt::format("{}/fd/{}", pid, fd), fmt::format("socket:[{}]", inode));
}

Proc& Proc::thread_holds(int pid, int tid, int fd, unsigned inode) {
  return link(fmt::format("{}/task/{}/fd/{}", pid, tid, fd), fmt::format("socket:[{}]", inode));
}

Proc& Proc::recorded_net(const std::string& name) { return net(name, golden::read_file("data/proc-net/" + name)); }

}  // namespace fake

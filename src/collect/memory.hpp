// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "collect/holders.hpp"
#include "collect/table_memory.hpp"
#include "portscope/snapshot.hpp"
#include "portscope/take_snapshot.hpp"
#include "sys/socket_files.hpp"

namespace collect {

/// What /proc told of processes, to be told again while they are the same.
///
/// A pid and a start name one process until the machine restarts, and of one process only execve(2) changes what it
/// runs. That is seen by its name and the place of its code and stack (`program`), which the kernel draws anew each
/// time. What a process changes by itself (its user, its cgroup, the arguments it overwrites) is read again when it is
/// older than `fresh`.
class ProcessMemory {
 public:
  static constexpr std::chrono::seconds fresh{10};

  void begin_look(portscope::Time now);
  /// Adds what is known of `process`, if that is this very process, and still this program. An empty program is not
  /// known to be the same.
  bool recall(portscope::Process& process, const std::string& program, portscope::StringPool& strings);
  void keep(const portscope::Process& process, const std::string& program, const portscope::StringPool& strings);

 private:
  struct Facts {
    std::optional<portscope::Time> start;
    std::string program;
    portscope::Time read{};
    bool seen = true;
    std::optional<std::string> exe;
    std::optional<std::string> command_line;
    std::optional<std::string> cgroup;
    std::optional<std::uint32_t> uid;
    bool command_line_cut = false;
  };
  portscope::Time now_{};
  std::unordered_map<std::int32_t, Facts> processes_;
};

/// Names that stand for numbers. The id of a cgroup is never given to another one, nor can a cgroup be moved; the name
/// of a user hardly ever changes, and is asked for again after a minute.
class NameMemory {
 public:
  static constexpr std::chrono::seconds fresh{60};

  void begin_look(portscope::Time now);
  std::optional<std::string> user(std::uint32_t uid);

  std::unordered_map<std::uint64_t, std::string> cgroups;  ///< paths; empty: there is none of that id any more

 private:
  portscope::Time now_{};
  portscope::Time since_{};
  std::unordered_map<std::uint32_t, std::optional<std::string>> users_;
};

/// Who was seen to hold sockets by the last walk over /proc; see owner_recall.hpp.
struct HolderMemory {
  struct Known {
    std::optional<portscope::Time> start;
    std::vector<portscope::Holder> holders;  ///< Holder::process says nothing here
  };
  struct Unheld {
    std::uint64_t cookie = 0;
    int looks = 0;  ///< in a row; its descriptor may have been on its way the first time
  };
  std::map<std::int32_t, Known> known;               ///< by pid
  std::unordered_map<std::uint32_t, Unheld> unheld;  ///< by inode: what nobody was seen to hold
  std::unordered_set<std::int32_t> pids;             ///< of all processes there were
  WalkLimits limits;                                 ///< of the last walk over all of them
  int looks = 0;                                     ///< since then
  bool filled = false;
};

/// The iterator that was opened for an earlier look.
struct OpenIterator {
  sys::Iterator which{};
  portscope::OwnerRoad asked{};
  socket_choice choice{};

  [[nodiscard]] bool is_for(portscope::OwnerRoad road, const socket_choice& other) const;
};

/// What an observer knows from its earlier looks.
struct Memory {
  ProcessMemory processes;
  NameMemory names;
  HolderMemory holders;
  TableMemory tcp;
  std::optional<OpenIterator> iterator;
  portscope::OwnerRoad road = portscope::OwnerRoad::none;

  void begin_look(portscope::Time now) {
    processes.begin_look(now);
    names.begin_look(now);
    road = portscope::OwnerRoad::none;
  }
};

}  // namespace collect

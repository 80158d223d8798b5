// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "portscope/detail_types.hpp"
#include "support/detailed_socket.hpp"
#include "support/sockets.hpp"

namespace {

using fake::DetailedSocket;
using portscope::DetailKind;
using portscope::StringId;
using portscope::UnixEndpoint;
using render::unix_view;

DetailedSocket listener() { return DetailedSocket(fake::unix_socket(7, StringId::none, portscope::State::listen)); }

TEST(UnixDetails, TellsFileAndWhoWaits) {
  auto detailed = listener();
  detailed.add(DetailKind::unix_file, portscope::UnixFile{1234, 8, 1});
  detailed.add_list(DetailKind::unix_pending, std::vector<std::uint32_t>{70, 71});
  EXPECT_EQ(detailed.line(unix_view), "file 1234 on 8:1, 2 waiting");
  EXPECT_EQ(detailed.json(unix_view),
            R"({"file":{"inode":1234,"device_major":8,"device_minor":1},"pending":[70,71],"connected_by":[]})");
}

TEST(UnixDetails, SendersAreToldByNameAndProcess) {
  auto detailed = listener();
  portscope::Process process;
  process.pid = 812;
  detailed.snapshot.processes = {process};
  detailed.snapshot.holders = {{70, 0, 3, 0}, {70, 0, 4, 0}};
  const StringId hostile = detailed.snapshot.strings.intern("a\x1b");
  detailed.add_list(DetailKind::unix_senders,
                    std::vector<UnixEndpoint>{{hostile, 70, true}, {StringId::none, 71, false}});
  EXPECT_EQ(detailed.line(unix_view), "connected by 2");
  EXPECT_EQ(detailed.json(unix_view),
            R"({"file":null,"pending":[],"connected_by":[{"inode":70,"abstract":"a\u001b","pids":[812]},)"
            R"({"inode":71,"path":null,"pids":[]}]})");
}

TEST(UnixDetails, ThePeerIsToldByNameAndEachProcessOnce) {
  DetailedSocket detailed(fake::unix_socket(7, StringId::none, portscope::State::established));
  detailed.socket.peer = UnixEndpoint{StringId::none, 70, false};
  EXPECT_EQ(detailed.line(unix_view), "") << "nobody asked who holds it";
  portscope::Snapshot& snapshot = detailed.snapshot;
  for (std::int32_t pid = 1; pid <= 5; ++pid) {
    portscope::Process process;
    process.pid = pid;
    process.name = snapshot.strings.intern(pid == 1 ? "a\x1b" : "nginx");
    snapshot.processes.push_back(process);
  }
  snapshot.holders = {{70, 0, 3, 0}, {70, 0, 4, 0}};
  EXPECT_EQ(detailed.line(unix_view), "peer a\\x1b(1)") << "it holds two descriptors of it";
  snapshot.holders = {{70, 0, 3, 0}, {70, 0, 4, 0}, {70, 1, 3, 0}, {70, 2, 3, 0}, {70, 3, 3, 0}, {70, 4, 3, 0}};
  EXPECT_EQ(detailed.line(unix_view), "peer a\\x1b(1) nginx(2) nginx(3) +2");
}

TEST(UnixDetails, ProcKnowsOfNoneOfThem) {
  auto detailed = listener();
  detailed.socket.source = portscope::Source::proc;
  EXPECT_EQ(detailed.line(unix_view), "");
  EXPECT_EQ(detailed.json(unix_view), R"({"file":null,"pending":null,"connected_by":null})");
}

}  // namespace

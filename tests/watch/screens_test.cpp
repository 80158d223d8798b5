// SPDX-License-Identifier: MIT
// Whole screens of the live view, at the sizes that matter.
#include <gtest/gtest.h>
#include <linux/tcp.h>

#include <cstdlib>

#include "support/golden.hpp"
#include "support/sample_snapshot.hpp"
#include "support/watched.hpp"

namespace {

using fake::Watched;
using watch::Key;
using watch::Size;

/// A connection of the sample machine that had sent so much.
void talk(portscope::Snapshot& snapshot, std::uint64_t bytes) {
  for (auto& socket : snapshot.sockets) {
    if (socket.transport != portscope::Transport::tcp || socket.state != portscope::State::established) continue;
    tcp_info info{};
    info.tcpi_bytes_sent = bytes;
    info.tcpi_bytes_received = bytes / 3;
    info.tcpi_total_retrans = static_cast<std::uint32_t>(bytes / 1000);
    socket.details = snapshot.details.add_value(socket.details, portscope::DetailKind::tcp_info, info);
  }
}

/// The sample machine, after so many seconds.
portscope::Snapshot machine_after(int seconds) {
  auto snapshot = sample::snapshot();
  snapshot.time = portscope::Time(std::chrono::hours(13) + std::chrono::seconds(seconds));
  std::uint64_t cookie = 0x1000;
  for (auto& socket : snapshot.sockets) socket.cookie = ++cookie;
  snapshot.gaps.push_back({portscope::Gap::What::owners, std::nullopt, "EACCES", 2, "run as root"});
  talk(snapshot, static_cast<std::uint64_t>(seconds) * 4096);
  return snapshot;
}

/// One screen after the other: what is pressed stands above each.
class Walk {
 public:
  explicit Walk(Size size) : view_(size, machine_after(0)) {
    view_.status.took = std::chrono::milliseconds(12);
    view_.status.road = portscope::OwnerRoad::bpf;
    look(1);
    show("start");
  }

  /// A socket is gone, another there, a third in another state.
  void look(int seconds) {
    auto next = machine_after(seconds);
    if (seconds > 1) {
      next.sockets.erase(next.sockets.begin() + 1);
      next.sockets.back().cookie = 0x9999;
      next.sockets.front().state = portscope::State::close_wait;
    }
    view_.status.time = next.time;
    view_.take(std::move(next));
  }
  void show(std::string_view title) {
    const std::string head = "=== " + std::string(title) + " ";
    text_ += head + std::string(head.size() < 60 ? 60 - head.size() : 0, '=') + "\n" + view_.screen();
  }
  void press(std::string_view keys, std::string_view title) {
    view_.type(keys);
    show(title);
  }
  void press(Key key, std::string_view title) {
    view_.press({key});
    show(title);
  }
  Watched& view() { return view_; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  Watched view_;
  std::string text_;
};

std::string walk(Size size) {
  ::setenv("TZ", "UTC", 1);  // NOLINT(concurrency-mt-unsafe): no other thread
  ::tzset();
  Walk walk(size);
  walk.press("/:443", "/:443, typed");
  walk.press(" wrong", "a filter that means nothing");
  walk.press(Key::escape, "Esc");
  walk.press("sss", "sss: by the third column");
  walk.press("S", "S: the other way round");
  walk.press(" ", "Space: by process");
  walk.press(" ", "Space: unfolded");
  walk.view().type("bbbb").state.sorting = {};
  walk.press("gp", "p: paused");
  walk.view().type("p");
  walk.look(2);
  walk.show("closed, opened, changed");
  walk.press("jw", "w: pinned");
  walk.press("d", "d: names");
  walk.view().type("d");
  walk.press(Key::enter, "Enter: details");
  walk.press(Key::page_down, "PgDn");
  walk.view().press({Key::escape});
  walk.press("K", "K");
  walk.view().hear(
      {"0.0.0.0:80/tcp is held:\nPROTO  STATE   LOCAL       PROCESS      USER\n"
       "tcp    listen  0.0.0.0:80  nginx(812)   www-data\nSIGTERM goes to:\n  812 nginx, 12 minutes old\n"
       "Left alone, for they only use the port: 3 established.\n",
       "End them? [y/N] ", [] { return std::string(); }});
  walk.show("what would be done");
  walk.press("y", "y");
  walk.view().hear({"812 nginx ended\n0.0.0.0:80/tcp is free.\n", {}, {}});
  walk.show("done");
  walk.view().press({Key::escape});
  walk.press("?", "?");
  walk.view().press({Key::escape}).resize({12, 40});
  walk.show("another size");
  return walk.text();
}

TEST(Screens, Of80Columns) { EXPECT_TRUE(golden::matches(walk({24, 80}), "watch-80x24.txt")); }
TEST(Screens, Of200Columns) { EXPECT_TRUE(golden::matches(walk({60, 200}), "watch-200x60.txt")); }
TEST(Screens, Of20Columns) { EXPECT_TRUE(golden::matches(walk({10, 20}), "watch-20x10.txt")); }

}  // namespace

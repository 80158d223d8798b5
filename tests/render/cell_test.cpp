// SPDX-License-Identifier: MIT
#include "render/cell.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "render/columns.hpp"
#include "render/text.hpp"
#include "support/sample_snapshot.hpp"
#include "support/sockets.hpp"

namespace {

using portscope::OwnerStatus;
using portscope::Snapshot;
using portscope::Socket;
using portscope::StringId;
using render::Cell;
using render::Emphasis;
using render::Text;

std::string text(const Cell& cell, const render::Brevity& brevity = {}) {
  std::string out;
  render::append_text(out, cell, brevity);
  return out;
}

/// The member `x` in JSON, without the braces.
std::string json(const Cell& cell) {
  std::string out;
  render::JsonWriter writer(out, render::JsonStyle::compact);
  writer.begin_object();
  render::write_member(writer, "x", cell);
  writer.end_object();
  return out.substr(1, out.size() - 2);
}

TEST(Cell, NothingAndInapplicableDifferOnlyInJson) {
  EXPECT_EQ(text(Cell{}), "-");
  EXPECT_EQ(text(render::Inapplicable{}), "-");
  EXPECT_EQ(json(Cell{}), R"("x":null)");
  EXPECT_EQ(json(render::Inapplicable{}), "");
  EXPECT_TRUE(render::is_blank(Cell{}));
  EXPECT_FALSE(render::is_blank(std::uint64_t{0}));
}

TEST(Cell, PlainValues) {
  EXPECT_EQ(text(true), "true");
  EXPECT_EQ(json(false), R"("x":false)");
  EXPECT_EQ(text(UINT64_MAX), "18446744073709551615");
  EXPECT_EQ(json(std::uint64_t{0}), R"("x":0)");
  EXPECT_EQ(text(render::Word{"listen"}), "listen");
  EXPECT_EQ(json(render::Word{"listen"}), R"("x":"listen")");
  EXPECT_EQ(text(render::Hex{0x23c4238}), "23c4238");
  EXPECT_EQ(json(render::Hex{UINT64_MAX}), R"("x":"ffffffffffffffff")");
}

TEST(Cell, TextFromOutsideIsMadeHarmless) {
  EXPECT_EQ(text(Text{"a\x1b"}), "a\\x1b");
  EXPECT_EQ(json(Text{"a\x1b"}), R"("x":"a\u001b")");
  EXPECT_EQ(json(Text{"\xff"}), "\"x\":\"\xef\xbf\xbd\",\"x_b64\":\"/w==\"");
}

TEST(Cell, NoTextPassesForNothing) {
  EXPECT_EQ(text(Text{""}), "\"\"");
  EXPECT_EQ(text(Text{"-"}), "\"-\"");
}

TEST(Cell, ListsAreWrittenOneByOne) {
  EXPECT_EQ(text(render::Numbers{1, 20}), "1,20");
  EXPECT_EQ(text(render::Numbers{}), "-");
  EXPECT_EQ(json(render::Numbers{1, 20}), R"("x":[1,20])");
  EXPECT_EQ(text(render::Texts{Text{"a"}, std::nullopt, Text{"b"}}), "a,-,b");
  EXPECT_EQ(json(render::Texts{Text{"a"}, std::nullopt}), R"("x":["a",null])");
  EXPECT_EQ(json(render::Texts{Text{"\xff"}, Text{"b"}}),
            "\"x\":[\"\xef\xbf\xbd\",\"b\"],\"x_b64\":[\"/w==\",\"Yg==\"]");
}

TEST(Cell, CommandLinesKeepTheirArguments) {
  const render::CommandLines lines{render::CommandLine{std::string_view("nginx\0-g\0\0", 10)}};
  EXPECT_EQ(text(lines), "nginx -g \"\"");
  EXPECT_EQ(json(lines), R"("x":[["nginx","-g",""]])");
  EXPECT_EQ(json(render::CommandLines{std::nullopt}), R"("x":[null])");
  const render::CommandLines lossy{render::CommandLine{std::string_view("\xff\0", 2)}};
  EXPECT_EQ(json(lossy), "\"x\":[[\"\xef\xbf\xbd\"]],\"x_b64\":[[\"/w==\"]]");
}

TEST(SplitArguments, EachEndsWithANulButMaybeTheLast) {
  using Arguments = std::vector<std::string_view>;
  EXPECT_EQ(render::split_arguments(std::string_view("a\0b\0", 4)), (Arguments{"a", "b"}));
  EXPECT_EQ(render::split_arguments("overwritten title"), Arguments{"overwritten title"});
  EXPECT_EQ(render::split_arguments(std::string_view("\0\0", 2)), (Arguments{"", ""}));
  EXPECT_EQ(render::split_arguments(""), Arguments{});
}

struct EndCase {
  Snapshot snapshot;
  Socket socket;
  Cell local() { return render::End{&snapshot, &socket, &socket.local}; }
  Cell peer() { return render::End{&snapshot, &socket, &socket.peer}; }
};

/// What TextMeter says, where it agrees with the text.
testing::AssertionResult is_measured_right(const Cell& cell, const render::Brevity& brevity = {}) {
  const std::string written = text(cell, brevity);
  const std::size_t measured = render::TextMeter(brevity).width(cell);
  if (measured == render::display_width(written)) return testing::AssertionSuccess();
  return testing::AssertionFailure() << '"' << written << "\" is not " << measured << " wide";
}

TEST(TextMeter, AgreesWithTheTextOfEveryCell) {
  const Snapshot snapshot = sample::snapshot();
  for (const Socket& socket : snapshot.sockets) {
    for (const auto& column : render::columns()) {
      EXPECT_TRUE(is_measured_right(column.cell(snapshot, socket))) << column.name;
      EXPECT_TRUE(is_measured_right(column.cell(snapshot, socket), {2})) << column.name;
    }
  }
}

TEST(TextMeter, AgreesWithTheTextOfEveryNumber) {
  for (std::uint64_t number = 1; number != 0; number *= 10) {
    for (const std::uint64_t value : {number - 1, number, number + 1}) EXPECT_TRUE(is_measured_right(value));
    if (number > UINT64_MAX / 10) break;
  }
  EXPECT_TRUE(is_measured_right(UINT64_MAX));
}

TEST(TextMeter, AgreesWithTheTextOfEnds) {
  Snapshot snapshot;
  snapshot.interfaces = {{2, snapshot.strings.intern("\xe6\x97\xa5")}};
  for (const char* address : {"0.0.0.0", "1.22.133.4", "255.255.255.255", "::", "::1", "2001:db8::1"}) {
    for (const unsigned number : {0U, 9U, 10U, 99U, 100U, 1000U, 10000U, 65535U}) {
      const auto port = static_cast<std::uint16_t>(number);
      for (const std::uint32_t interface : {0U, 2U, UINT32_MAX}) {
        Socket socket = fake::connection(fake::end(address, port), fake::end(address, port));
        socket.interface = interface;
        EXPECT_TRUE(is_measured_right(render::End{&snapshot, &socket, &socket.local}));
        EXPECT_TRUE(is_measured_right(render::End{&snapshot, &socket, &socket.peer}));
      }
    }
  }
}

TEST(EndCell, AddressesReadAsPeopleWriteThem) {
  EndCase v4{{}, fake::listener("127.0.0.1", 80)};
  EXPECT_EQ(text(v4.local()), "127.0.0.1:80");
  EXPECT_EQ(json(v4.local()), R"("x":{"address":"127.0.0.1","port":80})");
  EndCase v6{{}, fake::listener("::1", 80)};
  EXPECT_EQ(text(v6.local()), "[::1]:80");
  EndCase dual{{}, fake::listener("::", 80)};
  EXPECT_EQ(text(dual.local()), "*:80");
  EXPECT_EQ(json(dual.local()), R"("x":{"address":"::","port":80})");
  EndCase only{{}, fake::v6only_listener(80)};
  EXPECT_EQ(text(only.local()), "[::]:80");
  EndCase mapped{{}, fake::connection(fake::end("::ffff:10.0.0.1", 80), fake::end("::ffff:10.0.0.2", 9))};
  EXPECT_EQ(text(mapped.local()), "10.0.0.1:80");
  EXPECT_EQ(text(mapped.peer()), "10.0.0.2:9");
}

TEST(EndCell, TheInterfaceStandsAtTheLocalEnd) {
  EndCase scoped{{}, fake::listener("fe80::1", 80)};
  scoped.socket.interface = 3;
  EXPECT_EQ(text(scoped.local()), "[fe80::1%3]:80");
  scoped.snapshot.interfaces = {{3, scoped.snapshot.strings.intern("eth0")}};
  EXPECT_EQ(text(scoped.local()), "[fe80::1%eth0]:80");
  EndCase bound{{}, fake::listener("0.0.0.0", 68)};
  bound.socket.interface = 3;
  EXPECT_EQ(text(bound.local()), "0.0.0.0%3:68");
}

TEST(EndCell, UnixNamesAreTold) {
  EndCase path{{}, {}};
  path.socket = fake::unix_socket(7, path.snapshot.strings.intern("/run/x"), portscope::State::listen);
  EXPECT_EQ(text(path.local()), "/run/x");
  EXPECT_EQ(json(path.local()), R"("x":{"path":"/run/x"})");
  EndCase abstract{{}, {}};
  const StringId name = abstract.snapshot.strings.intern(std::string_view("a\0b", 3));
  abstract.socket = fake::unix_socket(7, name, portscope::State::listen);
  abstract.socket.local = portscope::UnixEndpoint{name, 7, true};
  EXPECT_EQ(text(abstract.local()), "@a\\x00b");
  EXPECT_EQ(json(abstract.local()), R"("x":{"abstract":"a\u0000b"})");
  EndCase unnamed{{}, fake::unix_socket(7, StringId::none, portscope::State::established)};
  unnamed.socket.peer = portscope::UnixEndpoint{StringId::none, 8, false};
  EXPECT_EQ(text(unnamed.local()), "-");
  EXPECT_EQ(json(unnamed.local()), R"("x":{"path":null})");
  EXPECT_EQ(text(unnamed.peer()), "inode:8");
}

TEST(EndCell, APathThatLooksAbstractIsToldFromAnAbstractName) {
  EndCase path{{}, {}};
  path.socket = fake::unix_socket(7, path.snapshot.strings.intern("@x"), portscope::State::listen);
  EndCase abstract{{}, {}};
  const StringId name = abstract.snapshot.strings.intern("x");
  abstract.socket = fake::unix_socket(7, name, portscope::State::listen);
  abstract.socket.local = portscope::UnixEndpoint{name, 7, true};
  EXPECT_NE(text(path.local()), text(abstract.local()));
}

TEST(UserCell, TheNameOrTheNumber) {
  EXPECT_EQ(text(render::User{33, true, {"www-data"}}), "www-data");
  EXPECT_EQ(text(render::User{1000, false, {}}), "1000");
  EXPECT_EQ(json(render::User{1000, false, {}}), R"("x":null)");
  EXPECT_EQ(json(render::User{33, true, {"www-data"}}), R"("x":"www-data")");
}

struct OwnersCase {
  Snapshot snapshot;
  OwnersCase() {
    snapshot.sockets = {fake::listener("::", 80)};
    snapshot.sockets[0].inode = 1;
    snapshot.sockets[0].owner_status = OwnerStatus::known;
  }
  void add(std::int32_t pid, std::string_view name, std::vector<std::int32_t> fds) {
    portscope::Process process;
    process.pid = pid;
    process.name = snapshot.strings.intern(name);
    for (const auto fd : fds) {
      snapshot.holders.push_back({1, static_cast<std::uint32_t>(snapshot.processes.size()), fd, 0});
    }
    snapshot.processes.push_back(process);
  }
  Cell cell() { return render::Owners{&snapshot, snapshot.sockets.data()}; }
};

TEST(OwnersCell, ManyHoldersOfOneNameReadAsOne) {
  OwnersCase owners;
  owners.add(812, "nginx", {6, 7});
  owners.add(813, "nginx", {6});
  owners.add(900, "sh", {0});
  EXPECT_EQ(text(owners.cell()), "nginx(812,813),sh(900)");
}

TEST(OwnersCell, OnATerminalTheRestIsCounted) {
  OwnersCase owners;
  for (int pid = 1; pid <= 9; ++pid) owners.add(pid, "w", {3});
  EXPECT_EQ(text(owners.cell(), {3}), "w(1,2,3 +6)");
}

TEST(OwnersCell, ANameThatLooksLikeOurPunctuationIsQuoted) {
  OwnersCase owners;
  owners.add(1, "a(1),b", {3});
  EXPECT_EQ(text(owners.cell()), "\"a(1),b\"(1)");
  OwnersCase quotes;
  quotes.add(1, "a\"b\n", {3});
  EXPECT_EQ(text(quotes.cell()), "\"a\\\"b\\n\"(1)");
  OwnersCase empty;
  empty.add(1, "", {3});
  EXPECT_EQ(text(empty.cell()), "\"\"(1)");
}

TEST(OwnersCell, NoOwnerIsSilentlyBlank) {
  OwnersCase owners;
  Socket& socket = owners.snapshot.sockets[0];
  for (const auto status : {OwnerStatus::hidden, OwnerStatus::kernel, OwnerStatus::elsewhere, OwnerStatus::gone}) {
    socket.owner_status = status;
    EXPECT_EQ(text(owners.cell()), portscope::name(status));
    EXPECT_EQ(json(owners.cell()), R"("x":[])");
    EXPECT_EQ(render::emphasis(owners.cell()), Emphasis::faint);
  }
  socket.owner_status = OwnerStatus::none;
  EXPECT_EQ(text(owners.cell()), "-");
}

TEST(OwnersCell, WhoIsRememberedIsNamedInEveryFormat) {
  OwnersCase owners;
  owners.add(812, "nginx", {6});
  owners.snapshot.sockets[0].owner_status = OwnerStatus::gone;
  EXPECT_EQ(text(owners.cell()), "nginx(812)");
  EXPECT_THAT(json(owners.cell()), testing::HasSubstr(R"("pid":812)"));
  EXPECT_EQ(render::emphasis(owners.cell()), Emphasis::faint);
}

TEST(OwnersCell, JsonTellsEachDescriptor) {
  OwnersCase owners;
  owners.add(812, "nginx", {6});
  owners.snapshot.holders[0].tid = 814;
  EXPECT_EQ(json(owners.cell()),
            R"("x":[{"pid":812,"tid":814,"fd":6,"name":"nginx","exe":null,"cmdline":null,"ppid":0,"uid":null,)"
            R"("user":null,"start_time":null,"cgroup":null,"unit":null,"container":null}])");
}

TEST(QueueCell, AFullQueueAlarms) {
  Socket socket = fake::listener("::", 80);
  socket.send_queue = 128;
  socket.recv_queue = 128;
  const portscope::Snapshot snapshot;
  const render::ListenQueue queue{&snapshot, &socket};
  EXPECT_EQ(text(queue), "128/128");
  EXPECT_EQ(render::emphasis(queue), Emphasis::warning) << "the kernel lets one more in";
  socket.recv_queue = 129;
  socket.drops = 7;
  EXPECT_EQ(text(queue), "129/128 full, 7 refused");
  EXPECT_EQ(render::emphasis(queue), Emphasis::alarm);
  EXPECT_EQ(json(queue), R"("x":{"queued":129,"backlog":128,"overflows":7})");
}

TEST(QueueCell, TellsWhoLimitsItAndWhatIsHalfOpen) {
  Socket socket = fake::listener("::", 80);
  portscope::Snapshot snapshot;
  snapshot.settings.somaxconn = 128;
  socket.details = snapshot.details.add_value(socket.details, portscope::DetailKind::requests, std::uint32_t{3});
  socket.send_queue = 128;
  EXPECT_EQ(text(render::ListenQueue{&snapshot, &socket}), "0/128, 3 half open");
  EXPECT_EQ(json(render::ListenQueue{&snapshot, &socket}),
            R"("x":{"queued":0,"backlog":128,"overflows":null,"limited_by":"somaxconn","syn_received":3})");
  socket.send_queue = 5;
  EXPECT_NE(json(render::ListenQueue{&snapshot, &socket}).find(R"("limited_by":"argument")"), std::string::npos);
  socket.send_queue.reset();
  EXPECT_NE(json(render::ListenQueue{&snapshot, &socket}).find(R"("limited_by":null)"), std::string::npos);
}

TEST(QueueCell, ProcDoesNotTellTheLimit) {
  Socket socket = fake::listener("::", 80);
  socket.send_queue.reset();
  socket.recv_queue = 1;
  const portscope::Snapshot snapshot;
  EXPECT_EQ(text(render::ListenQueue{&snapshot, &socket}), "1/?");
  EXPECT_EQ(json(render::ListenQueue{&snapshot, &socket}), R"("x":{"queued":1,"backlog":null,"overflows":null})");
}

TEST(NetnsCell, ByNameOrNumber) {
  portscope::Netns netns{42, ""};
  EXPECT_EQ(text(render::NetnsCell{&netns}), "42");
  EXPECT_EQ(json(render::NetnsCell{&netns}), R"("x":{"id":42,"name":null})");
  netns = {0, "blue"};
  EXPECT_EQ(text(render::NetnsCell{&netns}), "blue");
  EXPECT_EQ(json(render::NetnsCell{&netns}), R"("x":{"id":null,"name":"blue"})");
}

TEST(CellOrder, NumbersByValueEndsByAddressThenPortNothingFirst) {
  const auto less = [](const Cell& a, const Cell& b) { return render::compare(a, b) < 0; };
  EXPECT_TRUE(less(std::uint64_t{9}, std::uint64_t{10}));
  EXPECT_TRUE(less(Cell{}, std::uint64_t{0}));
  EXPECT_TRUE(less(Text{"a"}, Text{"b"}));
  EndCase low{{}, fake::listener("10.0.0.1", 9000)};
  EndCase high{{}, fake::listener("10.0.0.2", 80)};
  EXPECT_TRUE(less(low.local(), high.local()));
  EndCase same{{}, fake::listener("10.0.0.1", 9001)};
  EXPECT_TRUE(less(low.local(), same.local()));
  EXPECT_TRUE(less(render::User{1000, true, {"alice"}}, render::User{1, true, {"bob"}}));
  EXPECT_TRUE(less(render::User{9, false, {}}, render::User{10, false, {}}));
}

}  // namespace

// SPDX-License-Identifier: MIT
#include "render/set_options.hpp"

#include <gtest/gtest.h>

#include "portscope/detail_types.hpp"

namespace {

using portscope::DetailKind;
using portscope::SetOptions;
using portscope::Snapshot;
using portscope::Socket;
using render::Object;

class SetOptionsText : public testing::Test {
 protected:
  std::string line(const SetOptions& options, const Object& told = {}) {
    socket.details = snapshot.details.add_value({}, DetailKind::set_options, options);
    return render::set_options_line(told, snapshot, socket);
  }
  std::string json(const SetOptions& options, Object object = {}) {
    socket.details = snapshot.details.add_value({}, DetailKind::set_options, options);
    render::append_set_options(object, snapshot, socket);
    std::string out;
    render::JsonWriter writer(out, render::JsonStyle::compact);
    writer.begin_object();
    render::write_member(writer, "options", object);
    writer.end_object();
    return out;
  }

  Snapshot snapshot;
  Socket socket;
};

TEST_F(SetOptionsText, NobodyAskedNothingSaid) {
  EXPECT_EQ(render::set_options_line({}, snapshot, socket), "");
  Object object;
  render::append_set_options(object, snapshot, socket);
  EXPECT_TRUE(object.members.empty());
}

TEST_F(SetOptionsText, WhatIsOnIsNamed) {
  SetOptions options;
  options.reuse_address = true;
  options.reuse_port = false;
  options.quick_ack = true;  // as in every fresh socket
  options.receive_buffer = 131072;
  options.user_timeout_ms = 30000;
  options.priority = 0;
  EXPECT_EQ(line(options), "reuse_address, user timeout 30s, receive buffer 128K");
}

TEST_F(SetOptionsText, KeepaliveIsSaidWithItsIntervals) {
  SetOptions options;
  options.keepalive = true;
  options.keepalive_idle_s = 7200;
  options.keepalive_interval_s = 75;
  options.keepalive_count = 9;
  EXPECT_EQ(line(options), "keepalive after 2h then 9 times every 1m15s");
  options.keepalive = false;
  EXPECT_EQ(line(options), "") << "intervals of what is off do not matter";
}

TEST_F(SetOptionsText, LingeringForNoTimeIsSaid) {
  SetOptions options;
  options.linger = true;
  options.linger_s = 0;
  EXPECT_EQ(line(options), "linger 0s") << "close(2) resets the connection";
}

TEST_F(SetOptionsText, AHostileDeviceIsHarmless) {
  SetOptions options;
  options.bound_device = snapshot.strings.intern("a\x1b[31m");
  EXPECT_EQ(line(options), "bound to a\\x1b[31m");
  options.bound_device = snapshot.strings.intern("a\xff");
  EXPECT_EQ(json(options), R"({"options":{"bound_device":"a)"
                           "\xef\xbf\xbd"
                           R"(","bound_device_b64":"Yf8="}})");
}

TEST_F(SetOptionsText, NoneIsNullAndUntoldIsMissing) {
  SetOptions options;
  options.bound_device = portscope::StringId::none;
  options.incoming_cpu = -1;
  options.peer_credentials = portscope::PeerCredentials{};
  EXPECT_EQ(json(options), R"({"options":{"incoming_cpu":null,"bound_device":null,"peer_credentials":null}})");
  EXPECT_EQ(line(options), "");
}

TEST_F(SetOptionsText, ThePeerMayBeInAnotherPidNamespace) {
  SetOptions options;
  options.peer_credentials = {{}, 33, 34};
  EXPECT_EQ(json(options), R"({"options":{"peer_credentials":{"pid":null,"uid":33,"gid":34}}})");
  EXPECT_EQ(line(options), "peer uid 33 gid 34");
}

TEST_F(SetOptionsText, WhatTheTablesToldIsNotToldTwice) {
  SetOptions options;
  options.mark = 7;
  options.freebind = true;
  const Object told{{{"mark", std::uint64_t{7}}, {"freebind", true}}};
  EXPECT_EQ(line(options, told), "");
  EXPECT_EQ(json(options, told), R"({"options":{"mark":7,"freebind":true}})");
}

}  // namespace

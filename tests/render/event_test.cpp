// SPDX-License-Identifier: MIT
#include "render/event.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/tcp.h>

#include "support/sockets.hpp"

namespace {

using portscope::ChangeKind;
using portscope::Event;
using portscope::Gap;
using portscope::Snapshot;
using render::EventFormat;
using render::EventWriter;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

constexpr portscope::Time noon{std::chrono::hours(12)};

/// A connection that sent 700 bytes, and a listener.
Snapshot web_machine() {
  tcp_info info{};
  info.tcpi_bytes_sent = 700;
  Snapshot snapshot;
  snapshot.host.name = "web1";
  snapshot.time = noon;
  auto client = fake::connection(fake::end("10.0.0.1", 80), fake::end("10.0.0.2", 4000));
  client.details = snapshot.details.add_value(client.details, portscope::DetailKind::tcp_info, info);
  snapshot.sockets = {client, fake::listener("0.0.0.0", 80)};
  return snapshot;
}

const std::vector<const render::Column*> event_columns{render::find_column("state"), render::find_column("local"),
                                                       render::find_column("peer")};

std::string told(EventFormat format, const std::vector<Event>& events) {
  EventWriter writer(format, event_columns);
  std::string out;
  writer.append_headings(out);
  for (const Event& event : events) writer.append(out, web_machine(), event);
  return out;
}

const Event opening{ChangeKind::opened, noon, 0, {}};
const Event closing{ChangeKind::closed, noon, 0, portscope::ConnectionAge{1500, false}};
const Event listening{ChangeKind::opened, noon, 1, {}};

TEST(EventLines, StandBelowEachOther) {
  EXPECT_EQ(told(EventFormat::table, {listening, opening, closing}),
            "TIME                         EVENT    STATE  LOCAL  PEER\n"
            "1970-01-01T12:00:00.000000Z  opened   listen  0.0.0.0:80  -\n"
            "1970-01-01T12:00:00.000000Z  opened   established  10.0.0.1:80  10.0.0.2:4000\n"
            "1970-01-01T12:00:00.000000Z  closed   established  10.0.0.1:80  10.0.0.2:4000  SENT 700  RECEIVED 0  "
            "RETRANS 0  lasted >1.5s\n");
}

TEST(EventLines, OfJsonHaveTheLastCountersOfWhatIsClosed) {
  const std::string line = told(EventFormat::jsonl, {closing});
  EXPECT_THAT(line, testing::StartsWith(R"({"schema":"portscope.event/1","event":"closed","time":)"));
  EXPECT_THAT(line, HasSubstr(R"("host":{"name":"web1")"));
  EXPECT_THAT(line, EndsWith(R"("bytes_sent":700,"bytes_received":0,"retransmits":0,)"
                             R"("duration":{"at_least_ms":1500,"exact":false}})"
                             "\n"));
  EXPECT_THAT(told(EventFormat::jsonl, {opening}), Not(HasSubstr("bytes_sent")));
}

TEST(EventLines, OfCsvHaveAlwaysTheSameFields) {
  EXPECT_EQ(told(EventFormat::csv, {opening, closing}),
            "time,event,state,local,peer,bytes_sent,bytes_received,retransmits,duration,gap\n"
            "1970-01-01T12:00:00.000000Z,opened,established,10.0.0.1:80,10.0.0.2:4000,,,,,\n"
            "1970-01-01T12:00:00.000000Z,closed,established,10.0.0.1:80,10.0.0.2:4000,700,0,0,>1.5s,\n");
}

TEST(EventLines, TellGaps) {
  const Gap gap{Gap::What::sockets, std::nullopt, "ENOBUFS", 12, "read faster"};
  const auto lines = [&](EventFormat format) {
    std::string out;
    EventWriter(format, event_columns).append_gap(out, web_machine(), gap);
    return out;
  };
  EXPECT_EQ(lines(EventFormat::table),
            "1970-01-01T12:00:00.000000Z  gap      12 sockets missed (ENOBUFS): read faster\n");
  EXPECT_THAT(lines(EventFormat::jsonl), HasSubstr(R"("event":"gap","time":"1970-01-01T12:00:00.000000Z","host")"));
  EXPECT_THAT(lines(EventFormat::jsonl),
              EndsWith(R"("gap":{"what":"sockets","why":"ENOBUFS","count":12,"remedy":"read faster"}})"
                       "\n"));
  EXPECT_EQ(lines(EventFormat::csv),
            "1970-01-01T12:00:00.000000Z,gap,,,,,,,,12 sockets missed (ENOBUFS): read faster\n")
      << "as many fields as the headings";
  EXPECT_THAT(lines(EventFormat::tsv), EndsWith("\t12 sockets missed (ENOBUFS): read faster\n"));
}

TEST(EventLines, AGapWithACommaIsOneFieldOfCsv) {
  const Gap gap{Gap::What::sockets, std::nullopt, "EPERM", std::nullopt, "this, and that"};
  std::string out;
  EventWriter(EventFormat::csv, event_columns).append_gap(out, web_machine(), gap);
  EXPECT_THAT(out, EndsWith(",\"sockets missed (EPERM): this, and that\"\n"));
}

}  // namespace

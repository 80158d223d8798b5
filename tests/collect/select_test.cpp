// SPDX-License-Identifier: MIT
#include "collect/select.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "portscope/query.hpp"
#include "support/asking.hpp"
#include "support/sockets.hpp"

namespace {

using fake::Asking;
using portscope::Gap;
using portscope::Need;
using portscope::OwnerStatus;
using portscope::Snapshot;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// Two listeners whose holders nobody may see, on 80 and 81, and one on 82 that the kernel made.
Snapshot with_hidden_owners() {
  Snapshot snapshot;
  for (const std::uint16_t port : {std::uint16_t{80}, std::uint16_t{81}, std::uint16_t{82}}) {
    auto socket = fake::listener("0.0.0.0", port);
    socket.inode = port;
    socket.owner_status = port == 82 ? OwnerStatus::kernel : OwnerStatus::hidden;
    snapshot.sockets.push_back(socket);
  }
  snapshot.gaps = {{Gap::What::owners, {}, "EACCES", 2, "run as root"}};
  return snapshot;
}

void select(const char* filter, Snapshot& snapshot, portscope::EnumSet<Need> shown = {Need::owners}) {
  Asking asking;
  asking.request.selection.filter = portscope::parse_query(filter);
  const sys::Proc proc = asking.tree.open();
  collect::select({{asking.diag, proc}, asking.request, snapshot.strings, snapshot.details, nullptr, shown}, snapshot);
}

TEST(Select, WithoutAFilterEverythingStays) {
  Snapshot snapshot = with_hidden_owners();
  select("", snapshot);
  EXPECT_THAT(snapshot.sockets, SizeIs(3));
  EXPECT_EQ(snapshot.gaps.at(0).count, 2U);
}

TEST(Select, UndecidedSocketsAreLeftOutAndCounted) {
  Snapshot snapshot = with_hidden_owners();
  select("proc = nginx", snapshot);
  EXPECT_THAT(snapshot.sockets, IsEmpty());
  ASSERT_THAT(snapshot.gaps, SizeIs(1));
  EXPECT_EQ(snapshot.gaps[0].what, Gap::What::sockets);
  EXPECT_EQ(snapshot.gaps[0].count, 2U);
  EXPECT_EQ(snapshot.gaps[0].why, "EACCES");
  EXPECT_THAT(snapshot.gaps[0].remedy, HasSubstr("run as root"));
}

TEST(Select, WhereThePortDecidesNothingIsMissing) {
  Snapshot snapshot = with_hidden_owners();
  select("sport 82 and not proc = nginx", snapshot);
  EXPECT_THAT(snapshot.sockets, SizeIs(1));
  EXPECT_THAT(snapshot.gaps, IsEmpty()) << "no owner of what is shown is hidden";
}

TEST(Select, HiddenOwnersAreCountedOfWhatIsShown) {
  Snapshot snapshot = with_hidden_owners();
  select("sport 80", snapshot);
  ASSERT_THAT(snapshot.gaps, SizeIs(1));
  EXPECT_EQ(snapshot.gaps[0].what, Gap::What::owners);
  EXPECT_EQ(snapshot.gaps[0].count, 1U);
}

TEST(Select, OwnersThatNobodyWantsToSeeAreNoGap) {
  Snapshot snapshot = with_hidden_owners();
  select("sport 80 or proc = nginx", snapshot, {});
  EXPECT_THAT(snapshot.sockets, SizeIs(1));
  ASSERT_THAT(snapshot.gaps, SizeIs(1));
  EXPECT_EQ(snapshot.gaps[0].what, Gap::What::sockets) << "81 may be nginx's";
}

TEST(Select, WhyComesFromTheField) {
  Snapshot snapshot = with_hidden_owners();
  for (auto& socket : snapshot.sockets) socket.source = portscope::Source::proc;
  snapshot.gaps.clear();
  select("cookie = 1", snapshot);
  ASSERT_THAT(snapshot.gaps, SizeIs(1));
  EXPECT_EQ(snapshot.gaps[0].why, "ENODATA");
  EXPECT_EQ(snapshot.gaps[0].count, 3U);
  EXPECT_THAT(snapshot.gaps[0].remedy, HasSubstr("cookie"));
}

}  // namespace

// SPDX-License-Identifier: MIT
// Options one by one, as the plan shows them.
#include "cli/wishes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "support/command_line.hpp"
#include "support/printers.hpp"

namespace {

using cli::Plan;
using fake::planned;
using portscope::EnumSet;
using portscope::every;
using portscope::Family;
using portscope::Need;
using portscope::Selection;
using portscope::Transport;
using testing::HasSubstr;

using Transports = EnumSet<Transport>;

Selection selection(const std::vector<std::string>& words) { return planned(words).request.selection; }

bool has_column(const Plan& chosen, const char* name) {
  return std::find(chosen.columns.begin(), chosen.columns.end(), render::find_column(name)) != chosen.columns.end();
}

TEST(WishedDetails, EachLetterBringsItsColumnsAndNeeds) {
  struct Letter {
    const char* option;
    const char* column;
    Need need;
  };
  const std::vector<Letter> letters{{"-i", "tcp", Need::tcp_info},    {"-i", "age", Need::tcp_info},
                                    {"-m", "memory", Need::memory},   {"-o", "timer", Need::timer},
                                    {"-e", "options", Need::options}, {"-e", "direction", Need::direction},
                                    {"-e", "cookie", Need::owners}};
  for (const Letter& letter : letters) {
    EXPECT_TRUE(has_column(planned({letter.option}), letter.column)) << letter.option << letter.column;
    EXPECT_FALSE(has_column(planned({}), letter.column)) << letter.column << " unasked";
    EXPECT_TRUE(planned({letter.option}).request.needs.contains(letter.need)) << letter.option;
  }
  for (const Need need : {Need::tcp_info, Need::memory, Need::timer, Need::options, Need::direction}) {
    EXPECT_FALSE(planned({}).request.needs.contains(need)) << "what nobody asked for costs nothing";
  }
}

TEST(WishedDetails, LettersAddUp) {
  const Plan all = planned({"-timoe"});
  for (const char* name : {"tcp", "memory", "timer", "options", "inode", "age"}) {
    EXPECT_TRUE(has_column(all, name)) << name;
  }
  const Plan json = planned({"--json", "-o"});
  EXPECT_TRUE(has_column(json, "timer"));
  EXPECT_FALSE(has_column(json, "tcp"));
}

TEST(WishedDetails, ColumnsThatWereChosenAreAll) {
  const Plan chosen = planned({"-i", "-C", "local"});
  EXPECT_EQ(chosen.columns.size(), 1U);
  EXPECT_FALSE(chosen.request.needs.contains(Need::tcp_info));
}

TEST(WishedDetails, OPutsEverythingOnOneLine) {
  EXPECT_TRUE(planned({"-O"}).look.one_line);
  EXPECT_TRUE(planned({"-tiO"}).look.one_line);
  EXPECT_FALSE(planned({"-ti"}).look.one_line);
}

TEST(WishedFamilies, EachHasALetterOrANameAndOneForF) {
  struct Spelling {
    std::vector<std::string> words;
    Transport transport;
  };
  const std::vector<Spelling> spellings{
      {{"-x"}, Transport::unix_socket},
      {{"-f", "unix"}, Transport::unix_socket},
      {{"-0"}, Transport::packet},
      {{"--packet"}, Transport::packet},
      {{"-f", "link"}, Transport::packet},
      {{"-f", "packet"}, Transport::packet},
      {{"--netlink"}, Transport::netlink},
      {{"-f", "netlink"}, Transport::netlink},
      {{"--vsock"}, Transport::vsock},
      {{"-f", "vsock"}, Transport::vsock},
      {{"--xdp"}, Transport::xdp},
      {{"-f", "xdp"}, Transport::xdp},
      {{"--tipc"}, Transport::tipc},
      {{"-f", "tipc"}, Transport::tipc},
      {{"-M"}, Transport::mptcp},
      {{"-S"}, Transport::sctp},
      {{"-d"}, Transport::dccp},
      {{"-w"}, Transport::raw},
      {{"-A", "packet"}, Transport::packet},
      {{"-A", "mptcp"}, Transport::mptcp},
      {{"-A", "xdp"}, Transport::xdp},
  };
  for (const auto& [words, transport] : spellings) {
    const Selection chosen = selection(words);
    EXPECT_EQ(chosen.transports, Transports{transport}) << words.front() << ' ' << words.back();
    EXPECT_EQ(chosen.families, every<Family>()) << words.front() << ' ' << words.back();
  }
}

TEST(WishedFamilies, SeveralAddUp) {
  EXPECT_EQ(selection({"-f", "link", "-f", "vsock"}).transports, (Transports{Transport::packet, Transport::vsock}));
  EXPECT_EQ(selection({"-t0", "--netlink"}).transports,
            (Transports{Transport::tcp, Transport::packet, Transport::netlink}));
  EXPECT_EQ(selection({"-A", "inet,vsock"}).transports, portscope::inet_transports | Transports{Transport::vsock});
}

TEST(WishedFamilies, ThoseOfIpAreOfIp) {
  EXPECT_EQ(selection({"-f", "inet"}).transports, portscope::inet_transports);
  EXPECT_FALSE(selection({"-f", "inet"}).families.contains(Family::ipv6));
  EXPECT_EQ(selection({"-f", "inet", "-f", "link"}).transports,
            portscope::inet_transports | Transports{Transport::packet});
  EXPECT_FALSE(selection({"-f", "inet", "-f", "link"}).families.contains(Family::ipv6));
  EXPECT_TRUE(selection({"-f", "inet", "-f", "link"}).families.contains(Family::packet));
}

TEST(WishedFamilies, AnUnknownOneBringsTheNearest) {
  const auto error = fake::error_of([] { planned({"-f", "vsok"}); });
  EXPECT_THAT(error.what(), HasSubstr("did you mean vsock?"));
}

TEST(WishedFamilies, OnlyThoseOfIpAreListedUnasked) {
  for (const Transport other : {Transport::unix_socket, Transport::packet, Transport::netlink, Transport::vsock,
                                Transport::xdp, Transport::tipc}) {
    EXPECT_FALSE(selection({}).transports.contains(other)) << portscope::name(other);
    EXPECT_TRUE(selection({"-A", "all"}).transports.contains(other)) << portscope::name(other);
  }
}

}  // namespace

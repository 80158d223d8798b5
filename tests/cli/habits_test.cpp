// SPDX-License-Identifier: MIT
#include "cli/habits.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "support/command_line.hpp"

namespace {

using cli::OptionId;
using cli::understand_habits;
using testing::ElementsAreArray;
using testing::HasSubstr;
using TypedWords = std::vector<std::string>;

std::multiset<OptionId> ids(const TypedWords& typed) {
  std::multiset<OptionId> result;
  for (const cli::Given& given : fake::parse(typed).options) result.insert(given.id);
  return result;
}

class Clusters : public testing::TestWithParam<const char*> {};

TEST_P(Clusters, MeanTheSameInEveryOrder) {
  std::string letters = GetParam();
  TypedWords apart;
  for (const char letter : letters) apart.push_back(std::string("-") + letter);
  const auto expected = ids(apart);
  EXPECT_EQ(expected.size(), letters.size());
  std::sort(letters.begin(), letters.end());
  do {
    ASSERT_EQ(ids({"-" + letters}), expected) << letters;
  } while (std::next_permutation(letters.begin(), letters.end()));
}

INSTANTIATE_TEST_SUITE_P(Typed, Clusters,
                         testing::Values("tulpn", "tlnp", "antup", "plant", "tulpen", "ano", "tanp", "xlp", "an", "anp",
                                         "tan", "uan", "tin", "tim", "to", "tp", "s", "ltnpe", "4l", "46l", "tulpnH",
                                         "nP", "tulpnW", "tiO", "v4n"));

TEST(Habits, AnArgumentMayFollowACluster) {
  std::string letters = "plan";
  do {
    const auto words = fake::parse({"-" + letters + "A", "inet"});
    ASSERT_EQ(words.options.back().argument, "inet") << letters;
    ASSERT_TRUE(words.operands.empty());
  } while (std::next_permutation(letters.begin(), letters.end()));
  EXPECT_EQ(ids({"--inet"}), ids({"-4"}));
  EXPECT_EQ(ids({"--inet6"}), ids({"-6"}));
  EXPECT_EQ(ids({"--protocol=inet"}), ids({"-f", "inet"}));
  EXPECT_EQ(ids({"--socket=tcp"}), ids({"-A", "tcp"}));
}

TEST(Habits, WhatIsNoNumberIsNoArgumentOfWatch) {
  const auto argument = [](const TypedWords& typed) { return fake::parse(typed).options.front().argument; };
  EXPECT_EQ(ids({"-ctan"}), ids({"-c", "-tan"}));
  EXPECT_EQ(ids({"-tacn"}), ids({"-c", "-tan"}));
  EXPECT_EQ(ids({"-tanc"}), ids({"-c", "-tan"}));
  EXPECT_EQ(fake::parse({"-cA", "tcp"}).options.back().argument, "tcp");
  EXPECT_EQ(argument({"-c2"}), "2");
  EXPECT_EQ(argument({"-c0.5"}), "0.5");
  EXPECT_EQ(argument({"--watch=3"}), "3");
  EXPECT_EQ(argument({"--watch", "3"}), "") << "3 is a port";
  EXPECT_EQ(ids({"--continuous"}), ids({"-c"}));
}

TEST(Habits, AskingToWatchMakesItThatCommand) {
  for (const TypedWords& typed : std::vector<TypedWords>{{"-c"}, {"--watch=2", "8080"}, {"list", "-tc"}, {"watch"}}) {
    EXPECT_EQ(fake::parse(typed).command, cli::CommandId::watch);
  }
  EXPECT_EQ(fake::parse({"watch", "-t", "8080"}).operands, TypedWords{"8080"});
}

TEST(Habits, WhatIsAlreadySoIsAccepted) {
  for (const char* word : {"-n", "-p", "-P", "-W", "-v", "--numeric", "--numeric-ports", "--numeric-hosts",
                           "--programs", "--program", "--processes", "--wide", "--verbose"}) {
    EXPECT_EQ(ids({word}), std::multiset<OptionId>{OptionId::accepted}) << word;
  }
}

TEST(Habits, WordsOfOursAreLeftAlone) {
  for (const TypedWords& words : std::vector<TypedWords>{{"-tlnp", "8080"},
                                                         {"-p", "8080/tcp"},
                                                         {"-p", ":80"},
                                                         {"-np", "80"},
                                                         {"-p46"},
                                                         {"-u", "53"},
                                                         {"-u", "sport", "=", ":53"},
                                                         {"-u", "backend", "=", "1"},
                                                         {"-tu", "nobody"},
                                                         {"-u", "list"},
                                                         {"-v", "8080/tcp"},
                                                         {"-n", "tcp", "8080"},
                                                         {"-i", "dst", "10.0.0.1"},
                                                         {"-Y"},
                                                         {"--nothing"},
                                                         {"-C", "watch"},
                                                         {"8080", "watch"},
                                                         {"--", "watch"},
                                                         {"--format", "json"},
                                                         {"--sort", "-user"}}) {
    EXPECT_THAT(understand_habits(words), ElementsAreArray(words));
  }
}

struct Told {
  TypedWords typed;
  const char* spelling;  ///< a part of the answer
  const char* marked;
};

class Answered : public testing::TestWithParam<Told> {};

TEST_P(Answered, WithTheSpellingAndAMark) {
  const auto& [typed, spelling, marked] = GetParam();
  const auto error = fake::error_of([&, words = typed] { fake::parse(words); });
  EXPECT_THAT(error.what(), HasSubstr(spelling)) << testing::PrintToString(typed);
  EXPECT_EQ(fake::marked(error), marked) << testing::PrintToString(typed);
  EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(
    Clashes, Answered,
    testing::Values(Told{{"-p", "1234"}, "pid=1234", "p"}, Told{{"-p1234"}, "pid=1234", "1234"},
                    Told{{"-nPp", "1234"}, "pid=1234", "p"}, Told{{"-a", "-p", "7", "-i"}, "pid=7", "p"},
                    Told{{"-u", "www-data"}, "user=www-data", "u"}, Told{{"-uwww-data"}, "user=www-data", "www-data"},
                    Told{{"-u", "www-data,root"}, "'user in (www-data,root)'", "u"},
                    Told{{"-csshd"}, "proc=sshd", "sshd"}, Told{{"-uwww"}, "user=www", "www"},
                    Told{{"-cpostgres"}, "proc=postgres", "postgres"}, Told{{"-cjava"}, "proc=java", "java"},
                    Told{{"-c", "nginx"}, "proc=nginx", "c"}, Told{{"-nPc", "nginx"}, "proc=nginx", "c"},
                    Told{{"-i", "eth0"}, "dev=eth0", "i"}, Told{{"-i", "lo"}, "ip -s link show lo", "i"},
                    Told{{"-ti", ":8080"}, "-t --info :8080", "-ti"}));

INSTANTIATE_TEST_SUITE_P(
    Options, Answered,
    testing::Values(

        Told{{"-k", "8080/tcp"}, "portscope kill 8080/tcp", "k"},
        Told{{"-k", "-n", "tcp", "8080"}, "portscope kill 8080/tcp", "k"},
        Told{{"-kn", "udp", "53"}, "portscope kill 53/udp", "k"},
        Told{{"-N", "web", "-tl"}, "nsenter --net=/run/netns/web portscope -tl", "N"},
        Told{{"-tlN", "web"}, "nsenter --net=/run/netns/web portscope -tl", "N"},
        Told{{"-Nweb"}, "nsenter --net=/run/netns/web portscope -tulpn", "N"},
        Told{{"--netns=web", "it's"}, "netns/web portscope 'it'\\''s'", "--netns"},
        Told{{"--net", "web"}, "netns/web portscope", "--net"},
        Told{{"--all-netns", "-t"}, "ip -all netns exec portscope -t", "--all-netns"}, Told{{"-rn"}, "ip route", "r"},
        Told{{"-nr"}, "ip route", "r"}, Told{{"-tr"}, "getent hosts ADDRESS", "r"},
        Told{{"--resolve"}, "getent hosts", "--resolve"}, Told{{"-tZ"}, "ps -Z", "Z"}, Told{{"-T"}, "ps -T", "T"},
        Told{{"--format", "prom"}, "-s --json", "--format"}, Told{{"--format=prom"}, "-s --json", "--format"},
        Told{{"-b"}, "-0 --info", "b"}, Told{{"-Fpcn"}, "-C pid,name,local", "F"}, Told{{"-U"}, "-x", "U"},
        Told{{"--state", "listen"}, "state listen", "--state"}, Told{{"--port=80"}, ":80", "--port"}));

INSTANTIATE_TEST_SUITE_P(Commands, Answered,
                         testing::Values(Told{{"diff", "a"}, "--csv --output old.csv", "diff"},
                                         Told{{"check"}, "--listen --csv", "check"}));

}  // namespace

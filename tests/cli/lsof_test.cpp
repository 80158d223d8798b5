// SPDX-License-Identifier: MIT
#include "cli/lsof.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/command_line.hpp"

namespace {

using cli::without_lsof_shapes;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using TypedWords = std::vector<std::string>;

struct Rewritten {
  TypedWords typed;
  TypedWords words;
};

class Lsof : public testing::TestWithParam<Rewritten> {};

TEST_P(Lsof, BecomesOperands) {
  EXPECT_THAT(without_lsof_shapes(GetParam().typed), ElementsAreArray(GetParam().words));
}

INSTANTIATE_TEST_SUITE_P(
    Shapes, Lsof,
    testing::Values(
        Rewritten{{"-i", ":8080"}, {"( port = 8080 )"}}, Rewritten{{"-i:8080"}, {"( port = 8080 )"}},
        Rewritten{{"-iTCP"}, {"( proto = tcp )"}}, Rewritten{{"-iudp"}, {"( proto = udp )"}},
        Rewritten{{"-i", "tcp"}, {"( proto = tcp )"}},
        Rewritten{{"-iTCP:80,443"}, {"( proto = tcp and port in (80,443) )"}},
        Rewritten{{"-i", ":8000-8010"}, {"( port = 8000-8010 )"}}, Rewritten{{"-i", ":https"}, {"( port = https )"}},
        Rewritten{{"-iTCP@10.0.0.1:443"}, {"( proto = tcp and ( src = 10.0.0.1:443 or dst = 10.0.0.1:443 ) )"}},
        Rewritten{{"-i", "@[::1]:22"}, {"( ( src = [::1]:22 or dst = [::1]:22 ) )"}},
        Rewritten{{"-i4"}, {"( family = ipv4 )"}}, Rewritten{{"-i", "6"}, {"( family = ipv6 )"}},
        Rewritten{{"-i4TCP:22"}, {"( family = ipv4 and proto = tcp and port = 22 )"}},
        Rewritten{{"-nPiTCP:80"}, {"-nP", "( proto = tcp and port = 80 )"}},
        Rewritten{{"-nPi", ":80", "-q"}, {"-nP", "( port = 80 )", "-q"}},
        Rewritten{{"-Pnl", "-i4"}, {"-Pnl", "( family = ipv4 )"}},
        Rewritten{{"--tcp", "-i", ":80"}, {"--tcp", "( port = 80 )"}},
        Rewritten{{"-iTCP", "-n", "-iUDP:53"}, {"( ( proto = tcp ) or ( proto = udp and port = 53 ) )", "-n"}},
        Rewritten{{"-sTCP:LISTEN"}, {"( proto = tcp and state = listen )"}},
        Rewritten{{"-s", "TCP:LISTEN"}, {"( proto = tcp and state = listen )"}},
        Rewritten{{"-nPs", "tcp:listen"}, {"-nP", "( proto = tcp and state = listen )"}},
        Rewritten{{"-sTCP:LISTEN", "-sTCP:CLOSING"}, {"( proto = tcp and state in (listen,closing) )"}},
        Rewritten{{"-nP", "-iTCP", "-sTCP:^TIME_WAIT"},
                  {"-nP", "( proto = tcp )", "( not ( proto = tcp and state = time_wait ) )"}},
        Rewritten{{"-stcp:listen", "-i:80"}, {"( proto = tcp and state = listen )", "( port = 80 )"}},
        Rewritten{{"+c0", "-i", ":80"}, {"( port = 80 )"}}, Rewritten{{"+c", "0", "-n"}, {"-n"}},
        Rewritten{{"+c", "-n", "80"}, {"-n", "80"}}));

/// Beside another shape of lsof it chooses everything, and asks for no details.
INSTANTIATE_TEST_SUITE_P(
    BareI, Lsof,
    testing::Values(Rewritten{{"-i", "-sTCP:LISTEN"}, {"-n", "( proto = tcp and state = listen )"}},
                    Rewritten{{"-nPi", "-sTCP:LISTEN"}, {"-nPn", "( proto = tcp and state = listen )"}},
                    Rewritten{{"-mi", "-sTCP:LISTEN"}, {"-mi", "( proto = tcp and state = listen )"}}));

class Native : public testing::TestWithParam<TypedWords> {};

TEST_P(Native, StaysAsItIs) { EXPECT_THAT(without_lsof_shapes(GetParam()), ElementsAreArray(GetParam())); }

INSTANTIATE_TEST_SUITE_P(
    TypedWords, Native,
    testing::Values(TypedWords{"-i"}, TypedWords{"-ti"}, TypedWords{"-i", "8080"}, TypedWords{"-ti", "8080"},
                    TypedWords{"-i", "-nP"}, TypedWords{"-tin", "sport", "=", ":80"}, TypedWords{"-ti4"},
                    TypedWords{"-t", "-i4"}, TypedWords{"-4ti"}, TypedWords{"-i46"}, TypedWords{"-ui", ":8080"},
                    TypedWords{"-mi", ":8080"}, TypedWords{"-i", "10.0.0.1:80"}, TypedWords{"-i", "eth0"},
                    TypedWords{"-i", "dst", "10.0.0.1"}, TypedWords{"-tin", "-n", ":8080"}, TypedWords{":8080", "-ti"},
                    TypedWords{"-s"}, TypedWords{"-st"}, TypedWords{"-s", "tcp:80"}, TypedWords{"-s", "-t"},
                    TypedWords{"--", "-i:80"}, TypedWords{"-C", "-i:80"}, TypedWords{"-Ci", ":80"},
                    TypedWords{"--info", ":80"}, TypedWords{"-xi", "@name"}));

TEST(Lsof, APortWithoutItsColonIsSaidSo) {
  for (const TypedWords& typed : {TypedWords{"-i8080"}, TypedWords{"-nPi8080"}, TypedWords{"-ti8080"}}) {
    const auto error = fake::error_of([&, words = typed] { without_lsof_shapes(words); });
    EXPECT_THAT(error.what(), HasSubstr("a colon is missing: write portscope 8080, or -i :8080"));
    EXPECT_EQ(fake::marked(error), "8080");
  }
}

struct Clash {
  TypedWords typed;
  const char* target;
  const char* marked;
};

class LsofClash : public testing::TestWithParam<Clash> {};

TEST_P(LsofClash, IsRefusedWithBothSpellings) {
  const auto& [typed, target, marked] = GetParam();
  const auto error = fake::error_of([&, words = typed] { without_lsof_shapes(words); });
  EXPECT_THAT(error.what(), HasSubstr(std::string("portscope -t --info ") + target)) << marked;
  EXPECT_THAT(error.what(), HasSubstr(std::string("portscope -H -C pid ") + target)) << marked;
  EXPECT_EQ(fake::marked(error), marked);
}

INSTANTIATE_TEST_SUITE_P(
    TypedWords, LsofClash,
    testing::Values(Clash{{"-ti", ":8080"}, ":8080", "-ti"}, Clash{{"-ti:8080"}, ":8080", "-ti:8080"},
                    Clash{{"-t", "-i", ":8080"}, ":8080", "-i"}, Clash{{"-t", "-i:8080"}, ":8080", "-i:8080"},
                    Clash{{"-i", ":8080", "-t"}, ":8080", "-i"}, Clash{{"-it", ":8080"}, ":8080", "-it"},
                    Clash{{"-tiTCP:8080"}, "tcp:8080", "-tiTCP:8080"}, Clash{{"-ti", "tcp:8080"}, "tcp:8080", "-ti"},
                    Clash{{"-nPti", ":8080"}, ":8080", "-nPti"}, Clash{{"-tin", ":8080"}, ":8080", "-tin"},
                    Clash{{"-tlpni", ":8080"}, ":8080", "-tlpni"},
                    Clash{{"--json", "-ti", "@10.0.0.1"}, "10.0.0.1", "-ti"},
                    Clash{{"-ti:80,443"}, "'port in (80,443)'", "-ti:80,443"}));

}  // namespace

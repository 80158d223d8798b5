// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "portscope/query.hpp"
#include "support/queries.hpp"
#include "support/sockets.hpp"

namespace {

using fake::end;
using portscope::Expression;
using portscope::FieldId;
using portscope::parse_query;
using portscope::Socket;
using portscope::StringPool;
using portscope::Truth;
using testing::HasSubstr;

const StringPool no_strings;

bool holds(const std::string& filter, const Socket& socket) {
  return portscope::holds(parse_query(filter), {socket, no_strings}) == Truth::yes;
}

/// 10.0.0.1:40000 -> 10.0.0.2:443, established.
Socket client() { return fake::connection(end("10.0.0.1", 40000), end("10.0.0.2", 443)); }
Socket server() { return fake::listener("0.0.0.0", 80); }

TEST(Query, NothingIsEverything) {
  EXPECT_TRUE(parse_query("").is_everything());
  EXPECT_TRUE(parse_query(std::vector<std::string>{}).is_everything());
}

TEST(Query, EverySpellingOfAComparison) {
  for (const char* filter : {"dport = :443",
                             "dport == 443",
                             "dport eq :443",
                             "dport 443",
                             "dport :443",
                             "dport=:443",
                             "dport != :444",
                             "dport ne 444",
                             "dport neq :444",
                             "dport > 442",
                             "dport gt :442",
                             "dport < 444",
                             "dport lt 444",
                             "dport >= 443",
                             "dport ge 443",
                             "dport geq 443",
                             "dport <= 443",
                             "dport le 443",
                             "dport leq 443",
                             "dport>=443",
                             "dport in (443)",
                             "dport in(1,443)",
                             "dport in ( 1 , 400-500 )",
                             "dport not in (1,2)",
                             "dport = 400-500",
                             "dport = *"}) {
    EXPECT_TRUE(holds(filter, client())) << filter;
  }
  for (const char* filter : {"dport = :444", "dport != 443", "dport > 443", "dport < 443", "dport >= 444",
                             "dport <= 442", "dport in (1,2)", "dport not in (1,443)"}) {
    EXPECT_FALSE(holds(filter, client())) << filter;
  }
}

TEST(Query, NotBindsCloserThanAndAndThatCloserThanOr) {
  EXPECT_TRUE(holds("dport 1 and dport 2-3 or sport 40000", client()));
  EXPECT_TRUE(holds("sport 40000 or dport 443 and dport 1-2", client()));
  EXPECT_FALSE(holds("(sport 40000 or dport 443) and dport 1-2", client()));
  EXPECT_TRUE(holds("not dport 1 and sport 40000", client()));
  EXPECT_FALSE(holds("not (dport 1 or sport 40000)", client()));
  EXPECT_TRUE(holds("not not sport 40000", client()));
  EXPECT_TRUE(holds("sport 40000 dport 1 or dport 443", client())) << "side by side is and, closer than or";
}

TEST(Query, OperatorsInEverySpelling) {
  for (const char* filter :
       {"sport 40000 and dport 443", "sport 40000 & dport 443", "sport 40000 && dport 443", "sport=40000&dport=443",
        "sport 1 or dport 443", "sport 1 | dport 443", "sport 1||dport 443", "!sport 1", "! sport 1", "not sport 1",
        "!(sport 1)", "( ( sport = :40000 ) )", "(sport 40000)(dport 443)"}) {
    EXPECT_TRUE(holds(filter, client())) << filter;
  }
}

TEST(Query, WordsOfAShellAreOneFilter) {
  const std::vector<std::string> words{"(", "sport", "=", ":40000", "or", "sport=:1", ")", "dport", ":443"};
  EXPECT_EQ(portscope::holds(parse_query(words), {client(), no_strings}), Truth::yes);
}

TEST(Query, StateWordsSideBySideUnite) {
  EXPECT_TRUE(holds("state listen state established", client()));
  EXPECT_TRUE(holds("state listen state established", server()));
  EXPECT_FALSE(holds("state listen state time-wait", client()));
  EXPECT_FALSE(holds("exclude established", client()));
  EXPECT_TRUE(holds("state connected exclude syn-sent", client()));
  EXPECT_TRUE(holds("connected", client()));
  EXPECT_FALSE(holds("bucket", client()));
  EXPECT_TRUE(holds("state in (listen, estab)", client()));
  EXPECT_TRUE(holds("state != listen", client()));
}

TEST(Query, AContradictionMattersOnlyWhereNothingElseCanMatch) {
  EXPECT_TRUE(holds("sport 40000 or sport 1 and sport 2", client()));
  EXPECT_STRNE(fake::query_error("(sport 1 sport 2) or (sport 3 sport 4)").what(), "");
}

TEST(Query, LeadingStateWordsHoldForAllOfIt) {
  EXPECT_FALSE(holds("state listen dport 1 or sport 40000", client())) << "as in ss";
  EXPECT_TRUE(holds("state established dport 1 or sport 40000", client()));
  EXPECT_FALSE(holds("exclude established dport 1 or sport 40000", client()));
  EXPECT_TRUE(holds("state listen or sport 40000", client())) << "joined by a word it is a term";
  EXPECT_TRUE(holds("dport 1 or state established", client()));
}

TEST(Query, ARegularExpressionMayFollowAnEqualsSign) {
  for (const char* filter : {"proc =~ ^py", "proc=~^py", "proc = ~^py", "proc ~ ^py"}) {
    const auto query = parse_query(filter);
    EXPECT_TRUE(std::holds_alternative<portscope::PatternRef>(query.condition.values)) << filter;
  }
  EXPECT_EQ(parse_query("proc != ~^py").kind, Expression::Kind::negation);
}

TEST(Query, ProtocolsAreWordsToo) {
  EXPECT_TRUE(holds("TCP", client()));
  EXPECT_TRUE(holds("proto = TCP", client()));
  EXPECT_TRUE(holds("tcp", client()));
  EXPECT_FALSE(holds("udp", client()));
  EXPECT_TRUE(holds("tcp and dport in (443,5432)", client()));
  EXPECT_TRUE(holds("proto = inet", client()));
}

TEST(Query, EndsAreMetStrictly) {
  EXPECT_TRUE(holds("src 10.0.0.1", client()));
  EXPECT_TRUE(holds("dst = 10.0.0.0/24:443", client()));
  EXPECT_TRUE(holds("dst :443", client()));
  EXPECT_FALSE(holds("dst 10.0.0.2:444", client()));
  EXPECT_FALSE(holds("src 127.0.0.1:80", server())) << "a wildcard is another address";
  EXPECT_TRUE(holds("127.0.0.1:80", server())) << "but who is reached there is it";
  EXPECT_TRUE(holds("dport < 1024", server())) << "as in ss: no peer is port 0";
  EXPECT_TRUE(holds("dst 0.0.0.0", server()));
}

TEST(Query, NamesOfOneShellWordKeepTheirBlanks) {
  const std::vector<std::string> words{"/run/my app.sock", "or", "/run/b"};
  const Expression filter = parse_query(words);
  ASSERT_EQ(filter.kind, Expression::Kind::any_of);
  EXPECT_EQ(std::get<std::vector<portscope::Target>>(filter.parts[0].condition.values)[0].path, "/run/my app.sock");
  EXPECT_EQ(std::get<std::vector<portscope::Target>>(filter.parts[1].condition.values)[0].path, "/run/b");
}

TEST(Query, BlanksAroundANameBelongToIt) {
  const std::vector<std::string> words{"/run/x/  "};
  EXPECT_EQ(std::get<std::vector<portscope::Target>>(parse_query(words).condition.values)[0].path, "/run/x/  ");
  EXPECT_THAT(fake::query_error(" 80").what(), HasSubstr("a blank is no part"));
  EXPECT_THAT(fake::query_error("80 ").what(), HasSubstr("a blank is no part"));
  EXPECT_TRUE(holds(" ( sport = 40000 ) ", client()));
}

TEST(Query, QuotesAndPatternsKeepTheirSigns) {
  const auto text = [](const char* filter) {
    return std::get<portscope::Texts>(parse_query(filter).condition.values).front();
  };
  EXPECT_EQ(text("proc = \"Web Content\""), "Web Content");
  EXPECT_EQ(text("proc='a\\'b'"), "a'b");
  EXPECT_EQ(text("cmdline=*--port=80"), "*--port=80");
  EXPECT_EQ(text("cmdline='*?a=1&b=2|c'"), "*?a=1&b=2|c");
  EXPECT_EQ(parse_query("proc=a|proc=b").kind, Expression::Kind::any_of) << "outside quotes they join terms";
  EXPECT_EQ(parse_query("proc=a&sport=80").kind, Expression::Kind::all_of);
  EXPECT_EQ(parse_query("(proc~^(a|b)$ or port 80)").kind, Expression::Kind::any_of);
  EXPECT_EQ(parse_query("proc !~ ^(a|b)$").kind, Expression::Kind::negation);
}

TEST(Query, WhatIsWrittenIsKeptForMessages) {
  EXPECT_EQ(parse_query("rtt  >  50ms").condition.typed, "rtt  >  50ms");
  EXPECT_EQ(parse_query("port in (1, 2)").condition.typed, "port in (1, 2)");
}

TEST(Query, MarksMayBeSeveral) {
  const auto marks = std::get<portscope::Marks>(parse_query("fwmark in (0x1, 0x2/0xf)").condition.values);
  EXPECT_EQ(marks, (portscope::Marks{{1, UINT32_MAX}, {2, 0xf}}));
}

TEST(Query, AlternativeNamesOfFields) {
  EXPECT_EQ(parse_query("local_port 80").condition.field, FieldId::sport);
  EXPECT_EQ(parse_query("transport tcp").condition.field, FieldId::proto);
  EXPECT_EQ(parse_query("mark 1").condition.field, FieldId::fwmark);
}

struct Wrong {
  const char* filter;
  const char* message;  ///< a part of it
  const char* marked;
};

class WrongQuery : public testing::TestWithParam<Wrong> {};

TEST_P(WrongQuery, IsToldAndMarked) {
  const auto& [filter, message, part] = GetParam();
  const auto error = fake::query_error(filter);
  EXPECT_THAT(error.what(), HasSubstr(message)) << filter;
  EXPECT_EQ(error.text(), filter);
  EXPECT_EQ(fake::marked(error), part) << filter;
}

INSTANTIATE_TEST_SUITE_P(
    Query, WrongQuery,
    testing::Values(
        Wrong{"port 99999", "port 99999 is above 65535", "99999"}, Wrong{"sport = :-1", "is no port", "-1"},
        Wrong{"stat listen", "did you mean state?", "stat"},
        Wrong{"prot = tcp", "'prot' is no field of a filter; did you mean proto?", "prot"},
        Wrong{"state lisen", "did you mean listen?", "lisen"}, Wrong{"state", "a state must follow", "state"},
        Wrong{"proto = tpc", "did you mean tcp?", "tpc"}, Wrong{"sport =", "a port must follow 'sport ='", "sport ="},
        Wrong{"( sport = :80", "not closed", "("}, Wrong{"sport = :80 )", "there is no ( for this )", ")"},
        Wrong{"()", "nothing between", "("}, Wrong{"not", "a condition must follow 'not'", "not"},
        Wrong{"port 1 or", "a condition must follow 'or'", "or"}, Wrong{"or port 1", "a condition is missing", "p"},
        Wrong{"= 5", "cannot begin with '='", "="}, Wrong{"rtt > 50", "is no duration: 50ms", "50"},
        Wrong{"rtt ~ x", "rtt is not compared by '~', but by", "~"},
        Wrong{"dev < 3", "dev is not compared by '<', but by = !=", "<"},
        Wrong{"port > 65535", "no port is above 65535", "65535"}, Wrong{"sport < 1", "no sport is below 1", "1"},
        Wrong{"port in (1", "not closed", "("}, Wrong{"port in ()", "a port is missing in the list", "("},
        Wrong{"port in 1", "a list", "in"}, Wrong{"proc ~ [", "is no regular expression", "["},
        Wrong{"proc ~ ((((a{1,255}){1,255}){1,255}){1,255})", "too large", "((((a{1,255}){1,255}){1,255}){1,255})"},
        Wrong{"proc = \"a", "the quote is not closed", "\""}, Wrong{"fwmark = x", "is no mark", "x"},
        Wrong{"uid = -1", "is no number", "-1"}, Wrong{"uid = 4294967296", "is above 4294967295", "4294967296"},
        Wrong{"cookie = xyz", "is no cookie", "xyz"}, Wrong{"src 80", "a port alone has a colon: :80", "80"},
        Wrong{"dst example.com", "names of hosts are not looked up", "example.com"},
        Wrong{"8080 9090", "for either write '8080 or 9090'", "9090"},
        Wrong{"state listen and state established", "no socket is both", "state established"},
        Wrong{"tcp udp", "no socket is both", "udp"}, Wrong{"age > -1s", "is no duration", "-1s"},
        Wrong{"sport => 80", "did you mean >=?", "=>"}, Wrong{"pid = 0", "no pid is below 1", "0"},
        Wrong{"ssh/tcp", "port = ssh", "ssh"}, Wrong{"proc ~ nginx| sport 80", "it ends in |", "nginx|"},
        Wrong{"fwmark = 0x1/0xf0", "leaves out bits", "0x1/0xf0"}, Wrong{"recv_queue = 1.5", "is no amount", "1.5"},
        Wrong{"80,443", "sport in (80,443)", ","}, Wrong{"https", "for a service write 'port = https'", "https"},
        Wrong{"LISTEN", "for a state write 'state LISTEN'", "LISTEN"},
        Wrong{"foo", "'foo' is no port, address, path or filter word", "foo"},
        Wrong{"direction = untold", "is no direction", "untold"}));

TEST(Query, DeepNestingIsRefusedAndLongFiltersAreNot) {
  EXPECT_THAT(fake::query_error(std::string(1000, '(')).what(), HasSubstr("nested too deeply"));
  std::string chain = "port 1";
  for (int i = 0; i < 5000; ++i) chain += " or port 1";
  EXPECT_EQ(parse_query(chain).parts.size(), 5001U);
}

TEST(Query, WordsForCompletionAreThoseOfTheGrammar) {
  const auto words = portscope::query_words();
  for (const char* word : {"and", "exclude", "connected", "sport", "drops", "state"}) {
    EXPECT_NE(std::find(words.begin(), words.end(), word), words.end()) << word;
  }
}

}  // namespace

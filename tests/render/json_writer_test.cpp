// SPDX-License-Identifier: MIT
#include "render/json_writer.hpp"

#include <gtest/gtest.h>

namespace {

using render::JsonStyle;
using render::JsonWriter;

std::string text(std::string_view bytes) {
  std::string out;
  JsonWriter(out, JsonStyle::compact).text(bytes);
  return out;
}

std::string member(std::string_view bytes) {
  std::string out;
  JsonWriter json(out, JsonStyle::compact);
  json.begin_object();
  json.text_member("name", bytes);
  json.end_object();
  return out;
}

std::string document(JsonStyle style) {
  std::string out;
  JsonWriter json(out, style);
  json.begin_object();
  json.key("list");
  json.begin_array();
  json.number(std::uint64_t{1});
  json.begin_object();
  json.end_object();
  json.begin_array();
  json.end_array();
  json.null();
  json.end_array();
  json.key("yes");
  json.boolean(true);
  json.key("text");
  json.text("x");
  json.end_object();
  return out;
}

TEST(JsonWriter, SeparatesMembersAndElements) {
  EXPECT_EQ(document(JsonStyle::compact), R"({"list":[1,{},[],null],"yes":true,"text":"x"})");
}

TEST(JsonWriter, IndentsForEyes) {
  EXPECT_EQ(document(JsonStyle::indented),
            "{\n  \"list\": [\n    1,\n    {},\n    [],\n    null\n  ],\n  \"yes\": true,\n  \"text\": \"x\"\n}");
}

TEST(JsonWriter, NumbersAreWrittenInFull) {
  std::string out;
  JsonWriter json(out, JsonStyle::compact);
  json.begin_array();
  json.number(UINT64_MAX);
  json.number(INT64_MIN);
  json.number(std::int64_t{-1});
  json.end_array();
  EXPECT_EQ(out, "[18446744073709551615,-9223372036854775808,-1]");
}

TEST(JsonWriter, TextIsEscaped) {
  EXPECT_EQ(text("plain /text"), "\"plain /text\"");
  EXPECT_EQ(text("\"\\"), R"("\"\\")");
  EXPECT_EQ(text("\n"), R"("\u000a")");
  EXPECT_EQ(text(std::string_view("\0\x1b\x7f", 3)), R"("\u0000\u001b\u007f")");
  EXPECT_EQ(text("caf\xc3\xa9"), "\"caf\xc3\xa9\"");
  EXPECT_EQ(text("\xe2\x80\xae"), R"("\u202e")");
}

TEST(JsonWriter, BeyondTheBmpAPairOfSurrogatesIsWritten) {
  EXPECT_EQ(text("\xf3\xa0\x81\x81"), R"("\udb40\udc41")") << "U+E0041, a tag";
  EXPECT_EQ(text("\xf4\x8f\xbf\xbd"), R"("\udbff\udffd")") << "U+10FFFD, private use";
  EXPECT_EQ(text("\xf0\x9f\x90\xb3"), "\"\xf0\x9f\x90\xb3\"") << "printable";
}

TEST(JsonWriter, InvalidBytesAreReplacedAndKept) {
  EXPECT_EQ(member("a\xff"), "{\"name\":\"a\xef\xbf\xbd\",\"name_b64\":\"Yf8=\"}");
  EXPECT_EQ(member("a"), R"({"name":"a"})");
  EXPECT_EQ(member("\xef\xbf\xbd"), "{\"name\":\"\xef\xbf\xbd\"}") << "a U+FFFD of its own is no loss";
}

TEST(JsonWriter, RemembersMembersOfTheSameThing) {
  std::string out;
  JsonWriter json(out, JsonStyle::compact);
  const int thing = 0;
  const int other = 0;
  int written = 0;
  for (const int* what : {&thing, &other, &thing}) {
    json.begin_object();
    json.key("a");
    json.null();
    json.remembered(what, [&] {
      json.key("b");
      json.number(std::int64_t{++written});
    });
    json.key("c");
    json.null();
    json.end_object();
    json.next_line();
    out += ';';
    EXPECT_EQ(out.find("},"), std::string::npos) << "a line is a document";
  }
  EXPECT_EQ(out,
            "{\"a\":null,\"b\":1,\"c\":null}\n;{\"a\":null,\"b\":2,\"c\":null}\n;{\"a\":null,\"b\":1,\"c\":null}\n;");
}

TEST(JsonWriter, IndentedMembersAreAsDeepAsTheyStand) {
  std::string out;
  JsonWriter json(out, JsonStyle::indented);
  const auto write = [&] {
    json.remembered(&out, [&] {
      json.key("b");
      json.null();
    });
  };
  json.begin_object();
  json.key("a");
  json.begin_object();
  json.key("a");
  json.null();
  write();
  json.end_object();
  write();
  json.end_object();
  EXPECT_EQ(out, "{\n  \"a\": {\n    \"a\": null,\n    \"b\": null\n  },\n  \"b\": null\n}");
}

TEST(JsonWriter, RemembersOnlySoMuch) {
  std::string out;
  JsonWriter json(out, JsonStyle::compact);
  json.begin_object();
  json.key("a");
  json.null();
  const std::string large(1'000'000, 'x');
  const std::string things(10, ' ');
  const auto write_all = [&] {
    std::size_t written = 0;
    for (const char& thing : things) {
      out.clear();
      json.remembered(&thing, [&] {
        json.text_member("b", large);
        ++written;
      });
    }
    return written;
  };
  EXPECT_EQ(write_all(), things.size());
  EXPECT_GT(write_all(), 4U);
}

TEST(Base64, IsThatOfRfc4648) {
  EXPECT_EQ(render::base64(""), "");
  EXPECT_EQ(render::base64("f"), "Zg==");
  EXPECT_EQ(render::base64("fo"), "Zm8=");
  EXPECT_EQ(render::base64("foo"), "Zm9v");
  EXPECT_EQ(render::base64("foob"), "Zm9vYg==");
  EXPECT_EQ(render::base64("\xff\xfb\xfe"), "//v+");
  EXPECT_EQ(render::base64(std::string_view("\0\0\0\0", 4)), "AAAAAA==");
}

}  // namespace

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

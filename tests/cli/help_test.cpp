// SPDX-License-Identifier: MIT
#include "cli/help.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/commands.hpp"
#include "cli/options.hpp"
#include "cli/usage_error.hpp"
#include "portscope/version.hpp"
#include "render/formats.hpp"
#include "render/text.hpp"

namespace {

using testing::HasSubstr;
using testing::Not;

void expect_at_most_80_columns(const std::string& text) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = text.find('\n', begin);
    const std::string line = text.substr(begin, end - begin);
    EXPECT_LE(render::display_width(line), 80U) << line;
    EXPECT_FALSE(line.ends_with(' ')) << "'" << line << "'";
    begin = end + 1;
  }
}

TEST(Help, Fits80Columns) {
  expect_at_most_80_columns(cli::help_text());
  expect_at_most_80_columns(cli::column_list());
  expect_at_most_80_columns(cli::format_list());
  expect_at_most_80_columns(cli::version_text());
}

TEST(Help, NamesEveryOptionAndCommand) {
  const std::string text = cli::help_text();
  for (const cli::Option& option : cli::options()) {
    if (option.group == cli::Group::hidden) continue;
    const std::string letter = option.letter != 0 ? std::string("-") + option.letter : "";
    const std::string name = option.name.empty() ? "" : "--" + std::string(option.name);
    EXPECT_THAT(text, HasSubstr(letter));
    EXPECT_THAT(text, HasSubstr(name));
  }
  for (const cli::Command& command : cli::commands()) EXPECT_THAT(text, HasSubstr("  " + std::string(command.name)));
}

TEST(Help, HasExamplesFirst) {
  const std::string text = cli::help_text();
  EXPECT_LT(text.find("portscope --listen"), text.find("usage:"));
}

TEST(Lists, NameEveryColumnAndFormat) {
  for (const auto& column : render::columns()) EXPECT_THAT(cli::column_list(), HasSubstr(std::string(column.name)));
  for (const auto& format : render::formats()) EXPECT_THAT(cli::format_list(), HasSubstr(std::string(format.name)));
}

TEST(Version, IsThatOfTheBuild) { EXPECT_THAT(cli::version_text(), HasSubstr(std::string(portscope::version))); }

class Completion : public testing::TestWithParam<const char*> {};

TEST_P(Completion, CoversEveryOption) {
  const std::string script = cli::completion(GetParam());
  const bool is_fish = std::string_view(GetParam()) == "fish";
  for (const cli::Option& option : cli::options()) {
    if (option.name.empty()) continue;
    const std::string name = (is_fish ? "-l " : "--") + std::string(option.name);
    if (option.group == cli::Group::hidden) {
      EXPECT_THAT(script, Not(HasSubstr(name)));
    } else {
      EXPECT_THAT(script, HasSubstr(name));
    }
  }
  for (const cli::Command& command : cli::commands()) EXPECT_THAT(script, HasSubstr(std::string(command.name)));
}

TEST_P(Completion, CoversTheWordsOfArguments) {
  const std::string script = cli::completion(GetParam());
  for (const auto& column : render::columns()) EXPECT_THAT(script, HasSubstr(std::string(column.name)));
  for (const auto& format : render::formats()) EXPECT_THAT(script, HasSubstr(std::string(format.name)));
}

INSTANTIATE_TEST_SUITE_P(Shells, Completion, testing::Values("bash", "zsh", "fish"));

TEST(CompletionOf, AnotherShellIsAnError) { EXPECT_THROW((void)cli::completion("csh"), cli::UsageError); }

}  // namespace

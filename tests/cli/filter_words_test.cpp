// SPDX-License-Identifier: MIT
#include "cli/filter_words.hpp"

#include <gtest/gtest.h>

namespace {

TEST(FilterWords, WordsOfTheFilter) {
  for (const char* word : {"and", "not", "in", "=", "gt", "sport", "dst", "proc", "user", "state", "tcp", "unix",
                           "established", "LISTEN", "connected", "bucket"}) {
    EXPECT_TRUE(cli::is_filter_word(word)) << word;
  }
  for (const char* word : {"www-data", "nginx", "eth0", "8080", ""}) EXPECT_FALSE(cli::is_filter_word(word)) << word;
}

TEST(FilterWords, WhatCompares) {
  EXPECT_TRUE(cli::is_comparison("="));
  EXPECT_TRUE(cli::is_comparison("geq"));
  EXPECT_TRUE(cli::is_comparison("in"));
  EXPECT_FALSE(cli::is_comparison("and"));
  EXPECT_FALSE(cli::is_comparison(""));
}

}  // namespace

// SPDX-License-Identifier: MIT
#include "collect/process_facts.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>

#include "support/fake_proc.hpp"

namespace {

using portscope::Process;
using portscope::StringId;
using portscope::StringPool;
using portscope::Time;
using namespace std::chrono_literals;

const Time noon = Time(std::chrono::sys_days(std::chrono::year(2026) / 1 / 2)) + 12h;

/// The process whose stat says `text`.
std::optional<Process> of_stat(std::string_view text, StringPool& strings) {
  fake::Proc tree;
  const auto proc = tree.file("10/stat", text).open();
  const auto process = collect::read_process(*proc.root()->directory("10"), 10, noon, strings);
  return process ? std::optional(*process) : std::nullopt;
}

std::string with_name(std::string_view name) {
  return "10 (" + std::string(name) + ") S 7 10 10 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 250 0 0\n";
}

TEST(ProcessFacts, NamesMayHoldAnything) {
  for (const std::string_view name : {"nginx", "", "a b", "(sd-pam)", "a) R 1 1", ") (", "two\nlines", "\x1b[31m"}) {
    StringPool strings;
    const auto process = of_stat(with_name(name), strings);
    ASSERT_TRUE(process) << name;
    EXPECT_EQ(strings.text(process->name), name);
    EXPECT_EQ(process->pid, 10);
    EXPECT_EQ(process->ppid, 7) << name;
  }
}

TEST(ProcessFacts, TheStartIsATimeOfDay) {
  StringPool strings;
  EXPECT_EQ(of_stat(with_name("a"), strings)->start_time, noon + 2500ms);
}

TEST(ProcessFacts, ABrokenStatIsNoProcess) {
  StringPool strings;
  for (const std::string_view text : {"", "10", "10 (a", "10 a) S", ")("}) EXPECT_FALSE(of_stat(text, strings)) << text;
}

TEST(ProcessFacts, AStatThatIsCutOffHasNoStart) {
  StringPool strings;
  const auto process = of_stat("10 (a) S 7", strings);
  ASSERT_TRUE(process);
  EXPECT_EQ(process->start_time, std::nullopt);
}

TEST(ProcessFacts, AProcessThatEndedIsNone) {
  fake::Proc tree;
  StringPool strings;
  const auto proc = tree.directory("10").open();
  EXPECT_FALSE(collect::read_process(*proc.root()->directory("10"), 10, {}, strings));
}

Process details_of(fake::Proc& tree, StringPool& strings) {
  Process process;
  const auto proc = tree.open();
  collect::read_details(*proc.root()->directory("10"), process, strings);
  return process;
}

TEST(ProcessDetails, AreReadAsTheyAre) {
  fake::Proc tree;
  StringPool strings;
  const Process process = details_of(tree.process(10, "nginx"), strings);
  EXPECT_EQ(strings.text(process.exe), "/usr/sbin/nginx");
  EXPECT_EQ(strings.text(process.command_line), std::string_view("/usr/sbin/nginx\0-x\0", 19));
  EXPECT_EQ(process.uid, 33U) << "the effective one, not the real one";
  EXPECT_EQ(strings.text(process.cgroup), "/system.slice/nginx.service");
}

TEST(ProcessDetails, WhatMayNotBeReadStaysEmpty) {
  fake::Proc tree;
  StringPool strings;
  const Process process = details_of(tree.directory("10"), strings);
  EXPECT_EQ(process.exe, StringId::none);
  EXPECT_EQ(process.command_line, StringId::none);
  EXPECT_EQ(process.cgroup, StringId::none);
  EXPECT_EQ(process.uid, std::nullopt);
}

TEST(ProcessDetails, AnEmptyCommandLineIsKnownToBeEmpty) {
  fake::Proc tree;
  StringPool strings;
  const Process process = details_of(tree.process(10, "a").file("10/cmdline", ""), strings);
  EXPECT_NE(process.command_line, StringId::none);
  EXPECT_EQ(strings.text(process.command_line), "");
}

TEST(ProcessDetails, OfADeadMainThreadAreThoseOfALivingOne) {
  fake::Proc tree;
  StringPool strings;
  tree.process(10, "a").remove("10/exe").file("10/cmdline", "");
  tree.link("10/task/12/exe", "/usr/sbin/a").file("10/task/12/cmdline", std::string_view("a\0-x\0", 5));
  const Process process = details_of(tree, strings);
  EXPECT_EQ(strings.text(process.exe), "/usr/sbin/a");
  EXPECT_EQ(strings.text(process.command_line), std::string_view("a\0-x\0", 5));
}

TEST(ProcessDetails, ANameThatLooksLikeAFieldOfStatusFoolsNobody) {
  fake::Proc tree;
  StringPool strings;
  // The kernel escapes newlines in this file, so a line that begins with Uid: is the real one.
  tree.file("10/status", "Name:\tUid: 0 0\nUmask:\t0022\nUid:\t1000\t1001\t1002\t1003\n");
  EXPECT_EQ(details_of(tree, strings).uid, 1001U);
}

std::string cgroup_of(std::string_view text) {
  fake::Proc tree;
  StringPool strings;
  const Process process = details_of(tree.file("10/cgroup", text), strings);
  return std::string(strings.text(process.cgroup));
}

TEST(ProcessDetails, TheCgroupIsThatOfTheTreeThatSaysSomething) {
  EXPECT_EQ(cgroup_of("0::/system.slice/a.service\n"), "/system.slice/a.service");
  EXPECT_EQ(cgroup_of("0::/\n"), "/");
  EXPECT_EQ(cgroup_of("12:cpu,cpuacct:/x\n1:name=systemd:/system.slice/a.service\n"), "/system.slice/a.service")
      << "v1";
  EXPECT_EQ(cgroup_of("5:memory:/y\n1:name=systemd:/system.slice/a.service\n0::/\n"), "/system.slice/a.service")
      << "hybrid, nothing in v2";
  EXPECT_EQ(cgroup_of("1:name=systemd:/old\n0::/system.slice/a.service\n"), "/system.slice/a.service") << "hybrid";
  EXPECT_EQ(cgroup_of("4:memory:/x\n"), "");
  EXPECT_EQ(cgroup_of(""), "");
}

TEST(ProcessDetails, OfAProcessWhoseMainThreadExitedAnotherThreadTells) {
  fake::Proc tree;
  StringPool strings;
  tree.directory("10").file("10/cmdline", "").link("10/task/12/exe", "/usr/bin/java");
  tree.file("10/task/12/cmdline", std::string_view("java\0-jar\0", 10));
  const Process process = details_of(tree, strings);
  EXPECT_EQ(strings.text(process.exe), "/usr/bin/java");
  EXPECT_EQ(strings.text(process.command_line), std::string_view("java\0-jar\0", 10));
}

TEST(ProcessDetails, NobodyCanFillTheMemoryWithArguments) {
  fake::Proc tree;
  StringPool strings;
  tree.process(10, "a").file("10/cmdline", std::string(1000000, 'x'));
  const Process process = details_of(tree, strings);
  EXPECT_TRUE(process.command_line_cut);
  EXPECT_EQ(strings.text(process.command_line).size(), 131072U);
}

TEST(ProgramOf, DiffersWhenTheStackDoes) {
  const std::string before = "10 (a) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 250 0 0 0 100 200 300 0";
  std::string after = before;
  after.replace(after.find("300"), 3, "301");
  EXPECT_FALSE(collect::program_of(before).empty());
  EXPECT_EQ(collect::program_of(before), collect::program_of(before));
  EXPECT_NE(collect::program_of(before), collect::program_of(after));
}

TEST(ProgramOf, IsUnknownWhereTheKernelDoesNotTell) {
  EXPECT_EQ(collect::program_of("10 (a) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 250 0 0 0 1 1 0 0"), "");
  EXPECT_EQ(collect::program_of(""), "");
}

}  // namespace

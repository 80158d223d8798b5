// SPDX-License-Identifier: MIT
#include "sys/output.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <system_error>

#include "support/fake_proc.hpp"

namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::size_t entries(const fs::path& directory) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(directory), fs::directory_iterator()));
}

/// Runs `writer` in a child whose standard output is `target`; returns its exit status.
int with_stdout(int target, const std::function<int()>& writer) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(target, STDOUT_FILENO);
    ::_exit(writer());
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

constexpr int system_error_exit = 5;
int write_something() {
  try {
    sys::claim_standard_streams();
    sys::Output output;
    output.write("something\n");
    output.write("more\n");
    output.finish();
    return 0;
  } catch (const std::system_error& error) {
    return system_error_exit;
  }
}

TEST(Output, AFileAppearsOnlyWhenItIsWhole) {
  const fake::TemporaryDirectory place;
  const fs::path path = place.path() / "out.json";
  sys::Output output(path.string());
  output.write("{}\n");
  EXPECT_FALSE(fs::exists(path));
  output.finish();
  EXPECT_EQ(content(path), "{}\n");
  EXPECT_EQ(entries(place.path()), 1U) << "nothing is left beside it";
}

TEST(Output, WhatWasNotFinishedLeavesNoTrace) {
  const fake::TemporaryDirectory place;
  const fs::path path = place.path() / "out.json";
  std::ofstream(path) << "old";
  {
    sys::Output output(path.string());
    output.write("new");
  }
  EXPECT_EQ(content(path), "old");
  EXPECT_EQ(entries(place.path()), 1U);
}

TEST(Output, AFileIsReadableAsTheUmaskSays) {
  const fake::TemporaryDirectory place;
  const fs::path path = place.path() / "out";
  const mode_t before = ::umask(027);
  {
    sys::Output output(path.string());
    output.finish();
  }
  ::umask(before);
  struct stat facts {};
  ASSERT_EQ(::stat(path.c_str(), &facts), 0);
  EXPECT_EQ(facts.st_mode & 0777U, 0640U);
}

TEST(Output, AFileThatCannotBeMadeIsAnError) { EXPECT_THROW(sys::Output("/nonexistent/out"), std::system_error); }

// `--output /dev/null` must not put a plain file in the place of the device.
TEST(Output, WhatIsNoPlainFileIsNeverReplaced) {
  const fake::TemporaryDirectory place;
  const fs::path path = place.path() / "pipe";
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const sys::Fd reader(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  try {
    sys::Output output(path.string());
    output.write("x");
    output.finish();
  } catch (const std::system_error&) {
    // to refuse is as good as to write into it
  }
  EXPECT_EQ(fs::status(path).type(), fs::file_type::fifo);
}

TEST(Output, AFullDiskIsAnError) {
  const sys::Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  if (!full) GTEST_SKIP() << "no /dev/full here";
  EXPECT_EQ(with_stdout(full.number(), write_something), system_error_exit);
}

TEST(Output, AReaderWhoLeftIsNoError) {
  int ends[2] = {};
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  ::close(ends[0]);
  EXPECT_EQ(with_stdout(ends[1], write_something), 0);
  ::close(ends[1]);
}

TEST(Output, AClosedStandardOutputIsAnError) {
  EXPECT_EQ(with_stdout(STDOUT_FILENO,
                        [] {
                          ::close(STDOUT_FILENO);
                          return write_something();
                        }),
            system_error_exit);
}

TEST(Output, ASlowReaderWhoDoesNotBlockGetsEverything) {
  int ends[2] = {};
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  ASSERT_EQ(::fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
  const std::string much(1000000, 'x');  // far more than a pipe holds
  const pid_t writer = ::fork();
  if (writer == 0) {
    ::close(ends[0]);
    ::dup2(ends[1], STDOUT_FILENO);
    sys::Output output;
    output.write(much);
    ::_exit(0);
  }
  ::close(ends[1]);
  std::size_t total = 0;
  std::string buffer(65536, '\0');
  for (ssize_t got = 0; (got = ::read(ends[0], buffer.data(), buffer.size())) > 0;) {
    total += static_cast<std::size_t>(got);
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(writer, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(total, much.size());
}

}  // namespace

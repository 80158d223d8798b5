// SPDX-License-Identifier: MIT
// What nearly all unit tests include, compiled once for the tests of a part. A test includes what it uses all the same,
// so it compiles with -Db_pch=false too.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/request_target.h"

#include <gtest/gtest.h>

#include <string>

namespace nat {
namespace {

TEST(RequestTarget, RefusesDotSegmentsPlainOrEscaped) {
  for (const char* target : {"/..", "/.", "/a/../b", "/a/./b", "/a/..", "/%2e%2e/etc/passwd",
                             "/.%2E", "/a/%2e", "http://host/..", "/../../x?y"}) {
    EXPECT_FALSE(ParseRequestTarget(target)) << target;
  }
}

TEST(RequestTarget, RefusesEscapedSlashesZeroBytesAndControls) {
  for (const char* target : {"/a%2fb", "/%2F..", "/..%2f", "/a%00b", "/a%0d%0ab", "/a%7f", "/a%"}) {
    EXPECT_FALSE(ParseRequestTarget(target)) << target;
  }
}

TEST(RequestTarget, RefusesOtherFormsThanAPath) {
  for (const char* target : {"", "*", "host:443", "a/b", "?q", "ftp://host/", "/a#b"}) {
    EXPECT_FALSE(ParseRequestTarget(target)) << target;
  }
}

TEST(RequestTarget, DecodesThePathAndLeavesTheQuery) {
  const auto target = ParseRequestTarget("/a%20b/%C3%BC?x=%2f..&y");
  ASSERT_TRUE(target);
  EXPECT_EQ((*target).path, "/a b/\xC3\xBC");
  EXPECT_EQ((*target).query, "x=%2f..&y");
  EXPECT_EQ((*target).authority, "");
}

TEST(RequestTarget, KeepsDotsInsideNames) {
  const auto target = ParseRequestTarget("/.well-known/..a/b..");
  ASSERT_TRUE(target);
  EXPECT_EQ((*target).path, "/.well-known/..a/b..");
}

TEST(RequestTarget, ReadsAnAbsoluteTarget) {
  const auto target = ParseRequestTarget("HTTP://example.org:80/x?y");
  ASSERT_TRUE(target);
  EXPECT_EQ((*target).authority, "example.org:80");
  EXPECT_EQ((*target).path, "/x");
  EXPECT_EQ((*target).query, "y");
}

TEST(RequestTarget, TakesAnAuthorityAloneAsTheRoot) {
  const auto target = ParseRequestTarget("http://example.org?y");
  ASSERT_TRUE(target);
  EXPECT_EQ((*target).authority, "example.org");
  EXPECT_EQ((*target).path, "/");
  EXPECT_EQ((*target).query, "y");
}

}  // namespace
}  // namespace nat

#include "base/secret.h"

#include <gtest/gtest.h>

#include <ostream>
#include <type_traits>

namespace nat {
namespace {

template <class T>
concept Printable = requires(std::ostream& out, const T& value) {
  out << value;
};

static_assert(!Printable<Secret>, "a secret must not be printable");
static_assert(!std::is_convertible_v<Secret, std::string>);

TEST(Secret, IsEmptyAfterItWasMovedFrom) {
  Secret from("key");
  const Secret to = std::move(from);
  EXPECT_EQ(to.Reveal(), "key");
  EXPECT_TRUE(from.is_empty());  // NOLINT(bugprone-use-after-move): this is what is tested
}

TEST(Secret, CopiesAndReplacesItsValue) {
  Secret first("one");
  const Secret second("two");
  first = second;
  EXPECT_EQ(first.Reveal(), "two");
  EXPECT_EQ(second.Reveal(), "two");
}

}  // namespace
}  // namespace nat

#include "net/input_buffer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/limits.h"

namespace nat {
namespace {

// Takes as much of `text` as there is room for.
std::size_t Receive(InputBuffer& buffer, std::string_view text) {
  const auto space = buffer.Prepare();
  const auto count = std::min(space.size(), text.size());
  std::copy_n(text.begin(), count, static_cast<char*>(space.data()));
  buffer.Commit(count);
  return count;
}

TEST(InputBuffer, GivesNoSpaceOnceTheBoundIsWaiting) {
  InputBuffer buffer(limits::kReadBytes + 10);
  const std::string flood(limits::kReadBytes, 'x');
  EXPECT_EQ(Receive(buffer, flood), flood.size());
  EXPECT_EQ(Receive(buffer, flood), 10U);
  EXPECT_EQ(buffer.Prepare().size(), 0U);
  EXPECT_EQ(buffer.unread().size(), limits::kReadBytes + 10);
}

TEST(InputBuffer, KeepsWhatIsUnreadWhenItMakesRoom) {
  InputBuffer buffer(limits::kReadBytes);
  const std::string whole = std::string(limits::kReadBytes - 3, 'x') + "abc";
  ASSERT_EQ(Receive(buffer, whole), whole.size());
  buffer.Consume(whole.size() - 3);
  EXPECT_EQ(Receive(buffer, "def"), 3U);
  EXPECT_EQ(buffer.unread(), "abcdef");
}

TEST(InputBuffer, ShrinksAfterALargeRequest) {
  InputBuffer buffer(8 * limits::kReadBytes);
  const std::string flood(limits::kReadBytes, 'x');
  for (int count = 0; count < 6; ++count) {
    std::string_view rest = flood;
    while (!rest.empty()) rest.remove_prefix(Receive(buffer, rest));
  }
  buffer.Consume(buffer.unread().size());
  EXPECT_EQ(buffer.Prepare().size(), limits::kReadBytes);
}

}  // namespace
}  // namespace nat

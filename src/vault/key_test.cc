#include "vault/key.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

namespace nat {
namespace {

using TestKey = Key<struct TestKeyTag>;

TEST(Key, IsNotMadeFromTooFewOrTooManyBytes) {
  EXPECT_FALSE(TestKey::FromBytes(std::string(kKeyBytes - 1, 'k')));
  EXPECT_FALSE(TestKey::FromBytes(std::string(kKeyBytes + 1, 'k')));
  EXPECT_TRUE(TestKey::FromBytes(std::string(kKeyBytes, 'k')));
}

TEST(Key, IsWipedWhenItEnds) {
  alignas(TestKey) std::array<unsigned char, sizeof(TestKey)> memory{};
  auto* key = std::construct_at(reinterpret_cast<TestKey*>(memory.data()), TestKey::Make());
  ASSERT_TRUE(std::any_of(memory.begin(), memory.end(), [](auto byte) { return byte != 0; }));
  std::destroy_at(key);
  EXPECT_TRUE(std::all_of(memory.begin(), memory.end(), [](auto byte) { return byte == 0; }));
}

TEST(Key, IsAnotherOneEachTime) {
  EXPECT_FALSE(TestKey::Make() == TestKey::Make());
}

}  // namespace
}  // namespace nat

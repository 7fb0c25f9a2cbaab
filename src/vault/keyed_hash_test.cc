#include "vault/keyed_hash.h"

#include <gtest/gtest.h>

namespace nat {
namespace {

TEST(KeyedHash, DiffersByKeyAndByText) {
  const auto key = PurposeKey::Make();
  EXPECT_NE(KeyedHash(key, "192.0.2.1"), KeyedHash(PurposeKey::Make(), "192.0.2.1"));
  EXPECT_NE(KeyedHash(key, "192.0.2.1"), KeyedHash(key, "192.0.2.2"));
}

TEST(KeyedHash, IsTheSame32DigitsForTheSameText) {
  const auto key = PurposeKey::FromBytes(std::string(kKeyBytes, '\x01'));
  ASSERT_TRUE(key);
  // Computed with Python's hashlib.blake2b.
  EXPECT_EQ(KeyedHash(*key, "192.0.2.1"), "8a823506113d9d76ddf9f6f66a97c265");
}

}  // namespace
}  // namespace nat

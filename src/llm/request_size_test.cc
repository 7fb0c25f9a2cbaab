#include "llm/request_size.h"

#include <gtest/gtest.h>

namespace nat {
namespace {

ChatRequest Talk(std::size_t exchanges) {
  ChatRequest request;
  request.messages.push_back(ChatMessage{Role::kSystem, "Be kind."});
  for (std::size_t count = 0; count < exchanges; ++count) {
    request.messages.push_back(ChatMessage{Role::kUser, "What was said " + std::to_string(count)});
    request.messages.push_back(ChatMessage{Role::kAssistant, "And what was answered."});
  }
  request.messages.push_back(ChatMessage{Role::kUser, "What is said now."});
  return request;
}

TEST(CutHistory, LeavesAsItIsWhatFits) {
  auto request = Talk(3);
  CutHistory(request, EstimateRequest(request));
  EXPECT_EQ(request.messages.size(), 8U);
}

TEST(CutHistory, LeavesTheOldestOut) {
  auto request = Talk(10);
  const auto tokens_max = EstimateRequest(request) / 2;
  CutHistory(request, tokens_max);
  EXPECT_LE(EstimateRequest(request), tokens_max);
  EXPECT_EQ(request.messages.front().text, "Be kind.");
  EXPECT_EQ(request.messages.back().text, "What is said now.");
  EXPECT_EQ(request.messages[request.messages.size() - 3].text, "What was said 9");
}

TEST(CutHistory, NeverTakesTheSystemMessageOrThePersonsWords) {
  auto request = Talk(5);
  CutHistory(request, 1);
  ASSERT_EQ(request.messages.size(), 2U);
  EXPECT_EQ(request.messages[1].text, "What is said now.");
  ChatRequest empty;
  CutHistory(empty, 1);
  EXPECT_TRUE(empty.messages.empty());
}

TEST(TokenScale, ComesToWhatTheProviderCounts) {
  TokenScale scale;
  EXPECT_EQ(scale.ToCounted(100), 100U);
  for (int count = 0; count < 50; ++count) scale.Learn(1000, 1400);
  EXPECT_NEAR(scale.counted_per_estimated(), 1.4, 0.01);
  EXPECT_NEAR(static_cast<double>(scale.ToEstimated(1400)), 1000, 10);
}

TEST(TokenScale, IsNotLedAstrayByACountThatCannotBe) {
  TokenScale scale;
  scale.Learn(1000, 0);
  scale.Learn(0, 1000);
  EXPECT_EQ(scale.counted_per_estimated(), 1.0);
  for (int count = 0; count < 100; ++count) scale.Learn(10, 1'000'000'000);
  EXPECT_LE(scale.counted_per_estimated(), 3.0);
  for (int count = 0; count < 100; ++count) scale.Learn(1'000'000, 1);
  EXPECT_GE(scale.counted_per_estimated(), 0.5);
}

}  // namespace
}  // namespace nat

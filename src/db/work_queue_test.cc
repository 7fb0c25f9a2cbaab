#include "db/work_queue.h"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

namespace nat {
namespace {

using Queue = WorkQueue<std::unique_ptr<int>>;

Queue::Pushed Push(Queue& queue, int value) {
  auto job = std::make_unique<int>(value);
  return queue.Push(job);
}

TEST(WorkQueue, LeavesTheJobWithItsOwnerWhenItIsFullOrClosed) {
  Queue queue(1);
  EXPECT_EQ(Push(queue, 1), Queue::Pushed::kYes);
  auto job = std::make_unique<int>(2);
  EXPECT_EQ(queue.Push(job), Queue::Pushed::kIsFull);
  EXPECT_NE(job, nullptr);
  queue.Close();
  EXPECT_EQ(queue.Push(job), Queue::Pushed::kIsClosed);
  EXPECT_NE(job, nullptr);
}

TEST(WorkQueue, GivesOutWhatIsInItAfterItIsClosed) {
  Queue queue(8);
  Push(queue, 1);
  queue.Close();
  EXPECT_EQ(queue.Take(8).size(), 1U);
  EXPECT_TRUE(queue.Take(8).empty());
}

TEST(WorkQueue, WaitsNoLongerThanItIsTold) {
  Queue queue(8);
  EXPECT_TRUE(queue.Take(8, std::chrono::steady_clock::now()).empty());
}

TEST(WorkQueue, GivesTheOldestFirstAndNoMoreThanAsked) {
  Queue queue(8);
  for (int value = 1; value <= 3; ++value) Push(queue, value);
  const auto taken = queue.Take(2);
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_EQ(*taken[0], 1);
  EXPECT_EQ(*taken[1], 2);
  EXPECT_FALSE(queue.is_empty());
}

TEST(WorkQueue, WakesWhoWaitsForAJobOrForTheEnd) {
  Queue queue(8);
  int sum = 0;
  std::thread taker([&] {
    for (auto jobs = queue.Take(1); !jobs.empty(); jobs = queue.Take(1)) sum += *jobs.front();
  });
  for (int value = 1; value <= 100; ++value) {
    while (Push(queue, value) == Queue::Pushed::kIsFull) std::this_thread::yield();
  }
  queue.Close();
  taker.join();
  EXPECT_EQ(sum, 5050);
}

}  // namespace
}  // namespace nat

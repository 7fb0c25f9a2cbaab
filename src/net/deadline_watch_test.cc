#include "net/deadline_watch.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "tests/support/manual_clock.h"

namespace nat {
namespace {

using namespace std::chrono_literals;

class DeadlineWatchTest : public ::testing::Test {
 protected:
  // Lets the watch look at least once more.
  void Look() {
    loop_.restart();
    loop_.run_for(DeadlineWatch::kLook * 3 / 2);
  }

  asio::io_context loop_;
  ManualClock clock_;
  int looks_after_expiry_ = 0;
  int passed_ = 0;
  DeadlineWatch watch_{loop_.get_executor(), clock_, [this] { ++looks_after_expiry_; }};
};

TEST_F(DeadlineWatchTest, TellsOnceThatADeadlineHasPassed) {
  Deadline deadline(watch_, [this] { ++passed_; });
  deadline.SetAfter(5s);
  clock_.Advance(4s);
  Look();
  EXPECT_EQ(passed_, 0);
  EXPECT_FALSE(deadline.has_passed());
  clock_.Advance(1s);
  Look();
  Look();
  EXPECT_EQ(passed_, 1);
  EXPECT_TRUE(deadline.has_passed());
  EXPECT_EQ(looks_after_expiry_, 1);
}

TEST_F(DeadlineWatchTest, ForgetsADeadlineThatIsClearedMovedOrGone) {
  Deadline cleared(watch_, [this] { ++passed_; });
  Deadline moved(watch_, [this] { ++passed_; });
  cleared.SetAfter(1s);
  moved.SetAfter(1s);
  {
    Deadline gone(watch_, [this] { ++passed_; });
    gone.SetAfter(1s);
  }
  cleared.Clear();
  moved.SetAfter(10s);
  clock_.Advance(5s);
  Look();
  EXPECT_EQ(passed_, 0);
}

TEST_F(DeadlineWatchTest, CanBeSetEarlierThanBefore) {
  Deadline deadline(watch_, [this] { ++passed_; });
  deadline.SetAfter(100s);
  deadline.SetAfter(1s);
  clock_.Advance(2s);
  Look();
  EXPECT_EQ(passed_, 1);
}

TEST_F(DeadlineWatchTest, IsFreshAgainWhenSetAgain) {
  Deadline deadline(watch_, [this] { ++passed_; });
  deadline.SetAfter(1s);
  clock_.Advance(2s);
  Look();
  deadline.SetAfter(1s);
  EXPECT_FALSE(deadline.has_passed());
}

TEST_F(DeadlineWatchTest, LetsTheLoopEndWhenNothingIsWatched) {
  {
    Deadline deadline(watch_, [] {});
  }
  loop_.run_for(5s);
  EXPECT_TRUE(loop_.stopped());
}

}  // namespace
}  // namespace nat

#include "net/name_cache.h"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <deque>

#include "base/limits.h"
#include "tests/support/manual_clock.h"
#include "tests/support/run_task.h"

namespace nat {
namespace {

using namespace std::chrono_literals;

Addresses Of(const std::vector<std::string>& texts) {
  Addresses addresses;
  for (const auto& text : texts) addresses.push_back(asio::ip::make_address(text));
  return addresses;
}

Error Down() {
  return Error(ErrorCode::kUpstream, "the resolver is down");
}

class NameCacheTest : public ::testing::Test {
 protected:
  static Task<Result<Addresses>> Resolve(NameCacheTest* test, std::string) {
    ++test->asked_;
    while (test->is_slow_) co_await test->is_slow_changed_.Wait();
    co_return test->answer_;
  }
  static Task<void> Store(Task<Result<Addresses>> task, std::optional<Result<Addresses>>* found) {
    auto result = co_await std::move(task);
    *found = std::move(result);
  }

  Result<Addresses> Find(const std::string& host = "host") {
    auto task = names_->Find(host, clock_.SteadyNow() + 5s);
    return RunTask(loop_, std::move(task));
  }
  // Starts a Find that the loop has yet to go on with.
  void Begin(std::optional<Result<Addresses>>& found) {
    auto task = names_->Find("host", clock_.SteadyNow() + 5s);
    asio::co_spawn(loop_, Store(std::move(task), &found), [](std::exception_ptr) {});
    RunReady(loop_);
  }
  void Pass(std::chrono::milliseconds time) {
    clock_.Advance(time);
    loop_.restart();
    loop_.run_for(DeadlineWatch::kLook * 3 / 2);
  }
  void Answer() {
    is_slow_ = false;
    is_slow_changed_.NotifyAll();
    RunReady(loop_);
  }

  asio::io_context loop_;
  ManualClock clock_;
  DeadlineWatch watch_{loop_.get_executor(), clock_, [] {}};
  Result<Addresses> answer_ = Of({"192.0.2.1"});
  int asked_ = 0;
  bool is_slow_ = false;
  Signal is_slow_changed_{loop_.get_executor()};
  std::unique_ptr<NameCache> names_ = std::make_unique<NameCache>(
      loop_.get_executor(), watch_, [this](std::string host) { return Resolve(this, host); });
};

TEST_F(NameCacheTest, SaysThatANameIsNotFound) {
  answer_ = Down();
  auto found = Find();
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kUpstream);
  answer_ = Addresses();
  EXPECT_FALSE(Find());
  EXPECT_EQ(names_->names(), 0u);
}

TEST_F(NameCacheTest, StopsWaitingAtItsDeadline) {
  is_slow_ = true;
  std::optional<Result<Addresses>> found;
  Begin(found);
  Pass(4s);
  EXPECT_FALSE(found);
  Pass(1s);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->error().code, ErrorCode::kConnectTimeout);
  Answer();  // too late for the one who asked, in time for the next
  EXPECT_TRUE(Find());
  EXPECT_EQ(asked_, 1);
}

TEST_F(NameCacheTest, ServesOldAddressesWhereANameCannotBeFoundAnyMore) {
  ASSERT_TRUE(Find());
  answer_ = Down();
  clock_.Advance(limits::kNameKept);
  EXPECT_EQ(*Find(), Of({"192.0.2.1"}));
  EXPECT_EQ(*Find(), Of({"192.0.2.1"}));
  EXPECT_EQ(asked_, 2);  // not again at once
  clock_.Advance(limits::kNameRetryPause);
  EXPECT_TRUE(Find());
  EXPECT_EQ(asked_, 3);
  clock_.Advance(limits::kStaleNameKept);
  EXPECT_FALSE(Find());
}

TEST_F(NameCacheTest, ServesOldAddressesWhereTheAnswerIsLate) {
  ASSERT_TRUE(Find());
  clock_.Advance(limits::kNameKept);
  is_slow_ = true;
  std::optional<Result<Addresses>> found;
  Begin(found);
  EXPECT_FALSE(found);
  Pass(limits::kNameRefreshTimeout);
  ASSERT_TRUE(found);
  EXPECT_EQ(**found, Of({"192.0.2.1"}));
  EXPECT_TRUE(Find());  // without waiting
  answer_ = Of({"192.0.2.9"});
  Answer();
  EXPECT_EQ(*Find(), Of({"192.0.2.9"}));
  EXPECT_EQ(asked_, 2);
}

TEST_F(NameCacheTest, AsksOnceForAllWhoWait) {
  is_slow_ = true;
  std::optional<Result<Addresses>> first;
  std::optional<Result<Addresses>> second;
  Begin(first);
  Begin(second);
  Answer();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(**first, **second);
  EXPECT_EQ(asked_, 1);
}

TEST_F(NameCacheTest, AnswersTheOthersWhenOneStopsWaiting) {
  is_slow_ = true;
  asio::cancellation_signal stop;
  std::optional<Result<Addresses>> first;
  std::optional<Result<Addresses>> second;
  auto task = names_->Find("host", clock_.SteadyNow() + 5s);
  asio::co_spawn(loop_, Store(std::move(task), &first),
                 asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr) {}));
  RunReady(loop_);
  Begin(second);
  stop.emit(asio::cancellation_type::terminal);
  RunReady(loop_);
  Answer();
  ASSERT_TRUE(second);
  EXPECT_TRUE(*second);
}

TEST_F(NameCacheTest, MayEndBeforeItsLookup) {
  is_slow_ = true;
  auto lookup = names_->Find("host", clock_.SteadyNow() + 5s);
  asio::cancellation_signal stop;
  std::optional<Result<Addresses>> found;
  asio::co_spawn(loop_, Store(std::move(lookup), &found),
                 asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr) {}));
  RunReady(loop_);
  stop.emit(asio::cancellation_type::terminal);
  RunReady(loop_);
  names_.reset();
  Answer();
  EXPECT_EQ(asked_, 1);
}

TEST_F(NameCacheTest, SeeksANameAnewAfterAWhile) {
  ASSERT_TRUE(Find());
  ASSERT_TRUE(Find());
  EXPECT_EQ(asked_, 1);
  answer_ = Of({"192.0.2.2"});
  clock_.Advance(limits::kNameKept);
  EXPECT_EQ(*Find(), Of({"192.0.2.2"}));
  EXPECT_EQ(asked_, 2);
}

TEST_F(NameCacheTest, NamesAnAddressLastThatFailed) {
  answer_ = Of({"192.0.2.1", "192.0.2.2", "192.0.2.3"});
  ASSERT_TRUE(Find());
  names_->ConnectFailed("host", asio::ip::make_address("192.0.2.1"));
  names_->ConnectFailed("nobody", asio::ip::make_address("192.0.2.1"));
  EXPECT_EQ(*Find(), Of({"192.0.2.2", "192.0.2.3", "192.0.2.1"}));
  EXPECT_EQ(asked_, 1);
  clock_.Advance(limits::kNameKept);
  EXPECT_EQ(*Find(), Of({"192.0.2.1", "192.0.2.2", "192.0.2.3"}));
}

TEST_F(NameCacheTest, SeeksANameAnewOnceAllItsAddressesHaveFailed) {
  ASSERT_TRUE(Find());
  names_->ConnectFailed("host", asio::ip::make_address("192.0.2.1"));
  answer_ = Of({"192.0.2.2"});
  EXPECT_EQ(*Find(), Of({"192.0.2.2"}));
}

TEST_F(NameCacheTest, LetsTheFamiliesTakeTurns) {
  answer_ = Of({"2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.1", "192.0.2.1"});
  EXPECT_EQ(*Find(), Of({"2001:db8::1", "192.0.2.1", "2001:db8::2", "2001:db8::3"}));
}

TEST_F(NameCacheTest, KeepsBoundedNumbers) {
  Addresses many;
  for (unsigned at = 0; at < 1'000; ++at) many.push_back(asio::ip::address_v4(at));
  answer_ = many;
  for (std::size_t at = 0; at < 2 * limits::kNamesKeptMax; ++at) {
    EXPECT_EQ(Find("host" + std::to_string(at))->size(), limits::kAddressesPerNameMax);
  }
  EXPECT_EQ(names_->names(), limits::kNamesKeptMax);
}

}  // namespace
}  // namespace nat

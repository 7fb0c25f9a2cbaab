// The process ends at every single write and flush of a turn, and of a start, one after the other,
// also in the middle of a write: what random moments would hit once in a thousand runs.
#include <gmock/gmock.h>

#include <functional>
#include <mutex>
#include <thread>

#include "tests/support/faults.h"

namespace nat::testing {
namespace {

constexpr std::uint32_t kDiskCalls = kWriting | kFlushing;
// Far more than a turn needs; a test must end.
constexpr std::size_t kPointsMax = 200;

class CrashPoints : public Faults {
 protected:
  CrashPoints() {
    voice_.Hurry();
    system_.Disturb(service_);
  }

  // How many calls one turn makes.
  std::size_t CountCallsOfTurn(PatientClient& client) {
    system_.Count(kDiskCalls);
    auto witness = Converse(client, voice_.Message(messages_made_), Way::kEvents);
    const auto count = system_.counted();
    system_.Mend();
    Settle(client, witness);
    return count;
  }

  // Torn at the start, in the middle, at the end, or not at all.
  std::uint32_t PickTornPart() { return static_cast<std::uint32_t>(dice_.Below(5) * 64); }

  // Sends, and has the process end at this call; follows over the next start to the end.
  void DieInTurn(PatientClient& client, std::size_t point) {
    system_.DieAt(point, kDiskCalls, PickTornPart());
    // Where tokens happen to arrive together there are fewer calls.
    Talk talk(*this, client, [](const TurnWitness& seen) { return seen.has_ended(); });
    talk.WaitForDeath();
    system_.Mend();
    const bool is_up = StartAgain();
    talk.Settle();
    ASSERT_TRUE(is_up);
    ++row_.faults;
  }

  // Something is shown and the process ends, and then it ends at this call of the next start. False
  // once the start makes fewer calls.
  bool DieInStart(PatientClient& client, std::size_t point) {
    Talk talk(*this, client, [](const TurnWitness& seen) { return !seen.shown().empty(); });
    talk.WaitForDeath();
    system_.DieAt(point, kDiskCalls, PickTornPart());
    const bool has_survived = service_.Start();
    if (!has_survived) {
      EXPECT_EQ(service_.WaitForEnd(), -SIGKILL) << service_.errors();
    }
    system_.Mend();
    const bool is_up = has_survived || StartAgain();
    talk.Settle();
    EXPECT_TRUE(is_up);
    ++row_.faults;
    return is_up && !has_survived;
  }

  // A turn on a thread of its own. The process ends when the client has seen enough, if not before.
  class Talk {
   public:
    Talk(CrashPoints& test, PatientClient& client,
         std::function<bool(const TurnWitness&)> is_enough)
        : test_(test),
          client_(client),
          words_(test.voice_.Message(test.messages_made_)),
          body_(test.Body(words_)),
          way_(test.dice_.Pick(kAllWays)),
          witness_(test.voice_.ReplyTo(words_)) {
      client_.OnSight([this, is_enough = std::move(is_enough)](const TurnWitness& seen) {
        const std::lock_guard lock(mutex_);
        if (!has_died_ && is_enough(seen)) test_.service_.Kill();
      });
      thread_ = std::thread([this] { client_.Converse(body_, way_, witness_); });
    }
    void WaitForDeath() {
      EXPECT_EQ(test_.service_.WaitForEnd(), -SIGKILL) << test_.service_.errors();
      const std::lock_guard lock(mutex_);
      has_died_ = true;
    }
    void Settle() {
      thread_.join();
      client_.OnSight(nullptr);
      test_.Settle(client_, witness_);
    }

   private:
    CrashPoints& test_;
    PatientClient& client_;
    std::string words_;
    json::object body_;
    Way way_;
    TurnWitness witness_;
    std::mutex mutex_;
    bool has_died_ = false;
    std::thread thread_;
  };
};

TEST_F(CrashPoints, OfATurnLoseNothing) {
  row_.plan = "the end at every write of a turn";
  ASSERT_TRUE(Start());
  PatientClient client(service_.port());
  ASSERT_TRUE(client.Arrive());
  CountCallsOfTurn(client);
  const auto count = CountCallsOfTurn(client);
  ASSERT_GE(count, 10U);
  ASSERT_LE(count, kPointsMax);
  for (std::size_t point = 0; point < count && !HasFailure(); ++point) {
    SCOPED_TRACE("call " + std::to_string(point) + " of " + std::to_string(count));
    DieInTurn(client, point);
  }
  std::printf("%zu calls of a turn\n", count);
}

TEST_F(CrashPoints, OfAStartLoseNothing) {
  row_.plan = "the end at every write of a start";
  ASSERT_TRUE(Start());
  PatientClient client(service_.port());
  ASSERT_TRUE(client.Arrive());
  std::size_t point = 0;
  while (point < kPointsMax && !HasFailure() && DieInStart(client, point)) ++point;
  EXPECT_GE(point, 5U);
  EXPECT_LT(point, kPointsMax);
  std::printf("%zu calls of a start\n", point);
}

}  // namespace
}  // namespace nat::testing

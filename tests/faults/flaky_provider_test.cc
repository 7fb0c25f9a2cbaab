// A model server that fails now and then, in another way each time, before two that do not: nobody
// notices. And one that fails for good: it is left alone until it is well again.
#include <gmock/gmock.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "tests/support/dice.h"
#include "tests/support/fake_answers.h"
#include "tests/support/fake_bad_answers.h"
#include "tests/support/faults.h"
#include "tests/support/provider_rig.h"

namespace nat::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::IsEmpty;

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kPeople = 8;
constexpr std::size_t kTurnsOfEach = 40;
constexpr std::size_t kFailingPercent = 30;

constexpr const char* kStateGauge = "notatherapist_provider_breaker_state";
constexpr const char* kOpenings = "notatherapist_provider_breaker_opened_total";
constexpr int kOpen = 2;
constexpr std::array kStateWords = {"closed", "half-open", "open"};

std::string WordsOfTurn(std::size_t number) {
  return "Hello, this is letter number " + std::to_string(number) + ".";
}

// Names who says it and what it answers in every sentence, so that nothing can be taken for
// another's.
std::string ReplyTo(const std::string& words, const std::string& name) {
  const auto mark = std::to_string(SeedOf(words) % 1'000'000);
  return "It is " + name + " who reads letter " + mark + ". Then " + name + " puts letter " + mark +
         " on the table, and " + name + " makes tea. After letter " + mark + ", " + name +
         " waits for the next one.";
}

std::string LastWordsOf(const FakeRequest& request) {
  const auto& messages = request.json.as_object().at("messages").as_array();
  return TextAt(messages.back().as_object(), "content");
}

// One of three servers, which says who it is.
class NamedModel {
 public:
  explicit NamedModel(std::string name) : name_(std::move(name)) {
    server_.AnswerWith([this](const FakeRequest& request) { return Answer(LastWordsOf(request)); });
  }
  // From now on so many of a hundred requests fail.
  void FailPercent(std::size_t percent) { percent_ = percent; }

  ListedProvider Listed() const { return {name_, server_.base_url()}; }
  const std::string& name() const { return name_; }
  std::size_t asked() const { return server_.requests().size(); }
  std::size_t failed() const { return failed_; }

 private:
  FakeAnswer Answer(const std::string& words) {
    const auto reply = ReplyTo(words, name_);
    Dice dice(FaultSeed() ^ SeedOf(words) ^ AttemptAt(words));
    if (!dice.Percent(percent_)) return StreamedReply(reply);
    ++failed_;
    return Fail(reply, dice);
  }
  std::uint64_t AttemptAt(const std::string& words) {
    const std::lock_guard lock(mutex_);
    return SeedOf(std::to_string(++attempts_[words]));
  }
  static FakeAnswer Fail(const std::string& reply, Dice& dice) {
    const auto refusal = [](int status) { return JsonAnswer(status, R"({"error":"hidden"})"); };
    auto limited = refusal(429);
    limited.headers.emplace_back("Retry-After", "1");
    auto reset = nat::RawAnswer("");
    reset.ending = FakeEnding::kReset;
    auto reset_later = StreamOf({ReasoningEvent("reasoning", "The hidden thought. ")});
    reset_later.ending = FakeEnding::kReset;
    const auto reported = StreamOf({ErrorEvent("server_error")});
    const std::array answers = {
        refusal(500),    refusal(503), limited,
        reset,           reset_later,  HtmlAnswer(200),
        ReasoningOnly(), reported,     BegunReply(reply, 2, FakeEnding::kCut)};
    return dice.Pick(answers);
  }

  std::string name_;
  std::atomic<std::size_t> percent_ = 0;
  std::atomic<std::size_t> failed_ = 0;
  std::mutex mutex_;  // of the attempts
  std::map<std::string, std::uint64_t> attempts_;
  FakeUpstream server_;  // last: its threads use all of the above
};

class FlakyProvider : public ::testing::Test {
 protected:
  void StartRig() {
    std::printf("NAT_FAULTS_SEED=%llu\n", static_cast<unsigned long long>(FaultSeed()));
    for (const auto* model : {&first_, &second_, &third_}) rig_.Add(model->Listed());
    ASSERT_TRUE(rig_.Start()) << rig_.errors();
  }
  void TearDown() override { EXPECT_EQ(rig_.Stop(), ""); }

  Hearing AskOne() {
    const auto number = next_number_++;
    auto heard = rig_.Ask(WordsOfTurn(number));
    Judge(number, heard);
    return heard;
  }
  // Whoever answered, it is all that it said, once.
  void Judge(std::size_t number, const Hearing& heard) {
    EXPECT_EQ(heard.status, "completed") << "turn " << number;
    EXPECT_EQ(heard.text, ReplyTo(WordsOfTurn(number), heard.provider)) << "turn " << number;
    EXPECT_THAT(heard.wrongs, IsEmpty()) << "turn " << number;
    const std::lock_guard lock(mutex_);
    ++answered_by_[heard.provider];
  }
  void PrintSplit() {
    const auto page = rig_.Metrics();
    std::printf("%zu turns:", next_number_.load());
    for (const auto& [name, count] : answered_by_) std::printf(" %zu by %s", count, name.c_str());
    std::printf("; %zu of %zu requests to the first one failed:", first_.failed(), first_.asked());
    const auto failures =
        page.SumBy("notatherapist_provider_failures_total", {{"provider", "first"}}, "error");
    for (const auto& [word, count] : failures) std::printf(" %.0f %s", count, word.c_str());
    std::printf("; its breaker opened %.0f times, and is %s\n",
                page.Sum(kOpenings, {{"provider", "first"}}),
                kStateWords.at(static_cast<std::size_t>(BreakerState())));
  }
  int BreakerState() const {
    return static_cast<int>(rig_.Metrics().Sum(kStateGauge, {{"provider", "first"}}));
  }

  NamedModel first_{"first"};
  NamedModel second_{"second"};
  NamedModel third_{"third"};
  ProviderRig rig_;
  std::atomic<std::size_t> next_number_ = 0;
  std::mutex mutex_;  // of the split
  std::map<std::string, std::size_t> answered_by_;
};

TEST_F(FlakyProvider, IsNoticedByNobody) {
  first_.FailPercent(kFailingPercent);
  StartRig();
  std::vector<std::thread> people;
  for (std::size_t person = 0; person < kPeople; ++person) {
    people.emplace_back([this] {
      for (std::size_t turn = 0; turn < kTurnsOfEach; ++turn) AskOne();
    });
  }
  for (auto& person : people) person.join();
  PrintSplit();
  EXPECT_TRUE(rig_.Metrics().Has(kStateGauge));
  EXPECT_GT(first_.failed(), 0U);
  EXPECT_GT(answered_by_["first"], 0U);
  EXPECT_GT(answered_by_["second"], 0U);
  EXPECT_EQ(answered_by_["first"] + answered_by_["second"] + answered_by_["third"],
            kPeople * kTurnsOfEach);
}

// Its breaker opens, requests stop, and once its pause is over the first one that goes well closes
// it.
TEST_F(FlakyProvider, IsLeftAloneWhileItFailsAndComesBackWhenItIsWell) {
  constexpr auto kFailingMax = 10s;
  constexpr std::size_t kTurnsWhileOpen = 20;
  constexpr auto kPauseMax = 20s;
  first_.FailPercent(100);
  StartRig();
  EXPECT_EQ(BreakerState(), 0);
  auto end = SteadyClock::now() + kFailingMax;
  while (BreakerState() != kOpen && SteadyClock::now() < end) AskOne();
  ASSERT_EQ(BreakerState(), kOpen);
  const auto asked = first_.asked();
  for (std::size_t turn = 0; turn < kTurnsWhileOpen; ++turn) {
    EXPECT_EQ(AskOne().provider, "second");
  }
  EXPECT_EQ(first_.asked(), asked);

  first_.FailPercent(0);
  std::set<int> states;
  end = SteadyClock::now() + kPauseMax;
  while (answered_by_["first"] == 0 && SteadyClock::now() < end) {
    // Only so as not to ask a thousand times: nothing depends on its length.
    std::this_thread::sleep_for(50ms);
    states.insert(BreakerState());
    AskOne();
  }
  EXPECT_EQ(answered_by_["first"], 1U);
  EXPECT_THAT(states, Contains(kOpen));
  EXPECT_EQ(BreakerState(), 0);
  EXPECT_EQ(AskOne().provider, "first");
  EXPECT_EQ(rig_.Metrics().Sum(kOpenings, {{"provider", "first"}}), 1);
  PrintSplit();
}

}  // namespace
}  // namespace nat::testing

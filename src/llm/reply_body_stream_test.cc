#include "llm/reply_body_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <deque>

#include "llm/openai_wire.h"
#include "tests/support/fake_answers.h"
#include "tests/support/manual_clock.h"
#include "tests/support/run_task.h"

namespace nat {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// A body of given pieces, then its end or an error.
class ScriptedBody final : public BodyStream {
 public:
  ScriptedBody(std::vector<std::string> pieces, std::optional<Error> fault)
      : pieces_(pieces.begin(), pieces.end()), fault_(std::move(fault)) {}
  // After a body's end or fault it may not be asked again.
  ~ScriptedBody() override { EXPECT_LE(ends_, 1); }

  Task<Result<std::optional<std::string>>> Next() override {
    if (!pieces_.empty()) {
      std::optional<std::string> piece = std::move(pieces_.front());
      pieces_.pop_front();
      co_return std::move(piece);
    }
    ++ends_;
    if (fault_) co_return *fault_;
    co_return std::optional<std::string>();
  }

 private:
  int ends_ = 0;
  std::deque<std::string> pieces_;
  std::optional<Error> fault_;
};

struct Read {
  std::vector<std::string> tokens;
  std::optional<Error> error;
  std::optional<Usage> usage;

  std::string text() const {
    std::string whole;
    for (const auto& token : tokens) whole += token;
    return whole;
  }
};

Read ReadTo(ReplyBodyStream& stream) {
  asio::io_context loop;
  Read read;
  for (;;) {
    auto next = stream.Next();
    auto token = RunTask(loop, std::move(next));
    read.usage = stream.usage();
    if (!token) {
      read.error = token.error();
      return read;
    }
    if (!*token) return read;
    EXPECT_FALSE((*token)->empty());
    read.tokens.push_back(**token);
  }
}

Read ReadAll(std::vector<std::string> pieces, std::optional<Error> fault = std::nullopt) {
  SystemClock clock;
  ReplyBodyStream stream(clock, std::make_unique<ScriptedBody>(std::move(pieces), std::move(fault)),
                         std::make_unique<WireReader>());
  return ReadTo(stream);
}

const Error kReset(ErrorCode::kUpstream, "body of http://host: reset");

void ExpectBroken(const Read& read, const std::string& reason,
                  ErrorCode code = ErrorCode::kUpstream) {
  ASSERT_TRUE(read.error);
  EXPECT_EQ(read.error->code, code);
  EXPECT_THAT(read.error->message, HasSubstr(reason));
}

TEST(ReplyBodyStream, TakesAStreamThatEndsWithoutSayingSoForBroken) {
  const auto read = ReadAll({ContentEvent("half")});
  EXPECT_EQ(read.text(), "half");
  ExpectBroken(read, "before the reply was whole");
}

TEST(ReplyBodyStream, PassesOnWhatBrokeTheBodyAfterTheTextBeforeIt) {
  const auto read = ReadAll({ContentEvent("half")}, kReset);
  EXPECT_EQ(read.text(), "half");
  ExpectBroken(read, "reset");
}

TEST(ReplyBodyStream, TellsADeadlineBeforeTheFirstTokenFromOneAfterIt) {
  const Error late(ErrorCode::kTimeout, "body of http://host");
  ExpectBroken(ReadAll({}, late), "body", ErrorCode::kFirstTokenTimeout);
  ExpectBroken(ReadAll({": comment\n\n", ContentEvent("")}, late), "body",
               ErrorCode::kFirstTokenTimeout);
  ExpectBroken(ReadAll({ReasoningEvent("reasoning", "hm")}, late), "body",
               ErrorCode::kTokenTimeout);
  ExpectBroken(ReadAll({ContentEvent("half")}, late), "body", ErrorCode::kTokenTimeout);
  ExpectBroken(ReadAll({ContentEvent("half"), "data: {\"error\":{\"code\":504}}\n\n"}), "reported",
               ErrorCode::kTokenTimeout);
}

// The same piece for ever, and between two of them three seconds.
class SlowBody final : public BodyStream {
 public:
  SlowBody(ManualClock& clock, std::string first, std::string then)
      : clock_(clock), next_(std::move(first)), then_(std::move(then)) {}

  Task<Result<std::optional<std::string>>> Next() override {
    clock_.Advance(3s);
    auto piece = std::exchange(next_, then_);
    co_return std::optional<std::string>(std::move(piece));
  }

 private:
  ManualClock& clock_;
  std::string next_;
  std::string then_;
};

TEST(ReplyBodyStream, DoesNotWaitForEverForAServerThatSpokeAndSendsOnlyNoise) {
  const std::pair<std::string, std::chrono::seconds> noises[] = {
      {": alive\n\n", 20s},
      {ContentEvent(""), 20s},
      {"\n", 20s},
      {ReasoningEvent("reasoning", "still thinking"), 60s}};
  for (const auto& [noise, patience] : noises) {
    ManualClock clock;
    ReplyBodyStream stream(clock, std::make_unique<SlowBody>(clock, ContentEvent("half"), noise),
                           std::make_unique<WireReader>());
    const auto began = clock.SteadyNow();
    const auto read = ReadTo(stream);
    EXPECT_EQ(read.text(), "half");
    ExpectBroken(read, "too long", ErrorCode::kTokenTimeout);
    EXPECT_GT(clock.SteadyNow() - began, patience) << noise;
    EXPECT_LT(clock.SteadyNow() - began, patience + 7s) << noise;
  }
}

TEST(ReplyBodyStream, LeavesNoiseBeforeTheFirstTextToWhoeverAsked) {
  ManualClock clock;
  const std::string reasoning = ReasoningEvent("reasoning", std::string(100'000, 'x'));
  ReplyBodyStream stream(clock, std::make_unique<SlowBody>(clock, ": alive\n\n", reasoning),
                         std::make_unique<WireReader>(), 1s);
  ExpectBroken(ReadTo(stream), "too much reasoning", ErrorCode::kEmptyReply);
}

const std::string kUsageEvent =
    "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":20,\"completion_tokens\":10}}\n\n";

TEST(ReplyBodyStream, KnowsWhatWasCountedHoweverTheEndIsCut) {
  const std::string stream = ContentEvent("whole") + FinishEvent("stop") + kUsageEvent + kDoneEvent;
  for (std::size_t cut = 1; cut <= stream.size(); cut += 5) {
    const auto read = ReadAll({stream.substr(0, cut), stream.substr(cut)});
    EXPECT_EQ(read.text(), "whole") << cut;
    EXPECT_FALSE(read.error) << cut;
    ASSERT_TRUE(read.usage) << cut;
    EXPECT_EQ(read.usage->tokens_in, 20u);
    EXPECT_EQ(read.usage->tokens_out, 10u);
  }
}

TEST(ReplyBodyStream, KnowsWhatAReplyWithoutTextCost) {
  const auto read = ReadAll({FinishEvent("length"), kUsageEvent, kDoneEvent});
  ExpectBroken(read, "by length", ErrorCode::kEmptyReply);
  ASSERT_TRUE(read.usage);
  EXPECT_EQ(read.usage->tokens_out, 10u);
}

TEST(ReplyBodyStream, TakesNothingButTheCountFromWhatFollowsTheFinish) {
  for (const auto& rest :
       {ContentEvent("never"), std::string("data: nonsense\n\n"), FinishEvent("content_filter"),
        std::string("data: {\"error\":{\"code\":500}}\n\n"),
        "data: " + std::string(limits::kUpstreamEventBytesMax + 1, 'x')}) {
    const auto read = ReadAll({ContentEvent("whole"), FinishEvent("stop") + rest, rest});
    EXPECT_EQ(read.text(), "whole");
    EXPECT_FALSE(read.error);
  }
}

TEST(ReplyBodyStream, TakesABreakAfterTheFinishReasonForAnEnd) {
  const auto read = ReadAll({ContentEvent("whole"), FinishEvent("stop")}, kReset);
  EXPECT_EQ(read.text(), "whole");
  EXPECT_FALSE(read.error);
}

TEST(ReplyBodyStream, TakesDoneWithoutFinishReasonForAnEnd) {
  const auto read = ReadAll({ContentEvent("whole"), kDoneEvent});
  EXPECT_EQ(read.text(), "whole");
  EXPECT_FALSE(read.error);
}

TEST(ReplyBodyStream, RefusesAReplyWithoutVisibleText) {
  constexpr auto kEmpty = ErrorCode::kEmptyReply;
  ExpectBroken(ReadAll({kDoneEvent}), "without visible text, by stop", kEmpty);
  ExpectBroken(ReadAll({ReasoningEvent("reasoning", "hm"), FinishEvent("length"), kDoneEvent}),
               "without visible text, by length", kEmpty);
  ExpectBroken(ReadAll({FinishEvent("tool_calls")}), "by something unasked", kEmpty);
  ExpectBroken(ReadAll({R"({"choices":[{"message":{"content":null},"finish_reason":"length"}]})"}),
               "by length", kEmpty);
}

TEST(ReplyBodyStream, RefusesAReplyThatAFilterCutOff) {
  const auto read = ReadAll({ContentEvent("You could"), FinishEvent("content_filter")});
  EXPECT_EQ(read.text(), "You could");
  ExpectBroken(read, "content filter", ErrorCode::kContentRefused);
}

TEST(ReplyBodyStream, StopsAtAnErrorInTheStreamAndShowsTheTextBeforeIt) {
  const auto read = ReadAll(
      {ContentEvent("half") + "data: {\"error\":{\"code\":429}}\n\n" + ContentEvent("never")});
  EXPECT_EQ(read.text(), "half");
  ASSERT_TRUE(read.error);
  EXPECT_EQ(read.error->code, ErrorCode::kRateLimited);
}

TEST(ReplyBodyStream, RefusesHtmlNonsenseAndNothing) {
  ExpectBroken(ReadAll({"  \n<!doctype html><html>"}), "HTML");
  ExpectBroken(ReadAll({"data: nonsense\n\n"}), "not a chat completion");
  ExpectBroken(ReadAll({"Internal Server Error"}), "before the reply was whole");
  ExpectBroken(ReadAll({}), "before the reply was whole");
  ExpectBroken(ReadAll({" ", "\r\n"}), "before the reply was whole");
  ExpectBroken(ReadAll({"{\"choices\":["}), "not a chat completion");
}

TEST(ReplyBodyStream, BoundsReasoningAndText) {
  const std::string large(100'000, 'x');
  std::vector<std::string> reasoning(limits::kHiddenBytesMax / large.size() + 1,
                                     ReasoningEvent("thinking", large));
  ExpectBroken(ReadAll(std::move(reasoning)), "too much reasoning", ErrorCode::kEmptyReply);
  std::vector<std::string> text(limits::kReplyBytesMax / large.size() + 1, ContentEvent(large));
  ExpectBroken(ReadAll(std::move(text)), "too long");
  std::vector<std::string> whole(limits::kUpstreamBodyBytesMax / large.size() + 1, "{" + large);
  ExpectBroken(ReadAll(std::move(whole)), "too long");
}

TEST(ReplyBodyStream, ReadsAStreamHoweverItIsCut) {
  std::string stream = "\xEF\xBB\xBF: comment\r\n\r\n";
  for (const std::string token : {"Sch\xC3\xB6n", ", ", "\xF0\x9F\x99\x82", "."})
    stream += ContentEvent(token);
  stream += FinishEvent("stop") + kDoneEvent;
  for (std::size_t cut = 1; cut < 400; cut += 3) {
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < stream.size(); at += cut)
      pieces.push_back(stream.substr(at, cut));
    const auto read = ReadAll(std::move(pieces));
    EXPECT_EQ(read.text(), "Sch\xC3\xB6n, \xF0\x9F\x99\x82.") << cut;
    EXPECT_FALSE(read.error) << cut;
  }
}

TEST(ReplyBodyStream, JoinsWhatArrivedTogetherAndNothingElse) {
  const auto read =
      ReadAll({ContentEvent("a") + ContentEvent("b"), ReasoningEvent("reasoning", "r"),
               ContentEvent("c") + FinishEvent("stop")});
  EXPECT_THAT(read.tokens, ::testing::ElementsAre("ab", "c"));
}

TEST(ReplyBodyStream, ReadsAnAnswerThatIsNotAStream) {
  const std::string answer = "\n " + WholeReply("All at once.").pieces.at(0);
  for (std::size_t cut = 1; cut <= answer.size(); cut += 7) {
    const auto read = ReadAll({answer.substr(0, cut), answer.substr(cut)});
    EXPECT_EQ(read.text(), "All at once.") << cut;
    EXPECT_FALSE(read.error) << cut;
  }
}

}  // namespace
}  // namespace nat

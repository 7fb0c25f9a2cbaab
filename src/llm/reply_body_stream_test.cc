#include "llm/reply_body_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <deque>

#include "llm/openai_wire.h"
#include "tests/support/fake_answers.h"
#include "tests/support/run_task.h"

namespace nat {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// A body of given pieces, then its end or an error.
class ScriptedBody final : public BodyStream {
 public:
  ScriptedBody(std::vector<std::string> pieces, std::optional<Error> fault)
      : pieces_(pieces.begin(), pieces.end()), fault_(std::move(fault)) {}

  Task<Result<std::optional<std::string>>> Next() override {
    if (!pieces_.empty()) {
      std::optional<std::string> piece = std::move(pieces_.front());
      pieces_.pop_front();
      co_return std::move(piece);
    }
    if (fault_) co_return *fault_;
    co_return std::optional<std::string>();
  }

 private:
  std::deque<std::string> pieces_;
  std::optional<Error> fault_;
};

struct Read {
  std::vector<std::string> tokens;
  std::optional<Error> error;

  std::string text() const {
    std::string whole;
    for (const auto& token : tokens) whole += token;
    return whole;
  }
};

Read ReadAll(std::vector<std::string> pieces, std::optional<Error> fault = std::nullopt) {
  asio::io_context loop;
  SystemClock clock;
  ReplyBodyStream stream(clock, std::make_unique<ScriptedBody>(std::move(pieces), std::move(fault)),
                         std::make_unique<WireReader>());
  Read read;
  for (;;) {
    auto next = stream.Next();
    auto token = RunTask(loop, std::move(next));
    if (!token) {
      read.error = token.error();
      return read;
    }
    if (!*token) return read;
    EXPECT_FALSE((*token)->empty());
    read.tokens.push_back(**token);
  }
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
  ExpectBroken(read, "content filter");
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
  ExpectBroken(ReadAll(std::move(reasoning)), "too much reasoning");
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

#include "api/socket_frames.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "chat/reply_events.h"

namespace nat {
namespace {

json::object Parsed(const std::string& frame) {
  auto object = ParseJsonObject(frame, "a frame");
  EXPECT_TRUE(object) << frame;
  return object ? std::move(*object) : json::object();
}

std::string TextOf(const json::value& fields) {
  return std::string(fields.as_object().at("text").as_string());
}

TEST(SocketFrames, RefusesWhatIsNoRequest) {
  EXPECT_EQ(ReadSocketRequest("hello").error().code, ErrorCode::kInvalidJson);
  EXPECT_EQ(ReadSocketRequest("[1]").error().code, ErrorCode::kInvalidJson);
  EXPECT_EQ(ReadSocketRequest("{}").error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(ReadSocketRequest(R"({"type":7})").error().code, ErrorCode::kInvalidInput);
  EXPECT_EQ(ReadSocketRequest(R"({"type":"ping","request_id":{}})").error().code,
            ErrorCode::kInvalidInput);
  const std::string long_id(limits::kRequestIdBytesMax + 1, 'x');
  EXPECT_EQ(ReadSocketRequest(R"({"type":"ping","request_id":")" + long_id + R"("})").error().code,
            ErrorCode::kInvalidInput);
}

TEST(SocketFrames, GivesARequestIdBackAsItCame) {
  for (const std::string id : {R"("a-1")", "17"}) {
    auto request = ReadSocketRequest(R"({"type":"ping","request_id":)" + id + "}");
    ASSERT_TRUE(request);
    EXPECT_EQ(request->type, "ping");
    EXPECT_EQ(ToJson(Parsed(PongFrame(request->request_id)).at("request_id")), id);
  }
  EXPECT_FALSE(Parsed(PongFrame(nullptr)).contains("request_id"));
}

TEST(SocketFrames, SaysHowLongToWait) {
  Error error(ErrorCode::kRateLimited, "too many requests");
  error.retry_after = std::chrono::seconds(7);
  const auto frame = Parsed(ErrorFrame("a", error));
  EXPECT_EQ(frame.at("type"), "error");
  EXPECT_EQ(frame.at("problem").at("code"), "rate_limited");
  EXPECT_EQ(frame.at("problem").at("retry_after"), 7);
}

TEST(SocketFrames, CarriesTheDataOfAnEventFlatAndTogether) {
  const auto turn = TurnId::Make();
  const ReplyEvent event{3, std::string(kTextEvent), TextEventJson("Hm. \"Yes\".")};
  const auto frame = Parsed(EventFrame(turn, event));
  EXPECT_EQ(frame.at("type"), "text");
  EXPECT_EQ(frame.at("turn_id"), json::value(turn.text()));
  EXPECT_EQ(frame.at("id"), 3);
  EXPECT_EQ(TextOf(frame), "Hm. \"Yes\".");
  EXPECT_EQ(TextOf(frame.at("data")), "Hm. \"Yes\".");
}

TEST(SocketFrames, NamesTheTurnOnceInItsFirstEvent) {
  Turn turn;
  turn.id = TurnId::Make();
  const auto text = EventFrame(turn.id, {1, std::string(kTurnEvent), TurnEventJson(turn)});
  const auto frame = Parsed(text);
  EXPECT_EQ(frame.at("turn_id"), json::value(turn.id.text()));
  const auto flat = text.substr(0, text.find(R"("data")"));
  EXPECT_EQ(flat.find("turn_id"), flat.rfind("turn_id"));
}

TEST(SocketFrames, CarriesAnEventWithoutData) {
  const auto frame = Parsed(EventFrame(TurnId::Make(), {2, "notice", "{}"}));
  EXPECT_TRUE(frame.at("data").as_object().empty());
}

}  // namespace
}  // namespace nat

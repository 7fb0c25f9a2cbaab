#include "api/dto.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace nat {
namespace {

const std::string kId = "0123456789abcdefghjkmnpqrs";
const std::string kOtherId = "zyxwvtsrqpnmkjhgfedcba9876";

Request Json(std::string body) {
  Request request;
  request.headers.Set("Content-Type", "application/json");
  request.body = std::move(body);
  return request;
}

ErrorCode CodeOf(const std::string& body) {
  const auto send = ReadTurnBody(Json(body));
  EXPECT_FALSE(send) << body;
  return send ? ErrorCode::kInternal : send.error().code;
}

std::string DetailOf(const std::string& body) {
  const auto send = ReadTurnBody(Json(body));
  EXPECT_FALSE(send) << body;
  return send ? "" : send.error().public_detail;
}

TEST(ReadTurnBody, RefusesWhatIsNotAJsonObject) {
  EXPECT_EQ(CodeOf("{"), ErrorCode::kInvalidJson);
  EXPECT_EQ(CodeOf("[]"), ErrorCode::kInvalidJson);
  EXPECT_EQ(CodeOf(""), ErrorCode::kInvalidJson);
}

TEST(ReadTurnBody, RefusesWhatIsNotCalledJson) {
  for (const char* type : {"", "text/plain", "application/jsonp", "text/json", "application/"}) {
    auto request = Json(R"({"message": "hi"})");
    request.headers.Set("Content-Type", type);
    const auto send = ReadTurnBody(request);
    ASSERT_FALSE(send) << type;
    EXPECT_EQ(send.error().code, ErrorCode::kUnsupportedMedia);
  }
}

TEST(ReadTurnBody, NamesTheFieldThatIsWrong) {
  EXPECT_NE(DetailOf("{}").find("\"message\""), std::string::npos);
  EXPECT_NE(DetailOf(R"({"message": 1})").find("\"message\""), std::string::npos);
  EXPECT_NE(DetailOf(R"({"message": "hi", "conversation_id": []})").find("\"conversation_id\""),
            std::string::npos);
  EXPECT_NE(DetailOf(R"({"message": "hi", "client_message_id": ""})").find("\"client_message_id\""),
            std::string::npos);
  EXPECT_NE(DetailOf(R"({"message": "hi", "retention": "P1D"})").find("\"retention\""),
            std::string::npos);
}

TEST(ReadTurnBody, FindsNothingUnderWhatHasNotTheShapeOfAnId) {
  EXPECT_EQ(CodeOf(R"({"message": "hi", "conversation_id": "7"})"), ErrorCode::kNotFound);
  EXPECT_EQ(CodeOf(R"({"message": "hi", "edit_of": ""})"), ErrorCode::kNotFound);
}

TEST(ReadTurnBody, TakesOneReferenceOnly) {
  EXPECT_EQ(CodeOf(R"({"regenerate_of": ")" + kId + R"(", "continue_of": ")" + kId + "\"}"),
            ErrorCode::kInvalidInput);
}

TEST(ReadTurnBody, TakesAMessageOfTheLargestClientMessageId) {
  const std::string longest(limits::kClientMessageIdBytesMax, '~');
  auto send = ReadTurnBody(Json(R"({"message": "hi", "client_message_id": ")" + longest + "\"}"));
  ASSERT_TRUE(send);
  EXPECT_EQ(send->client_message_id, longest);
  EXPECT_EQ(CodeOf(R"({"message": "hi", "client_message_id": ")" + longest + "~\"}"),
            ErrorCode::kInvalidInput);
}

TEST(ReadTurnBody, TakesNullForNothing) {
  const auto send = ReadTurnBody(Json(
      R"({"message": "hi", "conversation_id": null, "client_message_id": null, "retention": null})"));
  ASSERT_TRUE(send) << send.error().message;
  EXPECT_EQ(send->message, "hi");
  EXPECT_FALSE(send->conversation);
  EXPECT_FALSE(send->client_message_id);
}

TEST(ReadTurnBody, NeedsNoMessageToMakeAReplyAnew) {
  const auto send = ReadTurnBody(Json(R"({"regenerate_of": ")" + kId + "\"}"));
  ASSERT_TRUE(send) << send.error().message;
  EXPECT_EQ(send->regenerate_of->text(), kId);
  EXPECT_EQ(send->message, "");
}

TEST(ReadTurnBody, PrefersTheFieldToTheHeader) {
  auto request = Json(R"({"message": "hi", "client_message_id": "field"})");
  request.headers.Set("Idempotency-Key", "header");
  EXPECT_EQ(ReadTurnBody(request)->client_message_id, "field");
  request.body = R"({"message": "hi"})";
  EXPECT_EQ(ReadTurnBody(request)->client_message_id, "header");
}

TEST(ReadChatBody, StreamsWhenItIsAskedTo) {
  auto request = Json(R"({"message": "hi"})");
  EXPECT_FALSE(ReadChatBody(request)->is_stream_asked);
  request.headers.Set("Accept", "text/event-stream");
  EXPECT_TRUE(ReadChatBody(request)->is_stream_asked);
  request.body = R"({"message": "hi", "stream": false})";
  EXPECT_FALSE(ReadChatBody(request)->is_stream_asked);
  request = Json(R"({"message": "hi", "stream": true})");
  request.headers.Set("Content-Type", "Application/JSON ; charset=utf-8");
  EXPECT_TRUE(ReadChatBody(request)->is_stream_asked);
}

TEST(ReadPageLimit, KeepsToItsBounds) {
  Request request;
  EXPECT_EQ(*ReadPageLimit(request), limits::kPageDefault);
  request.query = "limit=" + std::to_string(limits::kPageMax);
  EXPECT_EQ(*ReadPageLimit(request), limits::kPageMax);
  for (const char* query :
       {"limit=0", "limit=201", "limit=", "limit=1x", "limit=-1", "limit=1e2"}) {
    request.query = query;
    EXPECT_FALSE(ReadPageLimit(request)) << query;
  }
}

TEST(TurnJson, LeavesOutWhatIsNotThere) {
  Turn turn;
  turn.id = *TurnId::Parse(kId);
  turn.reply_message = *MessageId::Parse(kOtherId);
  const auto fields = TurnJson(turn);
  EXPECT_EQ(fields.at("turn_id").as_string(), kId);
  EXPECT_EQ(fields.at("message_id").as_string(), kOtherId);
  EXPECT_EQ(fields.at("status"), "running");
  EXPECT_FALSE(fields.contains("source"));
  EXPECT_FALSE(fields.contains("problem"));
}

TEST(TurnJson, SaysWhatWentWrong) {
  Turn turn;
  turn.status = TurnStatus::kFailed;
  turn.problem = "upstream";
  const auto fields = TurnJson(turn);
  EXPECT_EQ(fields.at("problem").at("code"), "upstream");
}

TEST(MessagePageJson, NamesTheNextPageWhereThereIsOne) {
  MessagePage page;
  Message message;
  message.id = *MessageId::Parse(kId);
  message.siblings = {message.id};
  page.messages.push_back(message);
  EXPECT_FALSE(MessagePageJson(page).contains("next_cursor"));
  page.older = *MessageId::Parse(kOtherId);
  const auto fields = MessagePageJson(page);
  EXPECT_EQ(fields.at("next_cursor").as_string(), kOtherId);
  const auto& item = fields.at("items").at(0).as_object();
  EXPECT_EQ(item.at("siblings").at(0).as_string(), kId);
  EXPECT_EQ(item.at("role"), "user");
  EXPECT_FALSE(item.contains("parent_id"));
  EXPECT_FALSE(item.contains("status"));
}

}  // namespace
}  // namespace nat

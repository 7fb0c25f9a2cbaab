// What the service cannot use is refused in words: a problem (RFC 9457) with a stable code, without
// an echo of what was written, and with nothing stored.
#include <gmock/gmock.h>

#include "tests/support/flow.h"

namespace nat::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Ne;
using ::testing::Not;

constexpr const char* kNobodysId = "00000000000000000000000000";
constexpr const char* kWord = "Quetzalnebelhorn";  // must not come back

struct BadInput {
  std::string name;
  PeerRequest request;
  int status;
  std::string code;
};

PeerRequest RawJson(std::string target, std::string body) {
  return PeerRequest{
      "POST", std::move(target), {{"Content-Type", "application/json"}}, std::move(body)};
}

PeerRequest Fields(json::object fields) {
  if (!fields.contains("message")) fields["message"] = kWord;
  return JsonRequest("POST", "/api/turns", fields);
}

PeerRequest Message(json::value message) {
  return JsonRequest("POST", "/api/turns", json::object{{"message", std::move(message)}});
}

PeerRequest Reading(std::string target) {
  return PeerRequest{"GET", std::move(target), {}, ""};
}

std::string Quoted(const std::string& bytes) {
  return std::string(R"({"message": ")") + kWord + bytes + "\"}";
}

std::vector<BadInput> UnreadableBodies() {
  const std::string word = kWord;
  return {
      {"no JSON", RawJson("/chat", "{\"message\": " + word), 400, "invalid_json"},
      {"a list", RawJson("/chat", "[\"" + word + "\"]"), 400, "invalid_json"},
      {"a text", RawJson("/chat", "\"" + word + "\""), 400, "invalid_json"},
      {"nothing", RawJson("/chat", ""), 400, "invalid_json"},
      {"too deep", RawJson("/chat", "{\"message\": " + std::string(200, '[')), 400, "invalid_json"},
      {"invalid UTF-8", RawJson("/chat", Quoted("\xC3\x28")), 400, "invalid_json"},
      {"half a surrogate", RawJson("/chat", Quoted("\\ud83d")), 400, "invalid_json"},
      {"a form", PeerRequest{"POST", "/chat", {{"Content-Type", "text/plain"}}, Quoted("")}, 415,
       "unsupported_media_type"},
      {"of no type", PeerRequest{"POST", "/api/turns", {}, Quoted("")}, 415,
       "unsupported_media_type"},
      {"too large", RawJson("/chat", Quoted(std::string(1'200'000, 'a'))), 413, "too_large"},
  };
}

std::vector<BadInput> UnusableFields() {
  const auto wrong = [](std::string name, PeerRequest request) {
    return BadInput{std::move(name), std::move(request), 422, "invalid_input"};
  };
  return {
      wrong("no message", JsonRequest("POST", "/api/turns", json::object{{"text", kWord}})),
      wrong("no message in /chat", JsonRequest("POST", "/chat", json::object{{"text", kWord}})),
      wrong("a number", Message(7)),
      wrong("a list", Message(json::array{kWord})),
      wrong("an empty message", Message("")),
      wrong("white space", Message(" \t\n\u2003")),
      wrong("what cannot be seen", Message("\u200b\u0007\u202e")),
      wrong("too many characters", Message(json::string(8'001, 'a'))),
      wrong("a conversation that is a number", Fields({{"conversation_id", 7}})),
      wrong("an empty client message id", Fields({{"client_message_id", ""}})),
      wrong("a client message id with spaces", Fields({{"client_message_id", "a b"}})),
      wrong("a long client message id", Fields({{"client_message_id", json::string(129, 'a')}})),
      wrong("a client message id that is a number", Fields({{"client_message_id", 7}})),
      wrong("a client message id beyond ASCII", Fields({{"client_message_id", "caf\u00e9"}})),
      wrong("a stream that is a text",
            JsonRequest("POST", "/chat", json::object{{"message", kWord}, {"stream", "yes"}})),
      wrong("two references", Fields({{"edit_of", kNobodysId}, {"regenerate_of", kNobodysId}})),
      wrong("a retention, which is not there yet", Fields({{"retention", "P7D"}})),
      wrong("a page of nothing", Reading("/api/conversations?limit=0")),
      wrong("a page that is too large", Reading("/api/conversations?limit=201")),
      wrong("a page limit that is no number", Reading("/api/conversations?limit=many")),
      wrong("a negative page limit", Reading("/api/conversations?limit=-1")),
  };
}

std::vector<BadInput> NothingThere() {
  const std::string id = kNobodysId;
  const auto missing = [](std::string name, PeerRequest request) {
    return BadInput{std::move(name), std::move(request), 404, "not_found"};
  };
  return {
      missing("an unknown path", Reading("/nothing/here")),
      missing("an unknown path to post to", JsonRequest("POST", "/talk", json::object{})),
      BadInput{"a path that climbs", Reading("/../../etc/passwd"), 400, "malformed_request"},
      missing("an unknown turn", Reading("/api/turns/" + id)),
      missing("what is no id", Reading("/api/turns/" + std::string(kWord))),
      missing("events of an unknown turn", Reading("/api/turns/" + id + "/events")),
      missing("an unknown turn to stop", PeerRequest{"DELETE", "/api/turns/" + id, {}, ""}),
      missing("an unknown conversation", Reading("/api/conversations/" + id)),
      missing("messages of an unknown conversation",
              Reading("/api/conversations/" + id + "/messages")),
      missing("an unknown conversation to rename",
              JsonRequest("PATCH", "/api/conversations/" + id, json::object{{"title", "New"}})),
      missing("an unknown conversation to speak in", Fields({{"conversation_id", kNobodysId}})),
      missing("an unknown message to edit", Fields({{"edit_of", kNobodysId}})),
      missing("an unknown reply to make anew", Fields({{"regenerate_of", kNobodysId}})),
      missing("an unknown reply to carry on", Fields({{"continue_of", kNobodysId}})),
  };
}

class BadInputs : public Flow {
 protected:
  static void ExpectProblem(const PeerAnswer& answer, int status, const std::string& code) {
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_EQ(answer.Field("Content-Type"), "application/problem+json");
    EXPECT_THAT(answer.Field("X-Request-Id").value_or(""), Ne(""));
    const auto problem = answer.Json();
    EXPECT_EQ(TextAt(problem, "code"), code);
    EXPECT_THAT(TextAt(problem, "type"), Ne(""));
    EXPECT_THAT(TextAt(problem, "title"), Ne(""));
    EXPECT_THAT(TextAt(problem, "detail"), Ne(""));
    ASSERT_TRUE(problem.contains("status"));
    EXPECT_EQ(problem.at("status").to_number<int>(), status);
    EXPECT_THAT(answer.body, Not(HasSubstr(kWord)));
  }

  void ExpectRefused(const std::vector<BadInput>& inputs) {
    Start();
    auto browser = Browser();
    for (const auto& input : inputs) {
      SCOPED_TRACE(input.name);
      ExpectProblem(browser.Send(input.request), input.status, input.code);
    }
    EXPECT_THAT(ItemsOf(browser.Get("/api/conversations").Json()), IsEmpty());
  }
};

TEST_F(BadInputs, AreRefusedWhereTheBodyCannotBeRead) {
  ExpectRefused(UnreadableBodies());
}

TEST_F(BadInputs, AreRefusedWhereAFieldCannotBeUsed) {
  ExpectRefused(UnusableFields());
}

TEST_F(BadInputs, AreRefusedWhereThereIsNothing) {
  ExpectRefused(NothingThere());
}

TEST_F(BadInputs, AreRefusedWhereTheCursorWasNotOurs) {
  Start();
  auto browser = Browser();
  browser.Post("/chat", json::object{{"message", "Hello."}});
  for (const std::string cursor : {"x", "1.", "1.not-an-id", ".00000000000000000000000000"}) {
    SCOPED_TRACE(cursor);
    ExpectProblem(browser.Get("/api/conversations?cursor=" + cursor), 422, "invalid_input");
  }
}

TEST_F(BadInputs, AreRefusedWhereAnEventNumberIsNone) {
  Start();
  auto browser = Browser();
  const auto turn = browser.Post("/chat", json::object{{"message", "Hello."}}).Json();
  const auto path = "/api/turns/" + TextAt(turn, "turn_id") + "/events";
  for (const std::string number : {"x", "-1", "1.5", "99999999999999999999999"}) {
    SCOPED_TRACE(number);
    ExpectProblem(browser.Get(path + "?after=" + number), 422, "invalid_input");
    ExpectProblem(browser.Get(path, {{"Last-Event-ID", number}}), 422, "invalid_input");
  }
}

TEST_F(BadInputs, AreRefusedWhereATitleCannotBeUsed) {
  Start();
  auto browser = Browser();
  const auto turn = browser.Post("/chat", json::object{{"message", "Hello."}}).Json();
  const auto path = "/api/conversations/" + TextAt(turn, "conversation_id");
  for (const auto& title : {json::value(""), json::value(" \u200b "), json::value(7),
                            json::value(nullptr), json::value(json::string(121, 'a'))}) {
    const json::object fields{{"title", title}};
    ExpectProblem(browser.Patch(path, fields), 422, "invalid_input");
  }
  EXPECT_EQ(TextAt(browser.Get(path).Json(), "title"), "Hello.");
}

TEST_F(BadInputs, NameTheMethodsThatAnAddressTakes) {
  Start();
  auto browser = Browser();
  const auto chat = browser.Get("/chat");
  ExpectProblem(chat, 405, "method_not_allowed");
  EXPECT_EQ(chat.Field("Allow"), "POST");
  const auto turn = browser.Patch("/api/turns/" + std::string(kNobodysId), json::object{});
  ExpectProblem(turn, 405, "method_not_allowed");
  EXPECT_EQ(turn.Field("Allow"), "GET, DELETE");
}

TEST_F(BadInputs, AreRefusedWhereTheHeadersAreTooLarge) {
  Start();
  ExpectProblem(Curl().Get("/health", {{"X-Large", std::string(20'000, 'a')}}), 431,
                "headers_too_large");
}

TEST_F(BadInputs, AreNotTheFaultOfWhoWritesAsMuchAsIsAllowed) {
  Start();
  const auto answer = Curl().Post("/chat", json::object{{"message", std::string(8'000, 'a')}});
  EXPECT_EQ(answer.status, 200) << answer.body;
}

}  // namespace
}  // namespace nat::testing

#include "tests/support/faults.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>

#include "tests/support/letters.h"

namespace nat::testing {
namespace {

constexpr std::uint64_t kUsualSeed = 20'250'903;
constexpr std::size_t kWrongsTold = 20;

std::string NameOfTest() {
  const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
  return std::string(test->test_suite_name()) + "." + test->name();
}

}  // namespace

std::uint64_t FaultSeed() {
  return CountFrom("NAT_FAULTS_SEED", kUsualSeed);
}

std::size_t CountFrom(const char* variable, std::size_t usual) {
  const char* text = std::getenv(variable);
  return text == nullptr || *text == '\0' ? usual : std::strtoull(text, nullptr, 10);
}

Faults::Faults()
    : dice_(FaultSeed() ^ SeedOf(NameOfTest())),
      voice_(FaultSeed()),
      service_(folder_.path()),
      trace_(__FILE__, __LINE__, "NAT_FAULTS_SEED=" + std::to_string(FaultSeed())) {
  std::printf("%s with NAT_FAULTS_SEED=%llu\n", NameOfTest().c_str(),
              static_cast<unsigned long long>(FaultSeed()));
  row_.plan = NameOfTest();
  model_.AnswerWith([this](const FakeRequest& request) { return voice_.Answer(request); });
  service_.Set("NAT_LLM_BASE_URL", model_.base_url());
  service_.Set("NAT_LLM_MODEL", "fake-model");
  service_.Set("NAT_LLM_API_KEY", "a-key-of-the-test");
}

void Faults::TearDown() {
  EXPECT_EQ(row_.lost, 0U);
  EXPECT_EQ(row_.doubled, 0U);
  EXPECT_EQ(row_.shrunk, 0U);
  EXPECT_EQ(row_.without_one_end, 0U);
  EXPECT_EQ(service_.Faults(), "");
  AddToFaultTable(row_);
}

bool Faults::Start() {
  const bool serves = service_.Start();
  EXPECT_TRUE(serves) << service_.output() << service_.errors();
  return serves;
}

json::object Faults::Body(const std::string& words, const std::string& conversation_id) {
  json::object body;
  body["message"] = words;
  body["client_message_id"] = "message-" + std::to_string(++messages_made_);
  if (!conversation_id.empty()) body["conversation_id"] = conversation_id;
  return body;
}

TurnWitness Faults::Converse(PatientClient& client, const std::string& words, Way way,
                             const std::string& conversation_id) {
  TurnWitness witness(voice_.ReplyTo(words));
  client.Converse(Body(words, conversation_id), way, witness);
  return witness;
}

void Faults::CompareWithStore(PatientClient& client, TurnWitness& witness) {
  // Messages first: looking at the turn must not be what puts them right.
  const auto reply_id = witness.message_id();
  const auto path = Path(client, witness.conversation_id(), reply_id);
  const auto turn = client.Get("/api/turns/" + witness.turn_id());
  const auto is_reply = [&](const json::object& message) {
    return TextAt(message, "message_id") == reply_id;
  };
  const auto reply = std::find_if(path.begin(), path.end(), is_reply);
  witness.CompareWith(turn, reply == path.end() ? json::object() : *reply);
}

void Faults::Settle(PatientClient& client, TurnWitness& witness) {
  CompareWithStore(client, witness);
  row_.Add(witness);
  const auto& wrongs = witness.wrongs();
  for (std::size_t at = 0; at < std::min(wrongs.size(), kWrongsTold); ++at) {
    ADD_FAILURE() << "turn " << witness.turn_id() << ": " << wrongs[at];
  }
}

void Faults::CountMessages(std::vector<std::string> expected, std::vector<std::string> found) {
  std::ranges::sort(expected);
  std::ranges::sort(found);
  std::vector<std::string> missing;
  std::ranges::set_difference(expected, found, std::back_inserter(missing));
  std::vector<std::string> additional;
  std::ranges::set_difference(found, expected, std::back_inserter(additional));
  for (const auto& text : missing) row_.lost += CountLetters(text);
  for (const auto& text : additional) row_.doubled += CountLetters(text);
}

std::vector<json::object> Faults::Path(PatientClient& client, const std::string& conversation_id,
                                       const std::string& through) {
  const auto target = "/api/conversations/" + conversation_id + "/messages?limit=200";
  const auto path = through.empty() ? "" : "&path=" + through;
  std::vector<json::object> messages;
  std::string cursor;
  do {
    const auto page = client.Get(target + path + (cursor.empty() ? "" : "&cursor=" + cursor));
    std::vector<json::object> older;
    if (const auto* items = page.if_contains("items")) {
      for (const auto& item : items->as_array()) older.push_back(item.as_object());
    }
    messages.insert(messages.begin(), older.begin(), older.end());
    cursor = TextAt(page, "next_cursor");
  } while (!cursor.empty());
  return messages;
}

}  // namespace nat::testing

// What a model says to itself, however its server sends or leaks it, reaches nobody: not as events,
// not as JSON, and not the store.
#include <gmock/gmock.h>

#include "tests/support/flow.h"

namespace nat::testing {
namespace {

using ::testing::ElementsAre;

struct Reasoned {
  std::string name;
  FakeAnswer answer;
  std::string visible;  // all that may be shown of it
};

FakeAnswer Saying(const std::vector<std::string>& contents) {
  std::vector<std::string> pieces;
  for (const auto& content : contents) pieces.push_back(ContentEvent(content));
  pieces.push_back(FinishEvent("stop"));
  pieces.push_back(kDoneEvent);
  return StreamOf(std::move(pieces));
}

FakeAnswer ReasoningIn(const std::string& field) {
  return StreamOf({ReasoningEvent(field, "The user is sad. "), ReasoningEvent(field, "Be kind."),
                   ContentEvent("That is "), ReasoningEvent(field, "Kinder."),
                   ContentEvent("hard."), FinishEvent("stop"), kDoneEvent});
}

std::vector<Reasoned> ReasonedStreams() {
  return {
      {"Baseten", FixtureAnswer("baseten_gpt_oss.sse"), "Three nights without sleep is a lot."},
      {"vLLM", FixtureAnswer("vllm_reasoning.sse"), "What happened at work?"},
      {"vLLM before 0.11", FixtureAnswer("vllm_reasoning_content.sse"), "Tell me more."},
      {"OpenRouter", FixtureAnswer("openrouter.sse"), "I am listening."},
      {"Ollama", FixtureAnswer("ollama.sse"), "Good night."},
      {"llama.cpp", FixtureAnswer("llamacpp.sse"), "Is there a window near you?"},
      {"Mistral", FixtureAnswer("mistral_parts.sse"), "Guilt can be loud."},
      {"leaked harmony markers", FixtureAnswer("harmony_leak.sse"), "Hello."},
      {"the field reasoning", ReasoningIn("reasoning"), "That is hard."},
      {"the field reasoning_content", ReasoningIn("reasoning_content"), "That is hard."},
      {"the field thinking", ReasoningIn("thinking"), "That is hard."},
      {"the field reasoning_details", ReasoningIn("reasoning_details"), "That is hard."},
      {"tags of thought", Saying({"<think>The user ", "is sad.</think>", "That is hard."}),
       "That is hard."},
      {"tags of thought cut anywhere",
       Saying({"<", "thi", "nk>The user is sad.<", "/th", "ink", ">That is hard."}),
       "That is hard."},
      {"harmony markers cut anywhere",
       Saying({"<|chan", "nel|>ana", "lysis<|mess", "age|>The user is sad.<|e",
               "nd|><|start|>assis", "tant<|channel|>fin", "al<|message|>That is hard."}),
       "That is hard."},
      {"markers whose special tokens were dropped",
       Saying({"analysis", "We need to be kind.", "assistantfinal", "That is hard."}),
       "That is hard."},
      {"a tag that was opened by the template",
       Saying({"The user is sad. I should listen.", "</think>", "That is hard."}), "That is hard."},
  };
}

std::vector<Reasoned> ReasonedAnswers() {
  const std::string visible = "It makes sense that you are tired.";
  return {{"Baseten", FixtureAnswer("baseten_gpt_oss.json"), visible},
          {"vLLM", FixtureAnswer("vllm_reasoning.json"), visible},
          {"Mistral", FixtureAnswer("mistral_parts.json"), visible},
          {"Ollama", FixtureAnswer("ollama_thinking.json"), visible},
          {"tags of thought", WholeReply("<think>The user is tired.</think>" + visible), visible}};
}

class Reasoning : public Flow {
 protected:
  void ExpectOnlyVisible(const std::vector<Reasoned>& all) {
    Start();
    auto browser = Browser();
    std::vector<json::object> turns;
    for (const auto& one : all) {
      SCOPED_TRACE(one.name);
      model().AnswerWith([answer = one.answer](const FakeRequest&) { return answer; });
      auto stream =
          browser.PostAndFollow("/chat", json::object{{"message", "Hello."}, {"stream", true}});
      EXPECT_EQ(TextOf(stream.ReadToEnd()), one.visible);
      turns.push_back(browser.Post("/chat", json::object{{"message", "Hello."}}).Json());
      EXPECT_EQ(TextAt(turns.back(), "response"), one.visible);
    }
    Restart();
    browser.MoveTo(port());
    for (std::size_t at = 0; at < all.size(); ++at) {
      SCOPED_TRACE(all[at].name);
      const auto messages = Messages(browser, TextAt(turns[at], "conversation_id"));
      EXPECT_THAT(TextsAt(messages, "text"), ElementsAre("Hello.", all[at].visible));
    }
  }
};

TEST_F(Reasoning, NeverShowsOfAStream) {
  UseModel();
  ExpectOnlyVisible(ReasonedStreams());
}

TEST_F(Reasoning, NeverShowsOfAWholeAnswer) {
  UseModel();
  config_.providers[0].is_streaming = false;
  ExpectOnlyVisible(ReasonedAnswers());
}

}  // namespace
}  // namespace nat::testing

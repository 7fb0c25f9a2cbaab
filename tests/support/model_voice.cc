#include "tests/support/model_voice.h"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <string_view>

#include "tests/support/fake_answers.h"
#include "tests/support/letters.h"

namespace nat::testing {
namespace {

namespace json = boost::json;

constexpr std::size_t kSentencesLeast = 4;
constexpr std::size_t kSentencesMost = 8;
constexpr std::size_t kTokenLettersMost = 12;
// A break comes after this much of the text at the earliest, so that some of it is shown.
constexpr std::size_t kLettersBeforeBreak = 160;

constexpr auto kFirst = std::to_array<std::string_view>({
    "So the kettle is on, the window is open a little, and the letter lies on the table. ",
    "That was a long way home in the rain, and the shoes are still wet by the door. ",
    "It sounds as if the whole week had waited for this one evening in the kitchen. ",
    "Zuerst der Schlüssel, dann die Tür, und dahinter ist es wärmer, als man dachte. ",
});
constexpr auto kSentences = std::to_array<std::string_view>({
    "The neighbour waters her tomatoes at six, and today she waved. ",
    "Über Nacht hat es geregnet; die Straße glänzt noch, und alles riecht nach Erde. ",
    "Où est passée la clé ? Elle était là, près du café, à côté des lunettes. ",
    "Na stole leżą gruszki, dwa zeszyty i żółta kartka, której nikt nie czyta. ",
    "Сначала чай, потом письмо, и только потом прогулка до реки. ",
    "窓の外で小さな鳥が鳴いています。お茶はまだ温かいです。",
    "☕ First the coffee, then the stairs, then the rest of the day 🌿. ",
    "The 👩‍👩‍👧 from downstairs brought soup, bread and a spare umbrella ☂️. ",
    "There are **three lemons**, one _small_ onion and no bread at all. ",
    "\n\n- one plate\n- two cups\n- the blue bowl, if it is clean\n\n",
    "What would the quiet part of the evening look like, if nobody rang? ",
    "At 7:30 the bus comes, at 8.15 the next one; there is time for both. ",
    "“Leave it,” said the old man, and he put the ladder back into the shed. ",
    "And then the light went out, and it was… well, it was rather nice. ",
    "\nA new line, because the thought is a new one, and it is short. ",
});

std::string TextAt(const json::object& message, std::string_view name) {
  const auto* value = message.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

}  // namespace

std::string ModelVoice::Message(std::size_t number) const {
  auto dice = DiceFor("message " + std::to_string(number));
  std::string text = "Number " + std::to_string(number) + ". ";
  text += dice.Pick(kFirst);
  if (dice.OneIn(2)) text += "Und die Straße?\nÀ bientôt, до встречи 🌿 ";
  return text + "What now?";
}

std::string ModelVoice::TextFor(const std::string& purpose) const {
  auto dice = DiceFor(purpose);
  std::string text(dice.Pick(kFirst));
  const auto count = dice.Between(kSentencesLeast, kSentencesMost);
  for (std::size_t number = 0; number < count; ++number) text += dice.Pick(kSentences);
  return text + "That is all for now.";
}

std::string ModelVoice::ContinuationOf(const std::string& text) const {
  auto dice = DiceFor("page " + text);
  return "On from page " + std::to_string(dice.Below(1'000'000)) + ". " +
         TextFor("carry on " + text);
}

bool ModelVoice::IsWhole(const std::string& reply) const {
  if (break_one_in_ == 0) return true;
  return !DiceFor("break " + reply).OneIn(break_one_in_);
}

FakeAnswer ModelVoice::Answer(const FakeRequest& request) const {
  const auto& messages = request.json.as_object().at("messages").as_array();
  const auto& last = messages.back().as_object();
  if (TextAt(last, "role") == "user") return Say(ReplyTo(TextAt(last, "content")));
  // What it is asked to carry on from stands before the order to do so.
  return Say(ContinuationOf(TextAt(messages[messages.size() - 2].as_object(), "content")));
}

FakeAnswer ModelVoice::Say(const std::string& reply) const {
  auto dice = DiceFor("tokens " + reply);
  auto tokens = TokensOf(reply, dice);
  const bool is_whole = IsWhole(reply);
  if (!is_whole) {
    const auto least = std::min(tokens.size(), kLettersBeforeBreak * 2 / kTokenLettersMost);
    tokens.resize(dice.Between(least, tokens.size()));
  }
  std::vector<std::string> pieces;
  for (const auto& token : tokens) pieces.push_back(ContentEvent(token));
  if (is_whole) {
    pieces.push_back(FinishEvent("stop"));
    pieces.push_back(kDoneEvent);
  }
  auto answer = StreamOf(std::move(pieces));
  if (has_pauses_) answer.pause = std::chrono::milliseconds(dice.Between(1, 2));
  if (!is_whole) answer.ending = dice.OneIn(2) ? FakeEnding::kCut : FakeEnding::kReset;
  return answer;
}

std::vector<std::string> TokensOf(const std::string& text, Dice& dice) {
  std::vector<std::string> tokens;
  const auto letters = LettersOf(text);
  for (std::size_t at = 0; at < letters.size();) {
    const auto end = std::min(letters.size(), at + dice.Between(1, kTokenLettersMost));
    tokens.emplace_back();
    for (; at < end; ++at) tokens.back() += letters[at];
  }
  return tokens;
}

}  // namespace nat::testing

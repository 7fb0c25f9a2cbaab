// What the model says: a function of a seed and of what it is asked, so that whoever asked knows
// what must arrive. Calm everyday sentences with letters of several bytes, emoji, line breaks and
// Markdown, in tokens of every size, with small pauses.
//
//   ModelVoice voice(seed);
//   upstream.AnswerWith([&](const FakeRequest& request) { return voice.Answer(request); });
//   const auto words = voice.Message(17);
//   ... the reply to `words` is voice.ReplyTo(words), or the beginning of it ...
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/dice.h"
#include "tests/support/fake_upstream.h"

namespace nat::testing {

class ModelVoice {
 public:
  explicit ModelVoice(std::uint64_t seed) : seed_(seed) {}

  // Of every so many replies one breaks off in the middle; 0: none does.
  void BreakOneIn(std::size_t count) { break_one_in_ = count; }
  // Without pauses between the tokens, a reply takes a few milliseconds.
  void Hurry() { has_pauses_ = false; }

  // Something that a person says; another one for each number.
  std::string Message(std::size_t number) const;
  // The whole reply to these words.
  std::string ReplyTo(const std::string& words) const { return TextFor("reply " + words); }
  // The whole reply when it is asked to carry on from one that ended with `text`.
  // It begins with words that are its own, as what says again what was said is taken out of it.
  std::string ContinuationOf(const std::string& text) const;
  // Whether the reply comes to its end.
  bool IsWhole(const std::string& reply) const;

  FakeAnswer Answer(const FakeRequest& request) const;

 private:
  Dice DiceFor(const std::string& purpose) const { return Dice(seed_ ^ SeedOf(purpose)); }
  std::string TextFor(const std::string& purpose) const;
  FakeAnswer Say(const std::string& reply) const;

  std::uint64_t seed_;
  std::size_t break_one_in_ = 0;
  bool has_pauses_ = true;
};

// `text` in tokens of one to twelve characters.
std::vector<std::string> TokensOf(const std::string& text, Dice& dice);

}  // namespace nat::testing

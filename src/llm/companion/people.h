// The people that a message names, and whom "she" or "he" means.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "llm/companion/phrase_index.h"
#include "llm/companion/script.h"

namespace nat {

enum class Pronoun { kUnknown, kShe, kHe };

// A person as a reply can name them: "your sister", "Ana".
struct Mention {
  std::string phrase;
  Pronoun pronoun = Pronoun::kUnknown;
  std::uint32_t first_word = 0;
  std::uint32_t end_word = 0;
};
using People = std::vector<Mention>;

// In reading order. "my little sister Ana" is one mention and reads "Ana", "my boss" reads "your
// boss".
People FindPeople(std::string_view message, const std::vector<Word>& words, const Lexicon& lexicon);

// The latest of `people` that the pronoun can mean, or null.
const Mention* Meant(const People& people, Pronoun pronoun);
// The pronoun that a word is, or nothing where it is not one.
std::optional<Pronoun> PronounOf(std::string_view word);

}  // namespace nat

#include "llm/companion/people.h"

#include <algorithm>

namespace nat {
namespace {

constexpr std::size_t kRoleDetailsMax = 3;

bool EndsWithGenitive(std::string_view spelling) {
  return spelling.ends_with("'s") || spelling.ends_with("\xE2\x80\x99s");
}

std::string_view SpellingOf(std::string_view message, const Word& word) {
  return message.substr(word.begin, word.end - word.begin);
}

// The spelling of a name or role without a genitive: "Tom's" is Tom.
std::string BareSpelling(std::string_view message, const Word& word) {
  std::string_view spelling = SpellingOf(message, word);
  if (spelling.ends_with("'s")) spelling.remove_suffix(2);
  if (spelling.ends_with("\xE2\x80\x99s")) spelling.remove_suffix(4);
  return std::string(spelling);
}

std::string BareText(std::string_view message, const Word& word) {
  std::string text = word.text;
  if (EndsWithGenitive(SpellingOf(message, word)) && text.ends_with('s')) text.pop_back();
  return text;
}

class Finder {
 public:
  Finder(std::string_view message, const std::vector<Word>& words, const Lexicon& lexicon)
      : message_(message), words_(words), lexicon_(lexicon) {}

  People Find() {
    for (std::size_t at = 0; at < words_.size();) {
      const std::size_t next = TakeAt(at);
      at = next > at ? next : at + 1;
    }
    return std::move(people_);
  }

 private:
  // The word behind a mention that begins at `at`, or `at` itself.
  std::size_t TakeAt(std::size_t at) {
    if (words_[at].text == "my") {
      if (const std::size_t end = TakeRole(at); end > at) return end;
    }
    if (lexicon_.bare_roles.contains(BareText(message_, words_[at]))) {
      Add("your " + BareText(message_, words_[at]), BareText(message_, words_[at]), at, at + 1);
      return at + 1;
    }
    if (IsName(at)) {
      AddName(at, at, Pronoun::kUnknown);
      return at + 1;
    }
    return at;
  }

  std::size_t TakeRole(std::size_t my) {
    std::string phrase = "your";
    for (std::size_t at = my + 1; at < words_.size() && at <= my + kRoleDetailsMax + 1; ++at) {
      const std::string role = BareText(message_, words_[at]);
      if (lexicon_.roles.contains(role)) return FinishRole(my, at, std::move(phrase), role);
      if (!lexicon_.role_details.contains(role)) return my;
      phrase += " " + role;
    }
    return my;
  }

  // "my ex girlfriend" goes on after "ex"; "my sister Ana" becomes Ana; "my friend's mum" keeps
  // both.
  std::size_t FinishRole(std::size_t my, std::size_t at, std::string phrase, std::string role) {
    while (at + 1 < words_.size() && words_[at + 1].clause == words_[at].clause &&
           lexicon_.roles.contains(BareText(message_, words_[at + 1]))) {
      phrase += " " + role;
      if (EndsWithGenitive(SpellingOf(message_, words_[at]))) phrase += "'s";
      role = BareText(message_, words_[++at]);
    }
    if (at + 1 < words_.size() && !EndsWithGenitive(SpellingOf(message_, words_[at])) &&
        words_[at + 1].clause == words_[at].clause && IsName(at + 1)) {
      AddName(at + 1, my, PronounOfRole(role));
      return at + 2;
    }
    Add(phrase + " " + role, role, my, at + 1);
    return at + 1;
  }

  bool IsName(std::size_t at) const {
    const Word& word = words_[at];
    const std::string text = BareText(message_, word);
    if (lexicon_.not_names.contains(text) || lexicon_.common.contains(text)) return false;
    if (lexicon_.names.contains(text)) return true;
    if (!word.is_capitalised || text.size() < 3 || IsAllCapitals(word)) return false;
    const bool is_cued = at > 0 && lexicon_.name_cues.contains(words_[at - 1].text) &&
                         words_[at - 1].clause == word.clause;
    const bool acts = at + 1 < words_.size() && lexicon_.name_verbs.contains(words_[at + 1].text) &&
                      words_[at + 1].clause == word.clause;
    return is_cued || acts;
  }

  bool IsAllCapitals(const Word& word) const {
    const std::string_view spelling = SpellingOf(message_, word);
    return std::none_of(spelling.begin(), spelling.end(),
                        [](char c) { return c >= 'a' && c <= 'z'; });
  }

  Pronoun PronounOfRole(const std::string& role) const {
    if (lexicon_.she.contains(role)) return Pronoun::kShe;
    if (lexicon_.he.contains(role)) return Pronoun::kHe;
    return Pronoun::kUnknown;
  }

  void AddName(std::size_t at, std::size_t first_word, Pronoun pronoun) {
    std::string name = BareSpelling(message_, words_[at]);
    if (name[0] >= 'a' && name[0] <= 'z') name[0] = static_cast<char>(name[0] - 'a' + 'A');
    const std::string text = BareText(message_, words_[at]);
    if (pronoun == Pronoun::kUnknown) pronoun = PronounOfRole(text);
    people_.push_back({std::move(name), pronoun, static_cast<std::uint32_t>(first_word),
                       static_cast<std::uint32_t>(at + 1)});
  }

  void Add(std::string phrase, const std::string& role, std::size_t first, std::size_t end) {
    people_.push_back({std::move(phrase), PronounOfRole(role), static_cast<std::uint32_t>(first),
                       static_cast<std::uint32_t>(end)});
  }

  std::string_view message_;
  const std::vector<Word>& words_;
  const Lexicon& lexicon_;
  People people_;
};

}  // namespace

People FindPeople(std::string_view message, const std::vector<Word>& words,
                  const Lexicon& lexicon) {
  return Finder(message, words, lexicon).Find();
}

const Mention* Meant(const People& people, Pronoun pronoun) {
  const auto fits = [&](const Mention& person) {
    return pronoun == Pronoun::kUnknown || person.pronoun == Pronoun::kUnknown ||
           person.pronoun == pronoun;
  };
  const auto found = std::find_if(people.rbegin(), people.rend(), fits);
  return found == people.rend() ? nullptr : &*found;
}

std::optional<Pronoun> PronounOf(std::string_view word) {
  for (const char* she : {"she", "shes", "her", "hers", "shed"}) {
    if (word == she) return Pronoun::kShe;
  }
  for (const char* he : {"he", "hes", "him", "his", "hed"}) {
    if (word == he) return Pronoun::kHe;
  }
  return std::nullopt;
}

}  // namespace nat

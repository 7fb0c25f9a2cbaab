#include "llm/companion/reading.h"

#include <algorithm>
#include <optional>

#include "llm/companion/people.h"

namespace nat {
namespace {

constexpr std::uint32_t kNegationReach = 3;
constexpr std::size_t kQuoteWordsMin = 2;
constexpr std::size_t kQuoteWordsMax = 6;
constexpr std::size_t kQuoteBytesMax = 48;
constexpr std::size_t kConsonantsInARowMax = 6;

std::string_view SpellingOf(std::string_view message, const std::vector<Word>& words,
                            std::size_t first, std::size_t end) {
  return message.substr(words[first].begin, words[end - 1].end - words[first].begin);
}

std::string Lowered(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lowered;
}

bool Overlap(const TopicHit& a, const TopicHit& b) {
  return a.first_word < b.end_word && b.first_word < a.end_word;
}

class Reader {
 public:
  Reader(std::string_view message, const Script& script, People& known)
      : message_(message),
        script_(script),
        lexicon_(script.lexicon),
        known_(known),
        words_(SplitWords(message, script.lexicon.folds)) {}

  Reading Read() {
    reading_.words = words_.size();
    reading_.people = FindPeople(message_, words_, lexicon_);
    reading_.is_question = message_.find('?') != std::string_view::npos;
    FindTopics();
    known_.insert(known_.end(), reading_.people.begin(), reading_.people.end());
    FindEvent();
    FindDuration();
    FindQuote();
    reading_.is_yes = !lexicon_.yes.Find(words_).empty();
    reading_.is_no = !reading_.is_yes && !lexicon_.no.Find(words_).empty();
    if (!words_.empty()) {
      reading_.begins_with_yes = lexicon_.agreeing.contains(words_[0].text);
      reading_.begins_with_no = lexicon_.refusing.contains(words_[0].text);
    }
    reading_.shape = ShapeOf();
    return std::move(reading_);
  }

 private:
  void FindTopics() {
    std::vector<TopicHit> hits;
    for (const PhraseHit& found : script_.phrases.Find(words_)) {
      TopicHit hit;
      hit.topic = found.owner;
      hit.first_word = found.first_word;
      hit.end_word = found.end_word;
      hits.push_back(std::move(hit));
    }
    for (TopicHit& hit : hits) {
      if (IsHidden(hit, hits) || !Counts(hit)) continue;
      hit.word = Lowered(SpellingOf(message_, words_, hit.end_word - 1, hit.end_word));
      reading_.hits.push_back(hit);
    }
    std::stable_sort(reading_.hits.begin(), reading_.hits.end(),
                     [this](const TopicHit& a, const TopicHit& b) {
                       return TopicOf(a).weight > TopicOf(b).weight;
                     });
  }

  const Topic& TopicOf(const TopicHit& hit) const { return script_.topics[hit.topic]; }

  // A figure of speech hides what it overlaps. Words of crisis are hidden by what says more than
  // they do: a denial
  // ("I'm not suicidal"), a loss ("he killed himself"), somebody else's crisis ("she is suicidal").
  // So are feelings: in "she thinks I'm useless" the word is hers.
  bool IsHidden(const TopicHit& hit, const std::vector<TopicHit>& hits) const {
    const bool is_crisis = TopicOf(hit).kind == TopicKind::kCrisis;
    if (TopicOf(hit).kind == TopicKind::kIgnored) return true;
    return std::any_of(hits.begin(), hits.end(), [&](const TopicHit& other) {
      if (!Overlap(hit, other)) return false;
      const std::uint32_t length = hit.end_word - hit.first_word;
      const std::uint32_t other_length = other.end_word - other.first_word;
      if (TopicOf(other).kind == TopicKind::kIgnored) return other_length >= length;
      const bool is_part_of_more = is_crisis || (TopicOf(hit).kind == TopicKind::kFeeling &&
                                                 TopicOf(other).kind == TopicKind::kSituation);
      return is_part_of_more && other.topic != hit.topic && other_length > length;
    });
  }

  // Whose it is decides whether a hit counts, and fills in `person`.
  bool Counts(TopicHit& hit) const {
    const Topic& topic = TopicOf(hit);
    const bool may_be_denied =
        topic.kind == TopicKind::kFeeling || topic.kind == TopicKind::kExercise;
    if (may_be_denied && IsNegated(hit)) return false;
    const std::optional<std::uint32_t> subject = SubjectOf(hit);
    const bool has_other = subject.has_value();
    if (has_other) hit.person = PersonAt(*subject);
    if (topic.needs_person && !has_other) return false;
    if (topic.own && has_other) return false;
    if (topic.kind == TopicKind::kFeeling) hit.is_someone_elses = has_other;
    if (!has_other && topic.kind != TopicKind::kFeeling) hit.person = NearestPerson(hit);
    return true;
  }

  bool IsNegated(const TopicHit& hit) const {
    const std::uint32_t from =
        hit.first_word < kNegationReach ? 0 : hit.first_word - kNegationReach;
    for (std::uint32_t at = from; at < hit.first_word; ++at) {
      const bool is_same_clause = words_[at].clause == words_[hit.first_word].clause;
      if (is_same_clause && lexicon_.negations.contains(words_[at].text)) return true;
    }
    return false;
  }

  // The word of another person who does or feels it, or nothing where it is the person's own.
  std::optional<std::uint32_t> SubjectOf(const TopicHit& hit) const {
    for (std::uint32_t at = hit.first_word + 1; at > 0; --at) {
      const Word& word = words_[at - 1];
      if (word.clause != words_[hit.first_word].clause) break;
      if (lexicon_.self.contains(word.text)) break;
      if (lexicon_.others.contains(word.text) || MentionAt(at - 1) != nullptr) return at - 1;
    }
    return std::nullopt;
  }

  const Mention* MentionAt(std::uint32_t word) const {
    for (const Mention& person : reading_.people) {
      if (person.first_word <= word && word < person.end_word) return &person;
    }
    return nullptr;
  }

  std::string PersonAt(std::uint32_t word) const {
    if (const Mention* person = MentionAt(word)) return person->phrase;
    const auto pronoun = PronounOf(words_[word].text);
    if (!pronoun) return {};
    People before;
    for (const Mention& person : reading_.people) {
      if (person.first_word < word) before.push_back(person);
    }
    const Mention* meant = Meant(before, *pronoun);
    if (meant == nullptr) meant = Meant(known_, *pronoun);
    return meant == nullptr ? std::string() : meant->phrase;
  }

  std::string NearestPerson(const TopicHit& hit) const {
    const auto distance = [&](const Mention& person) {
      return person.first_word >= hit.first_word ? person.first_word - hit.first_word
                                                 : hit.first_word - person.first_word;
    };
    const auto nearest = std::min_element(
        reading_.people.begin(), reading_.people.end(),
        [&](const Mention& a, const Mention& b) { return distance(a) < distance(b); });
    if (nearest != reading_.people.end()) return nearest->phrase;
    for (std::uint32_t at = 0; at < words_.size(); ++at) {
      if (PronounOf(words_[at].text)) return PersonAt(at);
    }
    return {};
  }

  void FindEvent() {
    const auto event = std::find_if(words_.begin(), words_.end(), [this](const Word& word) {
      return lexicon_.events.contains(word.text);
    });
    if (event == words_.end()) return;
    reading_.event_later = "the " + event->text;
    reading_.event = reading_.event_later;
    const auto times = lexicon_.times.Find(words_);
    if (times.empty()) return;
    std::string time;
    bool has_weekday = false;
    for (std::size_t at = times[0].first_word; at < times[0].end_word; ++at) {
      std::string word = words_[at].text;
      if (lexicon_.capitals.contains(word)) {
        word[0] = static_cast<char>(word[0] - 'a' + 'A');
        has_weekday = true;
      }
      time += " " + word;
    }
    reading_.event += time;
    if (has_weekday) reading_.event_later += time;
  }

  // "three weeks" out of "been three weeks now": from the number to the unit.
  void FindDuration() {
    for (const PhraseHit& found : lexicon_.durations.Find(words_)) {
      for (std::size_t at = found.first_word; at + 1 < found.end_word; ++at) {
        const bool has_unit = lexicon_.units.contains(words_[at + 1].text);
        if (!IsNumber(words_[at].text) || !has_unit) continue;
        reading_.duration = Lowered(SpellingOf(message_, words_, at, at + 2));
        return;
      }
    }
  }

  bool IsQuotable(std::size_t first, std::size_t end) const {
    if (end - first < kQuoteWordsMin || end - first > kQuoteWordsMax) return false;
    if (SpellingOf(message_, words_, first, end).size() > kQuoteBytesMax) return false;
    bool has_telling_word = false;
    for (std::size_t at = first; at < end; ++at) {
      const std::string& text = words_[at].text;
      if (lexicon_.self.contains(text) || text.starts_with("you") || text == "u") return false;
      if (text.size() > 3 && !lexicon_.common.contains(text)) has_telling_word = true;
    }
    return has_telling_word;
  }

  // The last thought of the message that can stand between quotation marks as it is.
  void FindQuote() {
    std::size_t first = 0;
    for (std::size_t at = 0; at <= words_.size(); ++at) {
      const bool is_joint = at < words_.size() && lexicon_.joints.contains(words_[at].text);
      const bool is_end = at == words_.size() || is_joint ||
                          (at > first && words_[at].clause != words_[at - 1].clause);
      if (!is_end) continue;
      if (at > first && IsQuotable(first, at)) {
        reading_.quote = SpellingOf(message_, words_, first, at);
      }
      first = is_joint ? at + 1 : at;
    }
  }

  Shape ShapeOf() const {
    if (words_.empty()) return Shape::kSilence;
    std::size_t strange = 0;
    std::size_t foreign = 0;
    std::size_t known = 0;
    for (const Word& word : words_) {
      if (lexicon_.common.contains(word.text)) {
        ++known;
      } else if (lexicon_.foreign.contains(word.text) || IsOtherScript(word.text)) {
        ++foreign;
      } else if (IsStrange(word.text)) {
        ++strange;
      }
    }
    const bool says_something = !reading_.hits.empty() || reading_.is_yes || reading_.is_no;
    if (foreign > known && (foreign > 1 || words_.size() < 3)) return Shape::kForeign;
    if (!says_something && strange * 2 >= words_.size()) return Shape::kUnclear;
    return Shape::kPlain;
  }

  // Letters outside Latin; emoji and Latin letters with accents are not meant.
  static bool IsOtherScript(const std::string& word) {
    const auto first = static_cast<unsigned char>(word[0]);
    return (first >= 0xCE && first <= 0xDF) || (first >= 0xE0 && first <= 0xED && first != 0xE2);
  }

  static bool IsStrange(const std::string& word) {
    static constexpr std::string_view kVowels = "aeiouy";
    if (word.size() < 4 || static_cast<unsigned char>(word[0]) >= 0x80) return false;
    for (const char* row :
         {"asdf", "sdfg", "dfgh", "fghj", "ghjk", "hjkl", "qwer", "wert", "zxcv"}) {
      if (word.find(row) != std::string::npos) return true;
    }
    std::size_t consonants = 0;
    std::size_t same = 1;
    bool has_vowel = false;
    for (std::size_t i = 0; i < word.size(); ++i) {
      const bool is_vowel = kVowels.find(word[i]) != std::string_view::npos;
      has_vowel = has_vowel || is_vowel;
      consonants = is_vowel ? 0 : consonants + 1;
      same = i > 0 && word[i] == word[i - 1] ? same + 1 : 1;
      if (consonants >= kConsonantsInARowMax || same >= 5) return true;
    }
    return !has_vowel;
  }

  std::string_view message_;
  const Script& script_;
  const Lexicon& lexicon_;
  People& known_;
  std::vector<Word> words_;
  Reading reading_;
};

}  // namespace

const TopicHit* Reading::FirstOf(const Script& script, TopicKind kind) const {
  const auto found = std::find_if(hits.begin(), hits.end(), [&](const TopicHit& hit) {
    return script.topics[hit.topic].kind == kind;
  });
  return found == hits.end() ? nullptr : &*found;
}

Reading Read(std::string_view message, const Script& script, People& known) {
  return Reader(message, script, known).Read();
}

}  // namespace nat

#include "llm/companion/script.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <sstream>

namespace nat {
namespace {

struct PoolName {
  Pool pool;
  std::string_view id;
};
constexpr PoolName kPoolNames[] = {
    {Pool::kOpening, "opening"},
    {Pool::kOpeningInCrisis, "opening_in_crisis"},
    {Pool::kTakeover, "takeover"},
    {Pool::kAnything, "anything"},
    {Pool::kHeavy, "heavy"},
    {Pool::kLight, "light"},
    {Pool::kStart, "start"},
    {Pool::kInvite, "invite"},
    {Pool::kShortAnswer, "short_answer"},
    {Pool::kThin, "thin"},
    {Pool::kSilence, "silence"},
    {Pool::kYes, "yes"},
    {Pool::kNo, "no"},
    {Pool::kLater, "later"},
    {Pool::kSummary, "summary"},
    {Pool::kLong, "long"},
    {Pool::kOtherFeels, "other_feels"},
    {Pool::kUnclear, "unclear"},
    {Pool::kForeign, "foreign"},
    {Pool::kUnknownQuestion, "unknown_question"},
    {Pool::kOfferBreathing, "offer_breathing"},
    {Pool::kOfferGrounding, "offer_grounding"},
    {Pool::kOfferWriting, "offer_writing"},
    {Pool::kOfferRefused, "offer_refused"},
    {Pool::kBreathing, "breathing"},
    {Pool::kGrounding, "grounding"},
    {Pool::kWriting, "writing"},
    {Pool::kAfterExercise, "after_exercise"},
    {Pool::kCrisisNo, "crisis_no"},
    {Pool::kCrisisOn, "crisis_on"},
    {Pool::kCrisisAlone, "crisis_alone"},
    {Pool::kCrisisReached, "crisis_reached"},
    {Pool::kCrisisGoodbye, "crisis_goodbye"},
};
static_assert(std::size(kPoolNames) == static_cast<std::size_t>(Pool::kCount));

struct KindName {
  TopicKind kind;
  std::string_view word;
};
constexpr KindName kKindNames[] = {
    {TopicKind::kCrisis, "crisis"},       {TopicKind::kIntent, "intent"},
    {TopicKind::kGoodbye, "goodbye"},     {TopicKind::kExercise, "exercise"},
    {TopicKind::kSituation, "situation"}, {TopicKind::kFeeling, "feeling"},
    {TopicKind::kIgnored, "ignored"},     {TopicKind::kPool, "pool"},
};

// Reads tables of one file. The first thing that is wrong is kept, with file and key, and
// everything after it passes.
class FileReader {
 public:
  FileReader(std::string file, Script& script) : file_(std::move(file)), script_(script) {}

  Status Read(const toml::table& root) {
    for (const char* key : {"source", "date", "reviewed", "language"}) {
      if (root[key].value_or(std::string()).empty()) Fail(key, "must be a text that is not empty");
    }
    for (const auto& [key, node] : root) {
      const std::string_view name = key.str();
      if (name == "version") script_.version = node.value_or(std::string());
      if (name == "lexicon") ReadLexicon(node);
      if (name == "topic") ReadTopics(node);
      const bool is_known = name == "source" || name == "date" || name == "reviewed" ||
                            name == "language" || name == "version" || name == "lexicon" ||
                            name == "topic";
      if (!is_known) Fail(std::string(name), "is not a key of a script");
    }
    if (wrong_) return *wrong_;
    return Ok();
  }

 private:
  void Fail(const std::string& key, const std::string& what) {
    if (!wrong_) wrong_ = Error(ErrorCode::kInvalidInput, file_ + ": " + key + " " + what);
  }

  Lines ReadLines(const toml::node& node, const std::string& key) {
    Lines lines;
    const toml::array* list = node.as_array();
    if (list == nullptr) Fail(key, "must be a list of texts");
    for (std::size_t i = 0; list != nullptr && i < list->size(); ++i) {
      const auto* text = list->get(i)->as_string();
      if (text == nullptr || text->get().empty()) {
        Fail(key + "[" + std::to_string(i) + "]", "must be a text that is not empty");
        return lines;
      }
      lines.push_back(text->get());
    }
    lines.shrink_to_fit();
    return lines;
  }

  // Each text of the list may hold several words.
  void ReadSet(const toml::node& node, const std::string& key, WordSet& set) {
    for (const std::string& text : ReadLines(node, key)) {
      std::istringstream words(text);
      for (std::string word; words >> word;) set.insert(word);
    }
  }

  void ReadPhrases(const toml::node& node, const std::string& key, std::uint16_t owner,
                   PhraseIndex& index) {
    for (const std::string& phrase : ReadLines(node, key)) {
      const Status added = index.Add(phrase, owner);
      if (!added) Fail(key, added.error().message);
    }
  }

  void ReadLexicon(const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return Fail("lexicon", "must be a table");
    Lexicon& lexicon = script_.lexicon;
    for (const auto& [name, value] : *table) {
      const std::string key = "lexicon." + std::string(name.str());
      if (WordSet* set = SetNamed(name.str(), lexicon)) {
        ReadSet(value, key, *set);
      } else if (PhraseIndex* index = IndexNamed(name.str(), lexicon)) {
        ReadPhrases(value, key, 0, *index);
      } else if (name.str() == "folds") {
        ReadFolds(value, key);
      } else {
        Fail(key, "is not a part of the lexicon");
      }
    }
  }

  static WordSet* SetNamed(std::string_view name, Lexicon& lexicon) {
    if (name == "roles") return &lexicon.roles;
    if (name == "bare_roles") return &lexicon.bare_roles;
    if (name == "role_details") return &lexicon.role_details;
    if (name == "she") return &lexicon.she;
    if (name == "he") return &lexicon.he;
    if (name == "names") return &lexicon.names;
    if (name == "name_cues") return &lexicon.name_cues;
    if (name == "name_verbs") return &lexicon.name_verbs;
    if (name == "not_names") return &lexicon.not_names;
    if (name == "negations") return &lexicon.negations;
    if (name == "self") return &lexicon.self;
    if (name == "others") return &lexicon.others;
    if (name == "units") return &lexicon.units;
    if (name == "events") return &lexicon.events;
    if (name == "joints") return &lexicon.joints;
    if (name == "capitals") return &lexicon.capitals;
    if (name == "agreeing") return &lexicon.agreeing;
    if (name == "refusing") return &lexicon.refusing;
    if (name == "common") return &lexicon.common;
    if (name == "foreign") return &lexicon.foreign;
    return nullptr;
  }

  static PhraseIndex* IndexNamed(std::string_view name, Lexicon& lexicon) {
    if (name == "times") return &lexicon.times;
    if (name == "durations") return &lexicon.durations;
    if (name == "yes") return &lexicon.yes;
    if (name == "no") return &lexicon.no;
    return nullptr;
  }

  void ReadFolds(const toml::node& node, const std::string& key) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return Fail(key, "must be a table");
    for (const auto& [target, spellings] : *table) {
      const std::string place = key + "." + std::string(target.str());
      for (std::string& spelling : ReadLines(spellings, place)) {
        script_.lexicon.folds[std::move(spelling)] = target.str();
      }
    }
  }

  void ReadTopics(const toml::node& node) {
    const toml::array* list = node.as_array();
    if (list == nullptr) return Fail("topic", "must be a list of tables");
    for (std::size_t i = 0; i < list->size(); ++i) {
      const toml::table* table = list->get(i)->as_table();
      if (table == nullptr) return Fail("topic[" + std::to_string(i) + "]", "must be a table");
      ReadTopic(*table, "topic[" + std::to_string(i) + "]");
    }
  }

  void ReadTopic(const toml::table& table, std::string place) {
    Topic topic;
    topic.id = table["id"].value_or(std::string());
    if (topic.id.empty()) return Fail(place + ".id", "must be a text that is not empty");
    place = "topic \"" + topic.id + "\" ";
    const bool is_taken = std::any_of(script_.topics.begin(), script_.topics.end(),
                                      [&](const Topic& other) { return other.id == topic.id; });
    if (is_taken) Fail(place, "is there twice");
    if (script_.topics.size() >= std::numeric_limits<std::uint16_t>::max()) {
      return Fail(place, "is one too many");
    }
    const auto owner = static_cast<std::uint16_t>(script_.topics.size());
    for (const auto& [name, value] : table) {
      const std::string_view key = name.str();
      if (key == "id") continue;
      if (key == "match") {
        ReadPhrases(value, place + "match", owner, script_.phrases);
      } else if (!ReadField(std::string(key), value, place, topic)) {
        Fail(place + std::string(key), "is not a key of a topic");
      }
    }
    const bool has_kind = table.contains("kind");
    if (!has_kind) Fail(place + "kind", "must be there");
    script_.topics.push_back(std::move(topic));
  }

  bool ReadField(const std::string& key, const toml::node& value, const std::string& place,
                 Topic& topic) {
    if (key == "kind") {
      const std::string word = value.value_or(std::string());
      const auto found = std::find_if(std::begin(kKindNames), std::end(kKindNames),
                                      [&](const KindName& row) { return row.word == word; });
      if (found == std::end(kKindNames)) {
        Fail(place + key, "must name a kind of topic");
      } else {
        topic.kind = found->kind;
      }
      return true;
    }
    if (key == "offer") {
      topic.offer = value.value_or(std::string());
      const bool is_known =
          topic.offer == "breathing" || topic.offer == "grounding" || topic.offer == "writing";
      if (!is_known) Fail(place + key, "must be breathing, grounding or writing");
      return true;
    }
    if (key == "weight") {
      topic.weight = value.value_or(0);
      return true;
    }
    if (key == "name") {
      topic.name = value.value_or(std::string());
      return true;
    }
    if (bool* mark = MarkNamed(key, topic)) {
      *mark = value.value_or(false);
      return true;
    }
    Lines* lines = LinesNamed(key, topic);
    if (lines != nullptr) *lines = ReadLines(value, place + key);
    return lines != nullptr;
  }

  static bool* MarkNamed(std::string_view key, Topic& topic) {
    if (key == "discloses") return &topic.discloses;
    if (key == "own") return &topic.own;
    if (key == "light") return &topic.light;
    if (key == "goes_on") return &topic.goes_on;
    if (key == "needs_person") return &topic.needs_person;
    return nullptr;
  }

  static Lines* LinesNamed(std::string_view key, Topic& topic) {
    if (key == "reflect") return &topic.reflect;
    if (key == "give") return &topic.give;
    if (key == "ask") return &topic.ask;
    if (key == "answer") return &topic.answer;
    return nullptr;
  }

  std::string file_;
  Script& script_;
  std::optional<Error> wrong_;
};

Status FindPools(Script& script) {
  for (const PoolName& row : kPoolNames) {
    const auto found = std::find_if(script.topics.begin(), script.topics.end(),
                                    [&](const Topic& topic) { return topic.id == row.id; });
    if (found == script.topics.end() || found->kind != TopicKind::kPool) {
      return Error(ErrorCode::kInvalidInput,
                   "the script has no pool \"" + std::string(row.id) + "\"");
    }
    script.pools[static_cast<std::size_t>(row.pool)] =
        static_cast<std::uint16_t>(found - script.topics.begin());
  }
  return Ok();
}

}  // namespace

std::string_view NameOf(Pool pool) {
  for (const PoolName& row : kPoolNames) {
    if (row.pool == pool) return row.id;
  }
  return {};
}

Result<Script> LoadScript(const std::filesystem::path& directory) {
  std::error_code failed;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator entry(directory, failed), end; !failed && entry != end;
       entry.increment(failed)) {
    if (entry->path().extension() == ".toml") files.push_back(entry->path());
  }
  if (files.empty()) {
    return Error(ErrorCode::kNotFound, "no script (*.toml) in " + directory.string());
  }
  // The order of the directory differs between machines; replies must not.
  std::sort(files.begin(), files.end());
  Script script;
  for (const std::filesystem::path& file : files) {
    try {
      FileReader reader(file.filename().string(), script);
      const Status read = reader.Read(toml::parse_file(file.string()));
      if (!read) return read.error();
    } catch (const toml::parse_error& wrong) {
      return Error(ErrorCode::kInvalidInput, file.filename().string() + ": line " +
                                                 std::to_string(wrong.source().begin.line) + ": " +
                                                 std::string(wrong.description()));
    }
  }
  if (script.version.empty()) {
    return Error(ErrorCode::kInvalidInput, "the script names no version in any of its files");
  }
  const Status pools = FindPools(script);
  if (!pools) return pools.error();
  return script;
}

}  // namespace nat

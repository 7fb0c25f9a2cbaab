// The companion's script: what it recognises and every line it can say, read from
// data/companion/*.toml.
//
//   auto script = LoadScript("data/companion");
//   if (!script) return script.error();  // names the file and the key
//
// data/README.md describes the format. A script is read once and only looked at afterwards.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.h"
#include "llm/companion/phrase_index.h"

namespace nat {

using WordSet = std::set<std::string, std::less<>>;
using Lines = std::vector<std::string>;

// What a topic is decides how it is answered:
//   crisis     before everything else, with its own lines only; a yes to its `ask` means danger and
//   gets its `answer` intent     the message is about the companion or the talk itself: `answer`
//   goodbye    one `answer` and nothing after it
//   exercise   a wish for the exercise that `offer` names
//   situation  `reflect`, `give`, `ask`; it is remembered and summed up by its `name`
//   feeling    as a situation, when it is the person's own and not denied
//   ignored    figures of speech: they hide what they overlap ("dying of laughter")
//   pool       lines that the engine asks for by its id
enum class TopicKind {
  kCrisis,
  kIntent,
  kGoodbye,
  kExercise,
  kSituation,
  kFeeling,
  kIgnored,
  kPool,
};

struct Topic {
  std::string id;
  TopicKind kind = TopicKind::kPool;
  int weight = 0;             // the heavier topic of a message is taken up
  std::string name;           // stands after "you talked about"; may hold {person}
  std::string offer;          // breathing, grounding or writing
  bool discloses = false;     // its answers already say that this is a program following a script
  bool goes_on = false;       // after its answer the talk returns to what it was about
  bool own = false;           // counts only as the person's own: another's exam is another matter
  bool light = false;         // good or harmless; what follows is answered in the same tone
  bool needs_person = false;  // counts only where a person did it ("died" is not about a phone)
  Lines reflect;
  Lines give;
  Lines ask;
  Lines answer;
};

// The pools that the engine asks for by name. LoadScript fails where one is missing.
enum class Pool {
  kOpening,
  kOpeningInCrisis,
  kTakeover,
  kAnything,
  kHeavy,
  kLight,
  kStart,
  kInvite,
  kShortAnswer,
  kThin,
  kSilence,
  kYes,
  kNo,
  kLater,
  kSummary,
  kLong,
  kOtherFeels,
  kUnclear,
  kForeign,
  kUnknownQuestion,
  kOfferBreathing,
  kOfferGrounding,
  kOfferWriting,
  kOfferRefused,
  kBreathing,
  kGrounding,
  kWriting,
  kAfterExercise,
  kCrisisNo,
  kCrisisOn,
  kCrisisAlone,
  kCrisisReached,
  kCrisisGoodbye,
  kCount,
};
std::string_view NameOf(Pool pool);

// Words that carry no topic of their own but shape the reading of a message.
struct Lexicon {
  Folds folds;
  WordSet roles;         // sister, boss: a person after "my"
  WordSet bare_roles;    // mum: a person even without "my"
  WordSet role_details;  // little, best: may stand between "my" and a role
  WordSet she;
  WordSet he;
  WordSet names;       // read as names in any spelling
  WordSet name_cues;   // with, told: a capital after them is a name
  WordSet name_verbs;  // said, left: a capital before them is a name
  WordSet not_names;
  WordSet negations;
  WordSet self;      // i, me
  WordSet others;    // he, she, they
  WordSet units;     // days, weeks
  WordSet events;    // exam, wedding: what a date can belong to
  WordSet capitals;  // friday: written with a capital
  WordSet joints;    // and, because: a new thought begins after them
  WordSet common;    // enough everyday words to tell English from a cat on the keyboard
  WordSet foreign;   // everyday words of other languages
  WordSet agreeing;  // yes, sure: how an offer is taken
  WordSet refusing;  // no, rather: how it is turned down
  PhraseIndex times;
  PhraseIndex durations;
  PhraseIndex yes;
  PhraseIndex no;
};

struct Script {
  std::string version;
  Lexicon lexicon;
  std::vector<Topic> topics;
  PhraseIndex phrases;  // owners are places in `topics`
  std::array<std::uint16_t, static_cast<std::size_t>(Pool::kCount)> pools{};

  const Topic& Of(Pool pool) const { return topics[pools[static_cast<std::size_t>(pool)]]; }
};

// Every *.toml of the directory. kInvalidInput names the file and the key that is wrong, kNotFound
// the directory.
Result<Script> LoadScript(const std::filesystem::path& directory);

}  // namespace nat

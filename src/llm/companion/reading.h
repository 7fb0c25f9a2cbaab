// What one message says, as far as the script recognises it: topics, people, an event, how long,
// words worth quoting.
//
//   People known;
//   Reading reading = Read("my sister Ana stopped answering. three weeks now", script, known);
//   reading.people[0].phrase;  // "Ana"
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "llm/companion/people.h"
#include "llm/companion/script.h"

namespace nat {

struct TopicHit {
  std::uint16_t topic = 0;
  std::uint32_t first_word = 0;
  std::uint32_t end_word = 0;
  std::string word;               // the last word that was recognised, in the person's own spelling
  std::string person;             // whom it is about, or empty
  bool is_someone_elses = false;  // a feeling that another person has
};

enum class Shape { kPlain, kSilence, kUnclear, kForeign };

struct Reading {
  std::vector<TopicHit> hits;  // the heaviest first
  People people;
  std::string event;        // "the exam tomorrow"
  std::string event_later;  // how to speak of it on another day: "the exam"
  std::string duration;     // "three weeks"
  std::string quote;        // a few telling words without "I" or "you", verbatim
  std::size_t words = 0;
  Shape shape = Shape::kPlain;
  bool is_yes = false;  // the whole message is a yes
  bool is_no = false;
  bool begins_with_yes = false;
  bool begins_with_no = false;
  bool is_question = false;

  const TopicHit* FirstOf(const Script& script, TopicKind kind) const;
};

// `known` are the people of earlier messages, the latest last; it takes in those of this message.
Reading Read(std::string_view message, const Script& script, People& known);

}  // namespace nat

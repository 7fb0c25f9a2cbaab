// The threads of a conversation: what the last message is about, what came before it, and how to
// name that.
#pragma once

#include <string>

#include "llm/companion/recollection.h"
#include "llm/companion/script.h"

namespace nat {

enum class Tone { kNone, kPlain, kLight, kHeavy };

class Threads {
 public:
  // Both are loans.
  Threads(const Script& script, const Recollection& past);

  // The weightiest situation or feeling of the last message, or null.
  const TopicHit* focus() const { return focus_; }
  // The weightiest thing in the last message that no earlier message was about, or null.
  const TopicHit* Fresh() const;
  // A feeling of the person in the last message beside the focus, or null.
  const TopicHit* SecondFeeling() const;
  // What the talk was about before, or null; not further back than a few messages.
  const TopicHit* LastFocus() const;
  // How the talk sounds at the moment; kNone where it has no subject yet.
  Tone tone() const { return tone_; }
  // Whether an earlier message was about the same.
  bool WasBefore(const TopicHit& hit) const;

  // "your sister going quiet", or nothing where the topic has no name or lacks a word for it.
  std::string NameOf(const TopicHit& hit, const Reading& reading) const;
  // The name of something that came up a while ago and was left since, or nothing.
  std::string Earlier() const;
  // Up to three names: "your sister going quiet, the exam on Friday and not sleeping".
  std::string ListOfTopics() const;
  // Whether there are enough things, and different ones, for a summary.
  bool IsWorthASummary() const;
  // Whether a reply of this conversation said already that a script is speaking.
  bool HasDisclosed() const;

 private:
  bool IsContent(const TopicHit& hit) const;
  Tone ToneNow() const;
  void CollectNames();

  struct Named {
    std::string name;
    std::uint16_t topic = 0;
    int weight = 0;
    std::size_t last_reading = 0;
  };

  const Script& script_;
  const Recollection& past_;
  const TopicHit* focus_ = nullptr;
  Tone tone_ = Tone::kNone;
  std::vector<Named> names_;  // in the order in which they came up
};

}  // namespace nat

#include "llm/companion/threads.h"

#include <algorithm>

namespace nat {
namespace {

constexpr std::size_t kLastFocusReach = 5;
constexpr std::size_t kEarlierAge = 3;
constexpr std::size_t kListMax = 3;
constexpr int kSubjectWeight = 30;  // what is lighter is a move in the talk and no subject
constexpr int kHeavyWeight = 32;
constexpr std::string_view kDisclosureWord = "script";

// Puts `value` where `text` has `slot`. False where the slot is there and the value is not.
bool Replace(std::string& text, std::string_view slot, const std::string& value) {
  const std::size_t at = text.find(slot);
  if (at == std::string::npos) return true;
  text.replace(at, slot.size(), value);
  return !value.empty();
}

}  // namespace

Threads::Threads(const Script& script, const Recollection& past) : script_(script), past_(past) {
  tone_ = ToneNow();
  for (const TopicHit& hit : past.now().hits) {
    const Topic& topic = script.topics[hit.topic];
    // In a light moment the small moves of heavier talk ("she said ...") would sound grave.
    const bool is_too_grave = tone_ == Tone::kLight && !topic.light &&
                              (topic.weight < kSubjectWeight || hit.is_someone_elses);
    if (focus_ == nullptr && IsContent(hit) && !is_too_grave) focus_ = &hit;
  }
  CollectNames();
}

bool Threads::IsContent(const TopicHit& hit) const {
  const TopicKind kind = script_.topics[hit.topic].kind;
  return kind == TopicKind::kSituation || kind == TopicKind::kFeeling;
}

// The tone of the latest message that has a subject.
Tone Threads::ToneNow() const {
  const std::vector<Reading>& readings = past_.readings;
  const std::size_t count = std::min(readings.size(), kLastFocusReach + 1);
  bool has_move = false;
  for (std::size_t back = 0; back < count; ++back) {
    for (const TopicHit& hit : readings[readings.size() - 1 - back].hits) {
      const Topic& topic = script_.topics[hit.topic];
      if (!IsContent(hit) || hit.is_someone_elses) continue;
      if (topic.light && topic.weight >= kSubjectWeight) return Tone::kLight;
      if (topic.weight >= kHeavyWeight) return Tone::kHeavy;
      if (topic.light && back == 0) return Tone::kLight;
      has_move = true;
    }
  }
  return has_move ? Tone::kPlain : Tone::kNone;
}

const TopicHit* Threads::Fresh() const {
  if (focus_ == nullptr) return nullptr;
  for (const TopicHit& hit : past_.now().hits) {
    if (IsContent(hit) && !WasBefore(hit)) return &hit;
  }
  return nullptr;
}

const TopicHit* Threads::SecondFeeling() const {
  for (const TopicHit& hit : past_.now().hits) {
    const bool is_own_feeling =
        script_.topics[hit.topic].kind == TopicKind::kFeeling && !hit.is_someone_elses;
    if (!is_own_feeling || focus_ == nullptr || hit.topic == focus_->topic) continue;
    const bool is_apart = hit.end_word <= focus_->first_word || focus_->end_word <= hit.first_word;
    if (is_apart && !WasBefore(hit)) return &hit;
  }
  return nullptr;
}

const TopicHit* Threads::LastFocus() const {
  const std::vector<Reading>& readings = past_.readings;
  const std::size_t count = std::min(readings.size() - 1, kLastFocusReach);
  for (std::size_t back = 1; back <= count; ++back) {
    for (const TopicHit& hit : readings[readings.size() - 1 - back].hits) {
      if (IsContent(hit) && !hit.is_someone_elses) return &hit;
    }
  }
  return nullptr;
}

bool Threads::WasBefore(const TopicHit& hit) const {
  for (std::size_t i = 0; i + 1 < past_.readings.size(); ++i) {
    for (const TopicHit& before : past_.readings[i].hits) {
      if (before.topic == hit.topic) return true;
    }
  }
  return false;
}

std::string Threads::NameOf(const TopicHit& hit, const Reading& reading) const {
  if (hit.is_someone_elses) return {};
  std::string name = script_.topics[hit.topic].name;
  const bool is_whole = Replace(name, "{person}", hit.person) &&
                        Replace(name, "{event}", reading.event_later) &&
                        Replace(name, "{word}", hit.word);
  return is_whole ? name : std::string();
}

void Threads::CollectNames() {
  for (std::size_t i = 0; i < past_.readings.size(); ++i) {
    for (const TopicHit& hit : past_.readings[i].hits) {
      if (!IsContent(hit)) continue;
      const auto known = std::find_if(names_.begin(), names_.end(),
                                      [&](const Named& named) { return named.topic == hit.topic; });
      if (known != names_.end()) {
        known->last_reading = i;
        continue;
      }
      std::string name = NameOf(hit, past_.readings[i]);
      if (name.empty()) continue;
      names_.push_back({std::move(name), hit.topic, script_.topics[hit.topic].weight, i});
    }
  }
}

bool Threads::IsWorthASummary() const {
  const auto situations = std::count_if(names_.begin(), names_.end(), [&](const Named& named) {
    return script_.topics[named.topic].kind == TopicKind::kSituation;
  });
  return situations >= 2 && tone_ != Tone::kLight;
}

std::string Threads::Earlier() const {
  if (tone_ == Tone::kLight) return {};
  const Named* best = nullptr;
  for (const Named& named : names_) {
    const bool is_old = named.last_reading + kEarlierAge < past_.readings.size();
    if (is_old && (best == nullptr || named.weight > best->weight)) best = &named;
  }
  return best == nullptr ? std::string() : best->name;
}

std::string Threads::ListOfTopics() const {
  std::vector<Named> chosen = names_;
  std::stable_sort(chosen.begin(), chosen.end(),
                   [](const Named& a, const Named& b) { return a.weight > b.weight; });
  if (chosen.size() > kListMax) chosen.resize(kListMax);
  std::string list;
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    if (i > 0) list += i + 1 == chosen.size() ? " and " : ", ";
    list += chosen[i].name;
  }
  return chosen.size() < 2 ? std::string() : list;
}

bool Threads::HasDisclosed() const {
  return std::any_of(past_.replies.begin(), past_.replies.end(), [](const std::string& reply) {
    return reply.find(kDisclosureWord) != std::string::npos;
  });
}

}  // namespace nat

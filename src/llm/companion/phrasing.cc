#include "llm/companion/phrasing.h"

#include <algorithm>

namespace nat {
namespace {

constexpr std::size_t kOpeningsCompared = 10;
// How strongly a line that names something is preferred to one that does not; the seed spreads over
// 1000.
constexpr std::int64_t kSpread = 1000;
constexpr std::int64_t kForNaming = 600;
constexpr std::int64_t kForNamingTwice = 700;

std::uint64_t Mixed(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ull;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebull;
  return value ^ (value >> 31);
}

std::uint64_t HashOf(std::string_view text) {
  std::uint64_t hash = 14695981039346656037ull;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ull;
  return hash;
}

char Upper(char c) {
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}
char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

std::uint64_t SeedOf(std::string_view seed, std::string_view message, std::size_t turn) {
  return Mixed(HashOf(seed) ^ Mixed(HashOf(message) + turn));
}

Phrasing::Phrasing(const Recollection& past, std::uint64_t seed) : past_(past), seed_(seed) {
  const std::size_t count = std::min(past.replies.size(), kOpeningsCompared);
  for (std::size_t i = past.replies.size() - count; i < past.replies.size(); ++i) {
    recent_openings_.push_back(OpeningOf(past.replies[i]));
  }
}

void Phrasing::Set(std::string_view slot, std::string value) {
  slots_[std::string(slot)] = std::move(value);
}

std::uint64_t Phrasing::Pick(std::string_view purpose, std::uint64_t bound) const {
  return Mixed(seed_ ^ HashOf(purpose)) % bound;
}

bool Phrasing::Say(const Lines& lines) {
  std::optional<std::string> best;
  std::int64_t best_rank = 0;
  for (const std::string& line : lines) {
    const std::optional<Filled> filled = Fill(line);
    if (!filled || !IsNew(line, filled->text)) continue;
    if (reply_.empty() && !OpensAnew(filled->text)) continue;
    if (has_question() && filled->text.find('?') != std::string::npos) continue;
    std::int64_t rank = static_cast<std::int64_t>(Mixed(seed_ ^ HashOf(line)) % kSpread);
    if (filled->has_fresh_slot) rank -= kForNaming;
    if (filled->repeats_a_value) rank += kForNamingTwice;
    if (best && rank >= best_rank) continue;
    best = filled->text;
    best_rank = rank;
  }
  if (best) Append(*best);
  return best.has_value();
}

void Phrasing::SayAgain(const Lines& lines) {
  std::optional<std::string> best;
  std::size_t best_age = 0;
  for (const std::string& line : lines) {
    const std::optional<Filled> filled = Fill(line);
    if (!filled) continue;
    std::size_t age = 0;
    while (age < past_.replies.size() &&
           !Holds(past_.replies[past_.replies.size() - 1 - age], line)) {
      ++age;
    }
    if (best && age <= best_age) continue;
    best = filled->text;
    best_age = age;
  }
  if (best) Append(*best);
}

std::optional<Phrasing::Filled> Phrasing::Fill(std::string_view line) const {
  Filled filled;
  while (!line.empty()) {
    const std::size_t open = line.find('{');
    filled.text += line.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = line.find('}', open);
    if (close == std::string_view::npos) return std::nullopt;
    std::string name(line.substr(open + 1, close - open - 1));
    line.remove_prefix(close + 1);
    const bool has_capital = !name.empty() && name[0] >= 'A' && name[0] <= 'Z';
    if (has_capital) name[0] = Lower(name[0]);
    const auto value = slots_.find(name);
    if (value == slots_.end() || value->second.empty()) return std::nullopt;
    const bool is_repeated = reply_.find(value->second) != std::string::npos;
    filled.repeats_a_value = filled.repeats_a_value || is_repeated;
    filled.has_fresh_slot = filled.has_fresh_slot || !is_repeated;
    std::string text = value->second;
    if (has_capital) text[0] = Upper(text[0]);
    filled.text += text;
  }
  return filled;
}

bool Phrasing::IsNew(std::string_view line, const std::string& text) const {
  for (const std::string_view sentence : SplitSentences(text)) {
    if (past_.sentences.contains(KeyOf(sentence))) return false;
  }
  const bool has_slot = line.find('{') != std::string_view::npos;
  if (reply_.find(text) != std::string::npos) return false;
  if (!has_slot) return true;
  // With another name in it, it would still sound like the same sentence.
  return std::none_of(past_.replies.begin(), past_.replies.end(),
                      [&](const std::string& reply) { return Holds(reply, line); });
}

bool Phrasing::OpensAnew(const std::string& text) const {
  const std::string opening = OpeningOf(text);
  return std::find(recent_openings_.begin(), recent_openings_.end(), opening) ==
         recent_openings_.end();
}

void Phrasing::Append(const std::string& text) {
  if (!reply_.empty()) reply_ += ' ';
  reply_ += text;
}

}  // namespace nat

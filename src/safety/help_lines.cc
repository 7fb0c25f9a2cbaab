#include "safety/help_lines.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "base/json.h"
#include "safety/help_lines_reader.h"

namespace nat {
namespace {

constexpr std::size_t kLinesOnCard = 2;

Error NotRead(std::string what) {
  return Error(ErrorCode::kInvalidInput, "the help lines: " + std::move(what));
}

Result<HelpLine> ReadInternational(const json::object& object) {
  const auto* value = object.if_contains("international");
  const auto* fields = value == nullptr ? nullptr : value->if_object();
  if (fields == nullptr) return NotRead("there is no international directory");
  auto line = ReadHelpLine(*fields);
  if (!line) return Within("the help lines: international", line.error());
  if (line->url.empty()) return NotRead("the international directory has no address");
  return line;
}

}  // namespace

Result<HelpLines> HelpLines::Parse(std::string_view text) {
  auto object = ParseJsonObject(text, "the help lines");
  if (!object) return object.error();
  HelpLines help_lines;
  auto international = ReadInternational(*object);
  if (!international) return international.error();
  help_lines.international_ = std::move(*international);
  const auto* value = object->if_contains("countries");
  const auto* items = value == nullptr ? nullptr : value->if_array();
  if (items == nullptr) return NotRead("there are no countries");
  for (const auto& item : *items) {
    const auto* fields = item.if_object();
    if (fields == nullptr) return NotRead("a country is no object");
    auto country = ReadHelpCountry(*fields);
    if (!country) return Within("the help lines", country.error());
    help_lines.countries_.push_back(std::move(*country));
  }
  auto& countries = help_lines.countries_;
  std::stable_sort(countries.begin(), countries.end(),
                   [](const auto& left, const auto& right) { return left.name < right.name; });
  for (std::size_t place = 0; place < countries.size(); ++place) {
    if (!help_lines.places_.emplace(countries[place].code, place).second) {
      return NotRead(countries[place].code + " is there twice");
    }
  }
  return help_lines;
}

const HelpCountry* HelpLines::Find(std::string_view code) const {
  std::string capitals(code);
  for (char& letter : capitals) {
    letter = static_cast<char>(std::toupper(static_cast<unsigned char>(letter)));
  }
  const auto found = places_.find(capitals);
  return found == places_.end() ? nullptr : &countries_[found->second];
}

std::vector<HelpLine> HelpLines::ForCard(std::string_view code) const {
  std::vector<HelpLine> card;
  if (const auto* country = Find(code)) {
    for (const auto& line : country->lines) {
      if (card.size() < kLinesOnCard && line.audience.empty()) card.push_back(line);
    }
  }
  card.push_back(international_);
  return card;
}

std::vector<std::string> HelpLines::OlderThanAYear(std::chrono::sys_days today) const {
  const std::chrono::sys_days limit = std::chrono::year_month_day(today) - std::chrono::years(1);
  std::vector<std::string> old;
  const auto add = [&](const std::string& what, const Provenance& provenance) {
    if (provenance.day < limit) old.push_back(what + ": " + provenance.verified_on);
  };
  add(international_.name, international_.provenance);
  for (const auto& country : countries_) {
    if (!country.emergency.empty()) {
      add(country.code + ", emergency numbers", country.emergency_provenance);
    }
    for (const auto& line : country.lines) add(country.code + ", " + line.name, line.provenance);
  }
  return old;
}

std::string TextSentence(const HelpLine& line) {
  std::string sentence;
  if (!line.text.number.empty()) {
    sentence = line.text.word.empty() ? "Text " : "Text " + line.text.word + " to ";
    sentence += line.text.number;
  }
  if (!line.whatsapp.empty()) {
    sentence += (sentence.empty() ? "WhatsApp " : ", or WhatsApp ") + line.whatsapp;
  }
  return sentence;
}

std::string Dialable(std::string_view number) {
  std::string dialable;
  for (const char sign : number.substr(0, number.find(','))) {
    const bool is_digit = sign >= '0' && sign <= '9';
    if (is_digit || sign == '+' || sign == '*' || sign == '#') dialable.push_back(sign);
  }
  return dialable;
}

std::vector<std::string> NumbersOf(std::string_view phone) {
  constexpr std::string_view kBetween = " / ";
  std::vector<std::string> numbers;
  for (auto end = phone.find(kBetween); end != std::string_view::npos; end = phone.find(kBetween)) {
    numbers.emplace_back(phone.substr(0, end));
    phone.remove_prefix(end + kBetween.size());
  }
  numbers.emplace_back(phone);
  return numbers;
}

}  // namespace nat

#include "safety/help_lines_reader.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <utility>

namespace nat {
namespace {

constexpr std::size_t kDigitsMin = 2;   // France's 15
constexpr std::size_t kDigitsMax = 15;  // ITU-T E.164

Error Wrong(std::string message) {
  return Error(ErrorCode::kInvalidInput, std::move(message));
}

// A misspelt key would be a field that silently is not there.
Status CheckKeys(const json::object& object, std::initializer_list<std::string_view> known) {
  for (const auto& field : object) {
    const std::string_view key(field.key().data(), field.key().size());
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      return Wrong("the key \"" + std::string(key) + "\" is not known");
    }
  }
  return Ok();
}

struct Field {
  std::string_view name;
  std::string& target;
};

// Fields that may be missing but not empty.
Status ReadTexts(const json::object& object, std::initializer_list<Field> fields) {
  const JsonReader reader(object);
  for (const auto& field : fields) {
    auto text = reader.OptionalText(field.name);
    if (!text) return text.error();
    if (!text->has_value()) continue;
    if ((*text)->empty()) return Wrong(std::string(field.name) + " is empty; leave it out");
    field.target = std::move(**text);
  }
  return Ok();
}

Status CheckNumber(std::string_view number) {
  constexpr std::string_view kSigns = " +*#()-";
  // What is pressed once the call has been taken stands behind a comma.
  const auto dialled = number.substr(0, number.find(", then "));
  const auto is_digit = [](char sign) { return sign >= '0' && sign <= '9'; };
  const auto is_known = [&](char sign) {
    return is_digit(sign) || kSigns.find(sign) < kSigns.size();
  };
  const auto digits = std::count_if(dialled.begin(), dialled.end(), is_digit);
  if (digits < static_cast<long>(kDigitsMin) || digits > static_cast<long>(kDigitsMax) ||
      !std::all_of(dialled.begin(), dialled.end(), is_known)) {
    return Wrong("\"" + std::string(number) + "\" is no number that can be dialled");
  }
  return Ok();
}

Status CheckPhone(std::string_view phone) {
  for (const auto& number : NumbersOf(phone)) {
    auto checked = CheckNumber(number);
    if (!checked) return checked;
  }
  return Ok();
}

Status CheckAddress(std::string_view address) {
  if (address.empty() || address.starts_with("https://")) return Ok();
  return Wrong("\"" + std::string(address) + "\" does not begin with https://");
}

// "2025-09-03", "2025-09" or "2025"; the first day that it can mean.
std::optional<std::chrono::sys_days> ReadDay(std::string_view text) {
  constexpr std::string_view kShape = "0000-00-00";
  if (text.size() != 4 && text.size() != 7 && text.size() != 10) return std::nullopt;
  std::array<int, 3> parts = {0, 0, 0};
  std::size_t part = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool is_digit = text[at] >= '0' && text[at] <= '9';
    if (is_digit != (kShape[at] == '0') || (!is_digit && text[at] != '-')) return std::nullopt;
    if (is_digit) parts[part] = parts[part] * 10 + (text[at] - '0');
    if (!is_digit) ++part;
  }
  if (text.size() == 4) parts[1] = 1;
  if (text.size() != 10) parts[2] = 1;
  const std::chrono::year_month_day day{std::chrono::year(parts[0]),
                                        std::chrono::month(static_cast<unsigned>(parts[1])),
                                        std::chrono::day(static_cast<unsigned>(parts[2]))};
  if (!day.ok()) return std::nullopt;
  return std::chrono::sys_days(day);
}

Result<Provenance> ReadProvenance(const json::object& object) {
  Provenance provenance;
  auto read =
      ReadTexts(object, {{"source", provenance.source}, {"verified_on", provenance.verified_on}});
  if (!read) return read.error();
  if (provenance.source.empty()) return Wrong("it has no source");
  if (provenance.verified_on.empty()) return Wrong("it does not say when it was verified");
  const auto day = ReadDay(provenance.verified_on);
  if (!day) return Wrong("\"" + provenance.verified_on + "\" is no date");
  provenance.day = *day;
  return provenance;
}

Status ReadLanguages(const json::object& object, std::vector<std::string>& languages) {
  const auto* value = object.if_contains("languages");
  if (value == nullptr) return Ok();
  const auto* items = value->if_array();
  if (items == nullptr || items->empty()) return Wrong("languages is no list of names");
  for (const auto& item : *items) {
    const auto* text = item.if_string();
    if (text == nullptr || text->empty()) return Wrong("languages is no list of names");
    languages.emplace_back(text->data(), text->size());
  }
  return Ok();
}

Status ReadTextNumber(const json::object& object, TextNumber& number) {
  const auto* value = object.if_contains("text");
  if (value == nullptr) return Ok();
  const auto* fields = value->if_object();
  if (fields == nullptr) return Wrong("text is no object with a number");
  auto keys = CheckKeys(*fields, {"number", "word"});
  if (!keys) return keys;
  auto read = ReadTexts(*fields, {{"number", number.number}, {"word", number.word}});
  if (!read) return read;
  return CheckNumber(number.number);
}

Status CheckWays(const HelpLine& line) {
  const bool has_way = !line.phone.empty() || !line.text.number.empty() || !line.whatsapp.empty() ||
                       !line.chat.empty() || !line.url.empty();
  if (!has_way) return Wrong("there is no way to reach it");
  if (!line.phone.empty()) {
    auto phone = CheckPhone(line.phone);
    if (!phone) return phone;
  }
  if (!line.whatsapp.empty()) {
    auto whatsapp = CheckNumber(line.whatsapp);
    if (!whatsapp) return whatsapp;
  }
  auto chat = CheckAddress(line.chat);
  if (!chat) return chat;
  return CheckAddress(line.url);
}

Result<EmergencyNumber> ReadEmergencyNumber(const json::value& value) {
  const auto* fields = value.if_object();
  if (fields == nullptr) return Wrong("an emergency number is no object");
  auto keys = CheckKeys(*fields, {"number", "for"});
  if (!keys) return keys.error();
  EmergencyNumber emergency;
  auto read = ReadTexts(*fields, {{"number", emergency.number}, {"for", emergency.service}});
  if (!read) return read.error();
  auto number = CheckNumber(emergency.number);
  if (!number) return number.error();
  return emergency;
}

Status ReadEmergency(const json::object& object, HelpCountry& country) {
  const auto* value = object.if_contains("emergency");
  if (value == nullptr) return Ok();
  const auto* fields = value->if_object();
  const auto* numbers = fields == nullptr ? nullptr : fields->if_contains("numbers");
  const auto* items = numbers == nullptr ? nullptr : numbers->if_array();
  if (items == nullptr || items->empty()) return Wrong("emergency has no numbers");
  auto keys = CheckKeys(*fields, {"numbers", "source", "verified_on"});
  if (!keys) return keys;
  auto provenance = ReadProvenance(*fields);
  if (!provenance) return Within("emergency", provenance.error());
  country.emergency_provenance = std::move(*provenance);
  for (const auto& item : *items) {
    auto number = ReadEmergencyNumber(item);
    if (!number) return Within("emergency", number.error());
    country.emergency.push_back(std::move(*number));
  }
  return Ok();
}

Status ReadLines(const json::object& object, std::vector<HelpLine>& lines) {
  const auto* value = object.if_contains("lines");
  const auto* items = value == nullptr ? nullptr : value->if_array();
  if (items == nullptr || items->empty()) return Wrong("there are no lines");
  for (const auto& item : *items) {
    const auto* fields = item.if_object();
    if (fields == nullptr) return Wrong("a line is no object");
    auto line = ReadHelpLine(*fields);
    if (!line) return line.error();
    const auto is_same = [&](const HelpLine& other) {
      const bool same_phone = !line->phone.empty() && other.phone == line->phone;
      return other.name == line->name || same_phone;
    };
    if (std::any_of(lines.begin(), lines.end(), is_same)) {
      return Wrong(line->name + ": it is there twice");
    }
    lines.push_back(std::move(*line));
  }
  return Ok();
}

bool IsCode(std::string_view code) {
  return code.size() == 2 && code[0] >= 'A' && code[0] <= 'Z' && code[1] >= 'A' && code[1] <= 'Z';
}

}  // namespace

Error Within(std::string_view place, const Error& error) {
  // What a field's reader says to people is more precise than what it logs.
  const auto& what = error.public_detail.empty() ? error.message : error.public_detail;
  return Wrong(std::string(place) + ": " + what);
}

Result<HelpLine> ReadHelpLine(const json::object& object) {
  HelpLine line;
  auto read = ReadTexts(object, {{"name", line.name},
                                 {"phone", line.phone},
                                 {"whatsapp", line.whatsapp},
                                 {"chat", line.chat},
                                 {"url", line.url},
                                 {"hours", line.hours},
                                 {"for", line.audience}});
  if (!read) return read.error();
  if (line.name.empty()) return Wrong("a line has no name");
  auto keys = CheckKeys(object, {"name", "phone", "text", "whatsapp", "chat", "url", "hours",
                                 "languages", "for", "source", "verified_on"});
  if (!keys) return Within(line.name, keys.error());
  auto provenance = ReadProvenance(object);
  if (!provenance) return Within(line.name, provenance.error());
  line.provenance = std::move(*provenance);
  auto text = ReadTextNumber(object, line.text);
  if (!text) return Within(line.name, text.error());
  auto languages = ReadLanguages(object, line.languages);
  if (!languages) return Within(line.name, languages.error());
  auto ways = CheckWays(line);
  if (!ways) return Within(line.name, ways.error());
  return line;
}

Result<HelpCountry> ReadHelpCountry(const json::object& object) {
  HelpCountry country;
  auto read = ReadTexts(object, {{"code", country.code}, {"name", country.name}});
  if (!read) return read.error();
  if (!IsCode(country.code)) return Wrong("\"" + country.code + "\" is no ISO code of a country");
  if (country.name.empty()) return Wrong(country.code + ": there is no name");
  auto keys = CheckKeys(object, {"code", "name", "emergency", "lines"});
  if (!keys) return Within(country.name, keys.error());
  auto emergency = ReadEmergency(object, country);
  if (!emergency) return Within(country.name, emergency.error());
  auto lines = ReadLines(object, country.lines);
  if (!lines) return Within(country.name, lines.error());
  const auto is_for_everyone = [](const HelpLine& line) { return line.audience.empty(); };
  std::stable_partition(country.lines.begin(), country.lines.end(), is_for_everyone);
  return country;
}

}  // namespace nat

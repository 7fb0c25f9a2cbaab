#include "api/handlers.h"
#include "api/responses.h"

namespace nat {
namespace {

// Short, so that a number that was put right is soon right everywhere.
constexpr const char* kCacheControl = "private, max-age=600";

void SetUnlessEmpty(json::object& object, std::string_view name, const std::string& text) {
  if (!text.empty()) object[name] = text;
}

json::array NamesJson(const std::vector<std::string>& names) {
  return json::array(names.begin(), names.end());
}

json::object LineJson(const HelpLine& line) {
  json::object body;
  body["name"] = line.name;
  SetUnlessEmpty(body, "phone", line.phone);
  SetUnlessEmpty(body, "text", TextSentence(line));
  SetUnlessEmpty(body, "chat", line.chat);
  SetUnlessEmpty(body, "url", line.url);
  SetUnlessEmpty(body, "hours", line.hours);
  if (!line.languages.empty()) body["languages"] = NamesJson(line.languages);
  SetUnlessEmpty(body, "for", line.audience);
  body["verified_on"] = line.provenance.verified_on;
  return body;
}

json::array EmergencyJson(const HelpCountry& country) {
  json::array numbers;
  for (const auto& emergency : country.emergency) {
    json::object body;
    body["number"] = emergency.number;
    SetUnlessEmpty(body, "for", emergency.service);
    numbers.push_back(std::move(body));
  }
  return numbers;
}

json::object CountryJson(const HelpCountry& country) {
  json::object body;
  body["code"] = country.code;
  body["name"] = country.name;
  return body;
}

}  // namespace

// Where someone is, only they say: no address and no language is taken for a country.
Task<Result<Response>> GetHelp(ApiParts& parts, Exchange& exchange) {
  const auto code = QueryValue(exchange.request.query, "country").value_or("");
  json::object body;
  json::array resources;
  if (const auto* country = parts.help_lines.Find(code)) {
    body["country"] = CountryJson(*country);
    if (!country->emergency.empty()) body["emergency"] = EmergencyJson(*country);
    for (const auto& line : country->lines) resources.push_back(LineJson(line));
  }
  body["resources"] = std::move(resources);
  body["international"] = LineJson(parts.help_lines.international());
  json::array countries;
  for (const auto& country : parts.help_lines.countries()) {
    countries.push_back(CountryJson(country));
  }
  body["countries"] = std::move(countries);
  auto response = JsonResponse(200, body);
  response.headers.Set("Cache-Control", kCacheControl);
  co_return response;
}

}  // namespace nat

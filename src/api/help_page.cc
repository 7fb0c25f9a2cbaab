#include "api/help_page.h"

#include <string>
#include <string_view>
#include <vector>

namespace nat {
namespace {

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char sign : text) {
    switch (sign) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        escaped += sign;
    }
  }
  return escaped;
}

std::string Link(std::string_view address, std::string_view words) {
  std::string link = "<a href=\"" + Escaped(address) + "\"";
  if (address.starts_with("https:")) link += " rel=\"noopener noreferrer\"";
  return link + ">" + Escaped(words) + "</a>";
}

// "www.samaritans.org/ireland"
std::string_view NameOfAddress(std::string_view address) {
  address.remove_prefix(address.find("://") + 3);
  if (address.ends_with('/')) address.remove_suffix(1);
  return address;
}

std::string Row(std::string_view words) {
  return "<p class=\"help__way\">" + std::string(words) + "</p>\n";
}

std::string CallLinks(std::string_view phone) {
  std::string links;
  for (const auto& number : NumbersOf(phone)) {
    if (!links.empty()) links += " or ";
    // The sign that begins the part of an address after # is written as %23 (RFC 3966).
    std::string address = "tel:";
    for (const char sign : Dialable(number)) address += sign == '#' ? "%23" : std::string(1, sign);
    links += Link(address, number);
  }
  return links;
}

// The word to begin with is written already (RFC 5724).
std::string TextLink(const TextNumber& text) {
  const auto body = text.word.empty() ? "" : "?body=" + text.word;
  const auto words = text.word.empty() ? "Text " : "Text " + Escaped(text.word) + " to ";
  return words + Link("sms:" + Dialable(text.number) + body, text.number);
}

std::string Joined(const std::vector<std::string>& names) {
  std::string joined;
  for (const auto& name : names) joined += joined.empty() ? name : ", " + name;
  return joined;
}

// Small print: when, in what language, and how old this is.
std::string Circumstances(const HelpLine& line) {
  std::vector<std::string> parts;
  if (!line.hours.empty()) parts.push_back(line.hours);
  if (!line.languages.empty()) parts.push_back(Joined(line.languages));
  parts.push_back("as of " + line.provenance.verified_on);
  std::string words;
  for (const auto& part : parts) words += words.empty() ? part : " · " + part;
  return "<p class=\"help__small\">" + Escaped(words) + "</p>\n";
}

std::string LineHtml(const HelpLine& line) {
  std::string html = "<li class=\"help__line\">\n<p class=\"help__who\">" + Escaped(line.name);
  if (!line.audience.empty()) html += " <span>for " + Escaped(line.audience) + "</span>";
  html += "</p>\n";
  if (!line.phone.empty()) html += Row("Call " + CallLinks(line.phone));
  if (!line.text.number.empty()) html += Row(TextLink(line.text));
  if (!line.whatsapp.empty()) html += Row("WhatsApp " + Escaped(line.whatsapp));
  if (!line.chat.empty()) html += Row("Chat: " + Link(line.chat, NameOfAddress(line.chat)));
  // One address is enough where both lead to the same place.
  const bool has_other_address =
      !line.url.empty() &&
      (line.chat.empty() || !NameOfAddress(line.chat).starts_with(NameOfAddress(line.url)));
  if (has_other_address) html += Row(Link(line.url, NameOfAddress(line.url)));
  return html + Circumstances(line) + "</li>\n";
}

std::string EmergencyHtml(const HelpCountry& country) {
  std::string numbers;
  for (const auto& emergency : country.emergency) {
    if (!numbers.empty()) numbers += ", ";
    numbers += Link("tel:" + Dialable(emergency.number), emergency.number);
    if (!emergency.service.empty()) numbers += " (" + Escaped(emergency.service) + ")";
  }
  if (numbers.empty()) return "";
  return "<p class=\"help__emergency\">Emergency: " + numbers + "</p>\n";
}

// The name inside is what an address such as /help#DE leads to: a browser opens what holds it.
std::string CountryHtml(const HelpCountry& country) {
  std::string html = "<details class=\"help__country\">\n<summary>" + Escaped(country.name) +
                     "</summary>\n<div id=\"" + country.code + "\">\n" + EmergencyHtml(country) +
                     "<ul>\n";
  for (const auto& line : country.lines) html += LineHtml(line);
  return html + "</ul>\n</div>\n</details>\n";
}

}  // namespace

StaticFiles::Marks HelpPageMarks(const HelpLines& help_lines) {
  std::string countries;
  for (const auto& country : help_lines.countries()) countries += CountryHtml(country);
  const auto& directory = help_lines.international();
  return {{"{{help-international}}", Link(directory.url, NameOfAddress(directory.url))},
          {"{{help-countries}}", countries}};
}

}  // namespace nat

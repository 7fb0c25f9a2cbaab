// Help lines: people whom someone in need can call or write to, by country, from
// data/help_lines.json. Numbers are shown exactly as they stand there; none is ever made up.
//
//   auto help_lines = HelpLines::Parse(text);    // names the country and the entry that is wrong
//   const auto* country = help_lines->Find("de");  // null where nothing is known of it: no guess
//   auto card = help_lines->ForCard("de");         // what fits on a card in a conversation
//
// data/README.md describes the format. Read once and only looked at afterwards.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace nat {

// Where an entry comes from, and when that said so.
struct Provenance {
  std::string source;
  std::string verified_on;  // as it is written: "2025-09-03", "2025-09" or "2025"
  // The first day that this can mean, so that an entry never counts as newer than it is.
  std::chrono::sys_days day;
};

struct EmergencyNumber {
  std::string number;
  std::string service;  // "ambulance"; empty where it is for everything
};

// A number that takes text messages, and the word to begin with, where it asks for one.
struct TextNumber {
  std::string number;
  std::string word;
};

// At least one of phone, text, whatsapp, chat and url is there; the others are empty.
struct HelpLine {
  std::string name;
  std::string phone;  // one or more numbers, " / " between them
  TextNumber text;
  std::string whatsapp;
  std::string chat;  // addresses begin with https://
  std::string url;
  std::string hours;
  std::vector<std::string> languages;  // in English
  std::string audience;                // "veterans"; empty where it is for everyone
  Provenance provenance;
};

struct HelpCountry {
  std::string code;  // ISO 3166-1 alpha-2, in capitals
  std::string name;
  std::vector<EmergencyNumber> emergency;  // empty where no source was found
  Provenance emergency_provenance;
  std::vector<HelpLine> lines;  // those for everyone first
};

class HelpLines {
 public:
  // kInvalidInput for any entry without a source and a date, with a number that cannot be one, with
  // a key that is not known, or that is there twice. One bad entry refuses them all: half a list
  // would look whole.
  static Result<HelpLines> Parse(std::string_view text);

  // By the ISO code, in any case; null where nothing is known of it.
  const HelpCountry* Find(std::string_view code) const;
  // At most two lines for everyone, then the directory. Only that for a country that is not known.
  std::vector<HelpLine> ForCard(std::string_view code) const;

  // A directory of the lines of all countries.
  const HelpLine& international() const { return international_; }
  // By name.
  const std::vector<HelpCountry>& countries() const { return countries_; }

  // What was verified more than a year before `today`, a sentence each: to be looked up again.
  std::vector<std::string> OlderThanAYear(std::chrono::sys_days today) const;

 private:
  std::vector<HelpCountry> countries_;
  std::map<std::string, std::size_t, std::less<>> places_;  // in countries_, by code
  HelpLine international_;
};

// "Text HOME to 741741", "WhatsApp 9151 1767", or both; empty where a line takes neither.
std::string TextSentence(const HelpLine& line);

// What a phone dials for a number that people read: without blanks, brackets and hyphens, and
// without what comes after the first comma ("988, then press 1").
std::string Dialable(std::string_view number);

// The numbers of HelpLine::phone.
std::vector<std::string> NumbersOf(std::string_view phone);

}  // namespace nat

// The header of one message as gpt-oss writes it, from its role to <|message|>, put together as it
// streams in:
//
//   <|start|>assistant<|channel|>commentary to=functions.f<|constrain|>json<|message|>
//
// It decides whether the message is for the person.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace nat {

class MessageHeader {
 public:
  // What a marker begins. A second channel replaces the first.
  void BeginChannel();
  void BeginThoughtChannel();
  void BeginFormat() { part_ = Part::kFormat; }
  // Text between markers.
  void Read(std::string_view text);

  // The channel is exactly `final`, and the message goes to nobody else.
  bool is_final() const;
  bool is_of_user() const;
  // It began with <|channel>, which <channel|> may end.
  bool is_thought() const { return is_thought_; }
  // It is longer than headers are, so the text has begun without <|message|>.
  bool is_too_long() const;

  // The text in a header that says `final` and goes on with it without <|message|>; empty where it
  // does not. Prose that merely begins with this word goes on in small letters.
  std::string FinalText() const;

 private:
  enum class Part { kRole, kChannel, kFormat };

  bool has_recipient() const;

  Part part_ = Part::kRole;
  std::string role_;
  std::string channel_;
  std::size_t read_bytes_ = 0;
  bool is_thought_ = false;
};

}  // namespace nat

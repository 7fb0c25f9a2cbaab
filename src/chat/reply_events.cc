#include "chat/reply_events.h"

#include "base/problem.h"

namespace nat {

std::string TurnEventJson(const Turn& turn) {
  json::object fields;
  fields["turn_id"] = turn.id.text();
  fields["conversation_id"] = turn.conversation.text();
  fields["message_id"] = turn.reply_message.text();
  fields["user_message_id"] = turn.user_message.text();
  fields["timestamp"] = FormatTime(turn.created_at);
  return ToJson(fields);
}

std::string NoticeEventJson(std::string_view kind, std::string_view text) {
  json::object fields;
  fields["kind"] = kind;
  fields["text"] = text;
  return ToJson(fields);
}

std::string QueuedEventJson(std::size_t place) {
  json::object fields;
  fields["kind"] = "queued";
  fields["text"] = place == 1 ? "The model is busy just now. You are next."
                              : "The model is busy just now. You are number " +
                                    std::to_string(place) + " in line.";
  fields["place"] = place;
  return ToJson(fields);
}

std::string TextEventJson(std::string_view text) {
  json::object fields;
  fields["text"] = text;
  return ToJson(fields);
}

std::string DoneEventJson(const Turn& turn) {
  json::object fields;
  fields["status"] = WordOf(turn.status);
  fields["message_id"] = turn.reply_message.text();
  fields["source"] = SourceJson(turn.source);
  if (!turn.problem.empty()) fields["problem"] = TurnProblemJson(turn.problem);
  return ToJson(fields);
}

std::string TextOfEvent(const ReplyEvent& event) {
  if (event.name != kTextEvent) return {};
  auto fields = ParseJsonObject(event.payload, "a stored event");
  if (!fields) return {};
  auto text = JsonReader(*fields).RequiredText("text");
  return text ? std::move(*text) : std::string();
}

json::object SourceJson(const Source& source) {
  json::object fields;
  fields["provider"] = source.provider;
  fields["model"] = source.model;
  return fields;
}

json::object TurnProblemJson(const std::string& word) {
  return ToProblem(Error(ErrorCodeFromWord(word), "a turn ended early"));
}

}  // namespace nat

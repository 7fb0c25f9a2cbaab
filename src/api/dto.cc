#include "api/dto.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/limits.h"
#include "chat/reply_events.h"

namespace nat {
namespace {

Result<json::object> ReadObject(const Request& request) {
  const auto type = request.headers.Get("Content-Type").value_or("");
  const auto media = type.substr(0, type.find(';'));
  const auto end = media.find_last_not_of(" \t");
  const bool is_json = end != std::string_view::npos &&
                       EqualsIgnoringCase(media.substr(0, end + 1), "application/json");
  if (!is_json) return Error(ErrorCode::kUnsupportedMedia, "the body is not application/json");
  return ParseJsonObject(request.body, "the request");
}

template <class IdType>
Result<std::optional<IdType>> OptionalId(const JsonReader& reader, std::string_view name) {
  auto text = reader.OptionalText(name);
  if (!text) return text.error();
  if (!text->has_value()) return std::optional<IdType>();
  auto id = ReadId<IdType>(**text);
  if (!id) return id.error();
  return std::optional<IdType>(*id);
}

// `otherwise` is taken where the fields name none.
Result<std::optional<std::string>> ReadClientMessageId(const JsonReader& reader,
                                                       std::optional<std::string_view> otherwise) {
  auto given = reader.OptionalText("client_message_id");
  if (!given) return given.error();
  if (!given->has_value() && otherwise) *given = std::string(*otherwise);
  if (!given->has_value()) return std::optional<std::string>();
  const auto& id = **given;
  const bool is_printable = std::all_of(
      id.begin(), id.end(), [](char character) { return character > ' ' && character < '\x7f'; });
  if (id.empty() || id.size() > limits::kClientMessageIdBytesMax || !is_printable) {
    return Error(ErrorCode::kInvalidInput, "a client message id that cannot be used",
                 "The field \"client_message_id\" (or Idempotency-Key) must be 1 to 128 printable "
                 "ASCII characters without spaces.");
  }
  return std::move(*given);
}

Error OnlyOne() {
  return Error(ErrorCode::kInvalidInput, "more than one of edit_of, regenerate_of, continue_of",
               "Only one of \"edit_of\", \"regenerate_of\" and \"continue_of\" can be used at "
               "once.");
}

// `message` is there unless an earlier message is used again.
Status ReadMessage(const JsonReader& reader, SendRequest& send) {
  const bool is_new = !send.regenerate_of && !send.continue_of;
  if (!is_new) return Ok();
  auto message = reader.RequiredText("message");
  if (!message) return message.error();
  send.message = std::move(*message);
  return Ok();
}

Status ReadReferences(const JsonReader& reader, SendRequest& send) {
  auto edit_of = OptionalId<MessageId>(reader, "edit_of");
  if (!edit_of) return edit_of.error();
  auto regenerate_of = OptionalId<MessageId>(reader, "regenerate_of");
  if (!regenerate_of) return regenerate_of.error();
  auto continue_of = OptionalId<MessageId>(reader, "continue_of");
  if (!continue_of) return continue_of.error();
  const int count = edit_of->has_value() + regenerate_of->has_value() + continue_of->has_value();
  if (count > 1) return OnlyOne();
  send.edit_of = *edit_of;
  send.regenerate_of = *regenerate_of;
  send.continue_of = *continue_of;
  return Ok();
}

// Keeping a message longer than asked would be worse than refusing it.
Status RefuseRetention(const json::object& body) {
  const auto* retention = body.if_contains("retention");
  if (retention == nullptr || retention->is_null()) return Ok();
  return Error(ErrorCode::kInvalidInput, "retention is not there yet",
               "The field \"retention\" cannot be used yet. Nothing was changed.");
}

Result<SendRequest> ReadSend(const json::object& body,
                             std::optional<std::string_view> idempotency_key) {
  JsonReader reader(body);
  SendRequest send;
  auto references = ReadReferences(reader, send);
  if (!references) return references.error();
  auto message = ReadMessage(reader, send);
  if (!message) return message.error();
  auto conversation = OptionalId<ConversationId>(reader, "conversation_id");
  if (!conversation) return conversation.error();
  send.conversation = *conversation;
  auto client_message_id = ReadClientMessageId(reader, idempotency_key);
  if (!client_message_id) return client_message_id.error();
  send.client_message_id = std::move(*client_message_id);
  auto retention = RefuseRetention(body);
  if (!retention) return retention.error();
  return send;
}

json::array IdsJson(const std::vector<MessageId>& ids) {
  json::array list;
  for (const auto& id : ids) list.emplace_back(id.text());
  return list;
}

json::object MessageJson(const Message& message) {
  json::object fields;
  fields["message_id"] = message.id.text();
  fields["role"] = WordOf(message.role);
  fields["text"] = message.text;
  fields["timestamp"] = FormatTime(message.created_at);
  fields["turn_id"] = message.turn.text();
  if (message.status) fields["status"] = WordOf(*message.status);
  if (!message.parent.is_empty()) fields["parent_id"] = message.parent.text();
  if (!message.client_message_id.empty()) fields["client_message_id"] = message.client_message_id;
  fields["siblings"] = IdsJson(message.siblings);
  if (!message.source.provider.empty()) fields["source"] = SourceJson(message.source);
  return fields;
}

}  // namespace

Result<ChatBody> ReadChatBody(const Request& request) {
  auto body = ReadObject(request);
  if (!body) return body.error();
  auto send = ReadSend(*body, request.headers.Get("Idempotency-Key"));
  if (!send) return send.error();
  auto stream = JsonReader(*body).OptionalBoolean("stream");
  if (!stream) return stream.error();
  ChatBody chat;
  chat.send = std::move(*send);
  const auto accept = request.headers.Get("Accept").value_or("");
  const bool accepts_events = accept.find("text/event-stream") != std::string_view::npos;
  chat.is_stream_asked = stream->value_or(accepts_events);
  return chat;
}

Result<SendRequest> ReadTurnBody(const Request& request) {
  auto body = ReadObject(request);
  if (!body) return body.error();
  return ReadSend(*body, request.headers.Get("Idempotency-Key"));
}

Result<SendRequest> ReadSendFields(const json::object& fields) {
  return ReadSend(fields, std::nullopt);
}

Result<ConversationPatch> ReadConversationPatch(const Request& request) {
  auto body = ReadObject(request);
  if (!body) return body.error();
  auto retention = RefuseRetention(*body);
  if (!retention) return retention.error();
  JsonReader reader(*body);
  auto title = reader.OptionalText("title");
  if (!title) return title.error();
  auto path = OptionalId<MessageId>(reader, "path");
  if (!path) return path.error();
  if (!title->has_value() && !path->has_value()) {
    return Error(ErrorCode::kInvalidInput, "a patch that changes nothing",
                 "One of the fields \"title\" and \"path\" must be there.");
  }
  ConversationPatch patch;
  patch.title = std::move(*title);
  patch.path = *path;
  return patch;
}

Result<std::size_t> ReadPageLimit(const Request& request) {
  const auto text = QueryValue(request.query, "limit");
  if (!text) return limits::kPageDefault;
  std::size_t limit = 0;
  const auto end = text->data() + text->size();
  const auto parsed = std::from_chars(text->data(), end, limit);
  if (parsed.ec != std::errc() || parsed.ptr != end || limit == 0 || limit > limits::kPageMax) {
    return Error(ErrorCode::kInvalidInput, "a page limit that cannot be used",
                 "The field \"limit\" must be a number from 1 to 200.");
  }
  return limit;
}

json::object TurnJson(const Turn& turn) {
  json::object fields;
  fields["turn_id"] = turn.id.text();
  fields["conversation_id"] = turn.conversation.text();
  fields["message_id"] = turn.reply_message.text();
  fields["user_message_id"] = turn.user_message.text();
  fields["status"] = WordOf(turn.status);
  fields["text"] = turn.text;
  fields["last_event"] = turn.last_event;
  fields["timestamp"] = FormatTime(turn.created_at);
  if (!turn.source.provider.empty()) fields["source"] = SourceJson(turn.source);
  if (!turn.problem.empty()) fields["problem"] = TurnProblemJson(turn.problem);
  return fields;
}

json::object UsageJson(const ReplyUsage& usage) {
  json::object fields;
  if (usage.tokens) {
    fields["tokens_in"] = usage.tokens->tokens_in;
    fields["tokens_out"] = usage.tokens->tokens_out;
    fields["cost"] = static_cast<double>(usage.cost_billionths) / 1e9;
  }
  fields["first_token_ms"] = usage.first_token.count();
  fields["reply_ms"] = usage.whole.count();
  return fields;
}

json::object ConversationJson(const Conversation& conversation) {
  json::object fields;
  fields["conversation_id"] = conversation.id.text();
  fields["title"] = conversation.title;
  fields["updated_at"] = FormatTime(conversation.updated_at);
  return fields;
}

json::object ConversationPageJson(const ConversationPage& page) {
  json::object fields;
  auto& items = fields["items"].emplace_array();
  for (const auto& conversation : page.conversations) {
    items.emplace_back(ConversationJson(conversation));
  }
  if (!page.next.empty()) fields["next_cursor"] = page.next;
  return fields;
}

json::object MessagePageJson(const MessagePage& page) {
  json::object fields;
  auto& items = fields["items"].emplace_array();
  for (const auto& message : page.messages) items.emplace_back(MessageJson(message));
  if (!page.older.is_empty()) fields["next_cursor"] = page.older.text();
  return fields;
}

}  // namespace nat

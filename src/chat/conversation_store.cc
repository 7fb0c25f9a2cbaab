#include "chat/conversation_store.h"

#include <algorithm>
#include <charconv>
#include <unordered_map>
#include <utility>

#include "chat/sealed_columns.h"

namespace nat {
namespace {

constexpr std::string_view kAccessPerson = "person";
constexpr std::string_view kAccessId = "id";

// The recursion carries ids only, so its cost is that of the page and not of the conversation.
constexpr const char* kSelectPath =
    "WITH RECURSIVE path(message_id, parent_id, distance) AS ("
    " SELECT message_id, parent_id, 0 FROM messages"
    "  WHERE message_id = $1 AND conversation_id = $2"
    " UNION ALL"
    " SELECT m.message_id, m.parent_id, p.distance + 1"
    "  FROM path p JOIN messages m ON m.message_id = p.parent_id WHERE p.distance + 1 < $3) "
    "SELECT m.message_id, m.parent_id, m.turn_id, m.role, m.status, m.body, m.provider, m.model, "
    "m.created_at, t.client_message_id FROM path p JOIN messages m ON m.message_id = p.message_id "
    "LEFT JOIN turns t ON t.turn_id = m.turn_id AND t.user_message_id = m.message_id "
    "ORDER BY p.distance DESC";

constexpr const char* kSelectConversation =
    "SELECT conversation_id, person_id, access, leaf_message_id, updated_at FROM conversations ";

constexpr const char* kSelectMessage =
    "SELECT message_id, parent_id, turn_id, role, status, body, provider, model, created_at, NULL "
    "FROM messages WHERE message_id = $1";

Result<Message> ReadMessage(const Row& row, const PersonKey& key) {
  Message message;
  message.id = ReadId<MessageId>(row, 0);
  message.parent = ReadId<MessageId>(row, 1);
  message.turn = ReadId<TurnId>(row, 2);
  message.role = RoleFromWord(row.Text(3));
  if (auto status = row.OptionalText(4)) message.status = TurnStatusFromWord(*status);
  if (!row.IsNull(5)) {
    auto text = Open(key, MessageContext(message.id), row.Bytes(5));
    if (!text) return text.error();
    message.text = std::move(*text);
  }
  message.source.provider = row.OptionalText(6).value_or("");
  message.source.model = row.OptionalText(7).value_or("");
  message.created_at = ReadTime(row, 8);
  message.client_message_id = row.OptionalText(9).value_or("");
  return message;
}

struct ListCursor {
  std::int64_t updated_at = INT64_MAX;
  std::string conversation_id = "~";  // after every id
};

std::string WriteCursor(const Conversation& last) {
  return std::to_string(ToStored(last.updated_at)) + "." + last.id.text();
}

Result<ListCursor> ReadCursor(const std::string& text) {
  ListCursor cursor;
  if (text.empty()) return cursor;
  const auto dot = text.find('.');
  const auto number_end = text.data() + std::min(dot, text.size());
  const auto parsed = std::from_chars(text.data(), number_end, cursor.updated_at);
  if (dot == std::string::npos || parsed.ec != std::errc() || parsed.ptr != number_end ||
      !IsIdText(std::string_view(text).substr(dot + 1))) {
    return Error(ErrorCode::kInvalidInput, "a cursor that was not ours",
                 "The field \"cursor\" must be one that an earlier page gave.");
  }
  cursor.conversation_id = text.substr(dot + 1);
  return cursor;
}

}  // namespace

Task<Result<std::optional<Conversation>>> ConversationStore::Find(ConversationId conversation) {
  Statement select;
  select.sql = std::string(kSelectConversation) + "WHERE conversation_id = $1";
  select.parameters.emplace_back(conversation.text());
  co_return co_await FindOne(std::move(select));
}

Task<Result<std::optional<Conversation>>> ConversationStore::FindByMessage(MessageId message) {
  Statement select;
  select.sql =
      std::string(kSelectConversation) +
      "WHERE conversation_id = (SELECT conversation_id FROM messages WHERE message_id = $1)";
  select.parameters.emplace_back(message.text());
  co_return co_await FindOne(std::move(select));
}

Task<Result<std::optional<Conversation>>> ConversationStore::FindOne(Statement select) {
  auto rows = co_await database_.Query(std::move(select));
  if (!rows) co_return rows.error();
  if (rows->empty()) co_return std::optional<Conversation>();
  const Row& row = rows->front();
  Conversation found;
  found.id = ReadId<ConversationId>(row, 0);
  found.person = ReadId<PersonId>(row, 1);
  found.access = row.Text(2) == kAccessId ? Access::kId : Access::kPerson;
  found.leaf = ReadId<MessageId>(row, 3);
  found.updated_at = ReadTime(row, 4);
  co_return std::optional<Conversation>(std::move(found));
}

Task<Result<std::string>> ConversationStore::Title(ConversationId conversation,
                                                   const PersonKey& key) {
  Statement select;
  select.sql = "SELECT title FROM conversations WHERE conversation_id = $1";
  select.parameters.emplace_back(conversation.text());
  auto rows = co_await database_.Query(std::move(select));
  if (!rows) co_return rows.error();
  if (rows->empty()) co_return Error(ErrorCode::kNotFound, "no such conversation");
  co_return Open(key, TitleContext(conversation), rows->front().Bytes(0));
}

Task<Result<ConversationPage>> ConversationStore::List(PersonId person, std::string cursor,
                                                       std::size_t limit, const PersonKey& key) {
  auto from = ReadCursor(cursor);
  if (!from) co_return from.error();
  Statement select;
  select.sql =
      "SELECT conversation_id, title, leaf_message_id, updated_at FROM conversations "
      "WHERE person_id = $1 AND (updated_at, conversation_id) < ($2, $3) "
      "ORDER BY updated_at DESC, conversation_id DESC LIMIT $4";
  select.parameters.emplace_back(person.text());
  select.parameters.emplace_back(from->updated_at);
  select.parameters.emplace_back(std::move(from->conversation_id));
  select.parameters.emplace_back(static_cast<std::int64_t>(limit + 1));
  auto rows = co_await database_.Query(std::move(select));
  if (!rows) co_return rows.error();
  ConversationPage page;
  for (const auto& row : *rows) {
    if (page.conversations.size() == limit) {
      page.next = WriteCursor(page.conversations.back());
      break;
    }
    Conversation conversation;
    conversation.id = ReadId<ConversationId>(row, 0);
    conversation.person = person;
    conversation.leaf = ReadId<MessageId>(row, 2);
    conversation.updated_at = ReadTime(row, 3);
    auto title = Open(key, TitleContext(conversation.id), row.Bytes(1));
    if (!title) co_return title.error();
    conversation.title = std::move(*title);
    page.conversations.push_back(std::move(conversation));
  }
  co_return page;
}

Task<Result<MessagePage>> ConversationStore::Path(ConversationId conversation, MessageId leaf,
                                                  std::size_t limit, const PersonKey& key) {
  auto messages = co_await History(conversation, leaf, limit, key);
  if (!messages) co_return messages.error();
  MessagePage page;
  page.messages = std::move(*messages);
  if (page.messages.empty()) co_return page;
  page.older = page.messages.front().parent;
  auto filled = co_await FillSiblings(conversation, page.messages);
  if (!filled) co_return filled.error();
  co_return page;
}

Task<Result<std::vector<Message>>> ConversationStore::History(ConversationId conversation,
                                                              MessageId leaf, std::size_t limit,
                                                              const PersonKey& key) {
  Statement select;
  select.sql = kSelectPath;
  select.parameters.emplace_back(leaf.text());
  select.parameters.emplace_back(conversation.text());
  select.parameters.emplace_back(static_cast<std::int64_t>(limit));
  auto rows = co_await database_.Query(std::move(select));
  if (!rows) co_return rows.error();
  std::vector<Message> messages;
  for (const auto& row : *rows) {
    auto message = ReadMessage(row, key);
    if (!message) co_return message.error();
    messages.push_back(std::move(*message));
  }
  co_return messages;
}

Task<Status> ConversationStore::FillSiblings(ConversationId conversation,
                                             std::vector<Message>& messages) {
  Statement select;
  select.sql =
      "SELECT parent_id, message_id FROM messages WHERE conversation_id = $1 AND parent_id IN (";
  select.parameters.emplace_back(conversation.text());
  for (const auto& message : messages) {
    select.parameters.emplace_back(message.parent.text());
    select.sql += (select.parameters.size() > 2 ? ", $" : "$");
    select.sql += std::to_string(select.parameters.size());
  }
  select.sql += ") ORDER BY created_at, message_id";
  auto rows = co_await database_.Query(std::move(select));
  if (!rows) co_return rows.error();
  std::unordered_map<std::string, std::vector<MessageId>> by_parent;
  for (const auto& row : *rows) {
    by_parent[row.Text(0)].push_back(ReadId<MessageId>(row, 1));
  }
  for (auto& message : messages) message.siblings = by_parent[message.parent.text()];
  co_return Ok();
}

Task<Result<std::optional<Message>>> ConversationStore::FindMessage(MessageId message,
                                                                    const PersonKey& key) {
  Statement select;
  select.sql = kSelectMessage;
  select.parameters.emplace_back(message.text());
  auto rows = co_await database_.Query(std::move(select));
  if (!rows) co_return rows.error();
  if (rows->empty()) co_return std::optional<Message>();
  auto found = ReadMessage(rows->front(), key);
  if (!found) co_return found.error();
  co_return std::optional<Message>(std::move(*found));
}

Task<Result<MessageId>> ConversationStore::LeafBelow(ConversationId conversation,
                                                     MessageId message) {
  Statement select;
  select.sql =
      "WITH RECURSIVE below(message_id, distance) AS ("
      " SELECT message_id, 0 FROM messages WHERE message_id = $1 AND conversation_id = $2"
      " UNION ALL"
      " SELECT (SELECT m.message_id FROM messages m"
      "         WHERE m.conversation_id = $2 AND m.parent_id = b.message_id"
      "         ORDER BY m.created_at DESC, m.message_id DESC LIMIT 1), b.distance + 1"
      " FROM below b WHERE b.message_id IS NOT NULL) "
      "SELECT message_id FROM below WHERE message_id IS NOT NULL ORDER BY distance DESC LIMIT 1";
  select.parameters.emplace_back(message.text());
  select.parameters.emplace_back(conversation.text());
  auto rows = co_await database_.Query(std::move(select));
  if (!rows) co_return rows.error();
  if (rows->empty()) co_return Error(ErrorCode::kNotFound, "no such message in the conversation");
  co_return ReadId<MessageId>(rows->front(), 0);
}

Statement ConversationStore::Insert(const Conversation& conversation, const PersonKey& key) {
  auto title = Seal(key, TitleContext(conversation.id), conversation.title);
  const auto access = conversation.access == Access::kId ? kAccessId : kAccessPerson;
  return Statement{
      "INSERT INTO conversations(conversation_id, person_id, access, title, leaf_message_id, "
      "created_at, updated_at) VALUES($1, $2, $3, $4, $5, $6, $6)",
      {conversation.id.text(), conversation.person.text(), std::string(access),
       Blob{std::move(title)}, conversation.leaf.text(), ToStored(conversation.updated_at)}};
}

Statement ConversationStore::InsertMessage(const ConversationId& conversation,
                                           const Message& message, const PersonKey& key) {
  Value status;
  Value body;
  if (message.status) {  // a reply that runs: its body follows at its end
    status = std::string(WordOf(*message.status));
  } else {
    body = Blob{Seal(key, MessageContext(message.id), message.text)};
  }
  return Statement{
      "INSERT INTO messages(message_id, conversation_id, parent_id, turn_id, role, status, body, "
      "created_at) VALUES($1, $2, $3, $4, $5, $6, $7, $8)",
      {message.id.text(), conversation.text(), message.parent.text(), message.turn.text(),
       std::string(WordOf(message.role)), std::move(status), std::move(body),
       ToStored(message.created_at)}};
}

Statement ConversationStore::MoveLeaf(const ConversationId& conversation, const MessageId& from,
                                      const MessageId& to, Time now) {
  return Statement{
      "UPDATE conversations SET leaf_message_id = $3, updated_at = $4 "
      "WHERE conversation_id = $1 AND leaf_message_id = $2",
      {conversation.text(), from.text(), to.text(), ToStored(now)},
      1};
}

Task<Status> ConversationStore::SetLeaf(ConversationId conversation, MessageId from, MessageId to) {
  std::vector<Statement> batch;
  batch.push_back(
      Statement{"UPDATE conversations SET leaf_message_id = $3 "
                "WHERE conversation_id = $1 AND leaf_message_id = $2",
                {conversation.text(), from.text(), to.text()},
                1});
  auto written = co_await database_.Write(std::move(batch), Durability::kDurable);
  if (!written) co_return written.error();
  co_return Ok();
}

Task<Status> ConversationStore::SetTitle(ConversationId conversation, std::string title,
                                         const PersonKey& key) {
  auto sealed = Seal(key, TitleContext(conversation), title);
  std::vector<Statement> batch;
  batch.push_back(Statement{"UPDATE conversations SET title = $2 WHERE conversation_id = $1",
                            {conversation.text(), Blob{std::move(sealed)}},
                            1});
  auto written = co_await database_.Write(std::move(batch), Durability::kDurable);
  if (!written) co_return written.error();
  co_return Ok();
}

Task<Status> ConversationStore::Remove(ConversationId conversation) {
  std::vector<Statement> batch;
  batch.push_back(
      Statement{"DELETE FROM conversations WHERE conversation_id = $1", {conversation.text()}});
  auto written = co_await database_.Write(std::move(batch), Durability::kDurable);
  if (!written) co_return written.error();
  co_return Ok();
}

}  // namespace nat

#include "chat/turn_store.h"

#include <utility>

#include "chat/sealed_columns.h"

namespace nat {
namespace {

constexpr const char* kColumns =
    "SELECT t.turn_id, t.conversation_id, c.person_id, t.user_message_id, t.reply_message_id, "
    "t.status, t.last_event, t.problem, t.created_at, t.digest, m.provider, m.model, "
    "t.tokens_in, t.tokens_out, t.cost_billionths, t.first_token_ms, t.reply_ms "
    "FROM turns t JOIN conversations c ON c.conversation_id = t.conversation_id "
    "JOIN messages m ON m.message_id = t.reply_message_id ";

// The columns of a usage begin at `first`.
std::optional<ReplyUsage> ReadUsage(const Row& row, std::size_t first) {
  const auto first_token = row.OptionalInteger(first + 3);
  if (!first_token) return std::nullopt;
  ReplyUsage usage;
  usage.first_token = std::chrono::milliseconds(*first_token);
  usage.whole = std::chrono::milliseconds(row.OptionalInteger(first + 4).value_or(0));
  const auto tokens_in = row.OptionalInteger(first);
  if (!tokens_in) return usage;
  usage.tokens = Usage{static_cast<std::size_t>(*tokens_in),
                       static_cast<std::size_t>(row.OptionalInteger(first + 1).value_or(0))};
  usage.cost_billionths = row.OptionalInteger(first + 2).value_or(0);
  return usage;
}

StoredTurn ReadTurn(const Row& row) {
  StoredTurn stored;
  Turn& turn = stored.turn;
  turn.id = ReadId<TurnId>(row, 0);
  turn.conversation = ReadId<ConversationId>(row, 1);
  turn.person = ReadId<PersonId>(row, 2);
  turn.user_message = ReadId<MessageId>(row, 3);
  turn.reply_message = ReadId<MessageId>(row, 4);
  turn.status = TurnStatusFromWord(row.Text(5));
  turn.last_event = static_cast<std::uint64_t>(row.Integer(6));
  turn.problem = row.OptionalText(7).value_or("");
  turn.created_at = ReadTime(row, 8);
  stored.digest = row.Text(9);
  turn.source.provider = row.OptionalText(10).value_or("");
  turn.source.model = row.OptionalText(11).value_or("");
  turn.usage = ReadUsage(row, 12);
  return stored;
}

void AddUsage(const std::optional<ReplyUsage>& usage, Statement& statement) {
  const bool is_counted = usage && usage->tokens;
  const auto add = [&statement](bool is_known, std::int64_t number) {
    statement.parameters.push_back(is_known ? Value(number) : Value(std::monostate()));
  };
  const auto tokens = is_counted ? *usage->tokens : Usage();
  const auto taken = usage.value_or(ReplyUsage());
  add(is_counted, static_cast<std::int64_t>(tokens.tokens_in));
  add(is_counted, static_cast<std::int64_t>(tokens.tokens_out));
  add(is_counted, taken.cost_billionths);
  add(usage.has_value(), taken.first_token.count());
  add(usage.has_value(), taken.whole.count());
}

}  // namespace

Task<Result<std::optional<StoredTurn>>> TurnStore::Find(TurnId turn) {
  Statement select;
  select.sql = std::string(kColumns) + "WHERE t.turn_id = $1";
  select.parameters.emplace_back(turn.text());
  co_return co_await FindOne(std::move(select));
}

Task<Result<std::optional<StoredTurn>>> TurnStore::FindByClientMessage(
    PersonId person, std::string client_message_id) {
  Statement select;
  select.sql = std::string(kColumns) + "WHERE t.person_id = $1 AND t.client_message_id = $2";
  select.parameters.emplace_back(person.text());
  select.parameters.emplace_back(std::move(client_message_id));
  co_return co_await FindOne(std::move(select));
}

Task<Result<std::optional<StoredTurn>>> TurnStore::FindOne(Statement select) {
  auto rows = co_await database_.Query(std::move(select));
  if (!rows) co_return rows.error();
  if (rows->empty()) co_return std::optional<StoredTurn>();
  co_return std::optional<StoredTurn>(ReadTurn(rows->front()));
}

Task<Result<std::vector<Turn>>> TurnStore::FindRunning() {
  Statement select;
  select.sql = std::string(kColumns) + "WHERE t.status = 'running' ORDER BY t.created_at";
  auto rows = co_await database_.Query(std::move(select));
  if (!rows) co_return rows.error();
  std::vector<Turn> turns;
  for (const auto& row : *rows) turns.push_back(ReadTurn(row).turn);
  co_return turns;
}

Task<Result<std::vector<ReplyEvent>>> TurnStore::ShownEvents(TurnId turn, const PersonKey& key) {
  Statement select;
  select.sql =
      "SELECT event_number, name, body FROM reply_events WHERE turn_id = $1 ORDER BY event_number";
  select.parameters.emplace_back(turn.text());
  auto rows = co_await database_.Query(std::move(select));
  if (!rows) co_return rows.error();
  std::vector<ReplyEvent> events;
  for (const auto& row : *rows) {
    const auto number = static_cast<std::uint64_t>(row.Integer(0));
    auto payload = Open(key, EventContext(turn, number), row.Bytes(2));
    if (!payload) co_return payload.error();
    events.push_back(ReplyEvent{number, row.Text(1), std::move(*payload)});
  }
  co_return events;
}

Statement TurnStore::Insert(const Turn& turn, const std::optional<std::string>& client_message_id,
                            const std::string& digest) {
  return Statement{
      "INSERT INTO turns(turn_id, conversation_id, person_id, client_message_id, digest, "
      "user_message_id, reply_message_id, status, last_event, created_at) "
      "VALUES($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
      {turn.id.text(), turn.conversation.text(), turn.person.text(),
       OptionalValue(client_message_id), digest, turn.user_message.text(),
       turn.reply_message.text(), std::string(WordOf(turn.status)),
       static_cast<std::int64_t>(turn.last_event), ToStored(turn.created_at)}};
}

Statement TurnStore::InsertEvent(const TurnId& turn, const ReplyEvent& event,
                                 const PersonKey& key) {
  auto body = Seal(key, EventContext(turn, event.number), event.payload);
  return Statement{
      "INSERT INTO reply_events(turn_id, event_number, name, body) "
      "VALUES($1, $2, $3, $4)",
      {turn.text(), static_cast<std::int64_t>(event.number), event.name, Blob{std::move(body)}}};
}

Statement TurnStore::RecordSource(const Turn& turn) {
  return Statement{"UPDATE messages SET provider = $2, model = $3 WHERE message_id = $1",
                   {turn.reply_message.text(), turn.source.provider, turn.source.model}};
}

std::vector<Statement> TurnStore::Finish(const Turn& turn, Time now, const PersonKey& key) {
  std::vector<Statement> batch;
  auto problem = turn.problem.empty() ? Value(std::monostate()) : Value(turn.problem);
  const std::string status(WordOf(turn.status));
  Statement end{
      "UPDATE turns SET status = $2, last_event = $3, problem = $4, finished_at = $5, "
      "tokens_in = $6, tokens_out = $7, cost_billionths = $8, first_token_ms = $9, reply_ms = $10 "
      "WHERE turn_id = $1 AND status = 'running'",
      {turn.id.text(), status, static_cast<std::int64_t>(turn.last_event), std::move(problem),
       ToStored(now)},
      1};
  AddUsage(turn.usage, end);
  batch.push_back(std::move(end));
  auto body = Seal(key, MessageContext(turn.reply_message), turn.text);
  batch.push_back(
      Statement{"UPDATE messages SET status = $2, body = $3, provider = $4, model = $5 "
                "WHERE message_id = $1",
                {turn.reply_message.text(), status, Blob{std::move(body)}, turn.source.provider,
                 turn.source.model},
                1});
  batch.push_back(Statement{"DELETE FROM reply_events WHERE turn_id = $1", {turn.id.text()}});
  batch.push_back(Statement{"UPDATE conversations SET updated_at = $2 WHERE conversation_id = $1",
                            {turn.conversation.text(), ToStored(now)}});
  return batch;
}

}  // namespace nat

#include "chat/key_ring.h"

#include <utility>

#include "base/limits.h"

namespace nat {
namespace {

// The same wrapped bytes may be inserted again (two first writes at once share one unconfirmed
// key); other bytes may not, and leave no row returned.
constexpr const char* kInsertKey =
    "INSERT INTO person_keys(person_id, wrapped_key, created_at) VALUES($1, $2, $3) "
    "ON CONFLICT(person_id) DO UPDATE SET person_id = excluded.person_id "
    "WHERE person_keys.wrapped_key = excluded.wrapped_key RETURNING person_id";

}  // namespace

Task<Result<KeyRing::WritingKey>> KeyRing::ForWriting(PersonId person) {
  if (auto* entry = Cached(person)) co_return WritingKey{entry->key, entry->insert};
  auto stored = co_await ForReading(person);
  if (stored) co_return WritingKey{*stored, std::nullopt};
  const bool is_erased = !stored.error().public_detail.empty();
  if (stored.error().code != ErrorCode::kNotFound || is_erased) co_return stored.error();
  // Another task may have made this person's key while this one waited.
  if (auto* entry = Cached(person)) co_return WritingKey{entry->key, entry->insert};
  auto key = std::make_shared<const PersonKey>(PersonKey::Make());
  auto wrapped = WrapPersonKey(master_key_, person, *key);
  Statement insert;
  insert.sql = kInsertKey;
  insert.parameters.emplace_back(person.text());
  insert.parameters.emplace_back(Blob{std::move(wrapped)});
  insert.parameters.emplace_back(std::int64_t{clock_.Now().time_since_epoch().count()});
  insert.rows_expected = 1;
  auto& entry = Remember(person, std::move(key), std::move(insert));
  co_return WritingKey{entry.key, entry.insert};
}

Task<Result<SharedPersonKey>> KeyRing::ForReading(PersonId person) {
  if (auto* entry = Cached(person)) co_return entry->key;
  Statement select;
  select.sql = "SELECT wrapped_key FROM person_keys WHERE person_id = $1";
  select.parameters.emplace_back(person.text());
  auto rows = co_await database_.Query(std::move(select));
  if (!rows) co_return rows.error();
  if (rows->empty()) co_return Error(ErrorCode::kNotFound, "this person has stored nothing");
  if (rows->front().IsNull(0)) {
    co_return Error(ErrorCode::kNotFound, "this person was erased",
                    "Everything that was here has been erased.");
  }
  auto key = UnwrapPersonKey(master_key_, person, rows->front().Bytes(0));
  if (!key) co_return key.error();
  if (auto* entry = Cached(person)) co_return entry->key;
  auto shared = std::make_shared<const PersonKey>(std::move(*key));
  co_return Remember(person, std::move(shared), std::nullopt).key;
}

void KeyRing::ConfirmStored(const PersonId& person, const SharedPersonKey& key) {
  auto* entry = Cached(person);
  if (entry != nullptr && entry->key == key) entry->insert.reset();
}

void KeyRing::Forget(const PersonId& person) {
  const auto found = entries_.find(person);
  if (found == entries_.end()) return;
  by_use_.erase(found->second.use);
  entries_.erase(found);
}

KeyRing::Entry* KeyRing::Cached(const PersonId& person) {
  const auto found = entries_.find(person);
  if (found == entries_.end()) return nullptr;
  by_use_.splice(by_use_.begin(), by_use_, found->second.use);
  return &found->second;
}

KeyRing::Entry& KeyRing::Remember(const PersonId& person, SharedPersonKey key,
                                  std::optional<Statement> insert) {
  if (entries_.size() >= limits::kKeysCachedMax) Forget(PersonId(by_use_.back()));
  by_use_.push_front(person);
  auto [at, is_new] =
      entries_.insert_or_assign(person, Entry{std::move(key), std::move(insert), by_use_.begin()});
  NAT_CHECK(is_new);
  return at->second;
}

}  // namespace nat

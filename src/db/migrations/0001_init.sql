-- The first shape of the store. Whatever a person wrote is in a BLOB that the vault sealed; every other column is an
-- id, a time (milliseconds since 1970, UTC), a number or a word of the wire contract.

-- The key of a person, wrapped by the master key. Erasing a person sets wrapped_key to NULL: what it sealed is then
-- unreadable for ever, also in backups that share this database's pages.
CREATE TABLE person_keys (
  person_id TEXT PRIMARY KEY,
  wrapped_key BLOB,
  created_at BIGINT NOT NULL,
  erased_at BIGINT
);

-- access: 'person' (only its owner) or 'id' (begun without a cookie: whoever knows the id).
-- leaf_message_id: the last message of the active path.
CREATE TABLE conversations (
  conversation_id TEXT PRIMARY KEY,
  person_id TEXT NOT NULL REFERENCES person_keys(person_id),
  access TEXT NOT NULL,
  title BLOB,
  leaf_message_id TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  expires_at BIGINT
);
CREATE INDEX conversations_by_person ON conversations(person_id, updated_at, conversation_id);

-- A tree: parent_id is the message before, '' for a first one. Siblings share a parent; no message is ever overwritten
-- by another one.
-- status is of replies: running, completed, stopped, interrupted, failed. body is NULL while a reply runs.
CREATE TABLE messages (
  message_id TEXT PRIMARY KEY,
  conversation_id TEXT NOT NULL REFERENCES conversations(conversation_id) ON DELETE CASCADE,
  parent_id TEXT NOT NULL,
  turn_id TEXT NOT NULL,
  role TEXT NOT NULL,
  status TEXT,
  body BLOB,
  provider TEXT,
  model TEXT,
  created_at BIGINT NOT NULL
);
CREATE INDEX messages_by_parent ON messages(conversation_id, parent_id, created_at);

-- One message of a person and the reply it causes. client_message_id makes a repeat the same turn; digest is a keyed
-- hash of what was asked, so that the same id with other words is refused.
CREATE TABLE turns (
  turn_id TEXT PRIMARY KEY,
  conversation_id TEXT NOT NULL REFERENCES conversations(conversation_id) ON DELETE CASCADE,
  person_id TEXT NOT NULL,
  client_message_id TEXT,
  digest TEXT NOT NULL,
  user_message_id TEXT NOT NULL,
  reply_message_id TEXT NOT NULL,
  status TEXT NOT NULL,
  last_event BIGINT NOT NULL,
  problem TEXT,
  created_at BIGINT NOT NULL,
  finished_at BIGINT
);
CREATE UNIQUE INDEX turns_by_client_message ON turns(person_id, client_message_id);
CREATE INDEX turns_by_conversation ON turns(conversation_id);
CREATE INDEX turns_by_status ON turns(status) WHERE status = 'running';

-- The events of a running reply that were already shown, sealed, by their numbers in the reply log (1 is `turn` and
-- needs no row). The rows of a turn are removed in the transaction that stores the whole reply.
CREATE TABLE reply_events (
  turn_id TEXT NOT NULL REFERENCES turns(turn_id) ON DELETE CASCADE,
  event_number BIGINT NOT NULL,
  name TEXT NOT NULL,
  body BLOB NOT NULL,
  PRIMARY KEY (turn_id, event_number)
);

-- What belongs to the installation as a whole, such as the fingerprint of the master key.
CREATE TABLE installation (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL
);

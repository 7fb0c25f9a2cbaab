const kPrefix = 'nat.letter.';
/** Where the first version of the page kept what was unsent. */
const kOldPrefix = 'nat.unsent.';
const kOldBeginning = 'unsent';

/**
 * Keeps the records of letters until the service has accepted them. A record is written at once
 * into the small storage, where a page that is killed in the next instant leaves it, and moves into
 * the database from there. What the database does not take stays where it is.
 */
export class Letterbox {
  #storage;
  #database;

  /**
   * @param {ReturnType<import('../lib/storage.js').guardedStorage>} storage
   * @param {import('../lib/database.js').Database} database
   */
  constructor(storage, database) {
    this.#storage = storage;
    this.#database = database;
  }

  /**
   * When it returns, the kept ones are safe and the gone ones will not be sent by this page; the
   * promise tells when the disk has it.
   * @param {{kept?: object[], gone?: string[]}} change
   */
  write({ kept = [], gone = [] }) {
    const texts = kept.map((record) => JSON.stringify(record));
    kept.forEach((record, place) => this.#storage.write(keyOf(record), texts[place]));
    for (const id of gone) this.#storage.remove(kPrefix + id);
    return this.#move(kept, texts, gone);
  }

  /** Everything that is kept, by whichever tab or visit, oldest first. */
  async all() {
    const stored = await this.#database.all().catch(() => []);
    const records = new Map(stored.map((record) => [record.clientMessageId, record]));
    const left = this.#left();
    for (const record of left) {
      const known = records.get(record.clientMessageId);
      // The one that knows its conversation is the newer one.
      if ((known?.conversationId ?? null) === null) records.set(record.clientMessageId, record);
    }
    if (left.length > 0) {
      this.write({ kept: left.map(({ clientMessageId }) => records.get(clientMessageId)) });
    }
    return [...records.values()].sort((one, other) => one.time - other.time);
  }

  async #move(kept, texts, gone) {
    try {
      await this.#database.write({ put: kept, remove: gone });
    } catch {
      return;
    }
    kept.forEach((record, place) => {
      const key = keyOf(record);
      if (this.#storage.read(key) === texts[place]) this.#storage.remove(key);
    });
  }

  #left() {
    this.#takeOver();
    return this.#recordsAt(kPrefix).map(([, record]) => record);
  }

  // A message of the first version that belonged to no conversation yet belonged to one that all of
  // those were to begin.
  #takeOver() {
    for (const [key, record] of this.#recordsAt(kOldPrefix)) {
      const { clientMessageId, conversationId, text, time } = record;
      const beginning = conversationId === null ? kOldBeginning : null;
      const kept = { clientMessageId, conversationId, beginning, text, time };
      this.#storage.write(keyOf(kept), JSON.stringify(kept));
      this.#storage.remove(key);
    }
  }

  #recordsAt(prefix) {
    return this.#storage
      .keys(prefix)
      .map((key) => [key, parse(this.#storage.read(key))])
      .filter(([, record]) => typeof record?.clientMessageId === 'string');
  }
}

function keyOf({ clientMessageId }) {
  return kPrefix + clientMessageId;
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

import { browserClock } from './clock.js';

const kName = 'nat';
const kTable = 'letters';
const kKey = 'clientMessageId';
const kPatienceMilliseconds = 4_000;

/**
 * Small records in IndexedDB, by their `clientMessageId`. What is written is on the disk before the
 * promise resolves. Every call rejects where the browser has no such database, forbids it, or does
 * not answer; whoever calls has another place for what must not be lost.
 */
export class Database {
  #factory;
  #clock;
  #opening = null;

  /**
   * @param {() => IDBFactory} factory returns the browser's own; it may throw
   * @param {typeof browserClock} clock
   */
  constructor(factory = () => globalThis.indexedDB, clock = browserClock) {
    this.#factory = factory;
    this.#clock = clock;
  }

  /** @returns {Promise<object[]>} */
  all() {
    return this.#run('readonly', (table) => table.getAll());
  }

  /**
   * In one step: all of it, or nothing.
   * @param {{put?: object[], remove?: string[]}} change
   */
  write({ put = [], remove = [] }) {
    return this.#run('readwrite', (table) => {
      for (const record of put) table.put(record);
      for (const key of remove) table.delete(key);
    });
  }

  // Some browsers have been seen never to answer.
  #run(mode, work) {
    return new Promise((resolve, reject) => {
      const giveUp = () => reject(new Error('no answer'));
      const timer = this.#clock.setTimeout(giveUp, kPatienceMilliseconds);
      this.#transact(mode, work)
        .then(resolve, reject)
        .finally(() => this.#clock.clearTimeout(timer));
    });
  }

  async #transact(mode, work) {
    this.#opening ??= this.#connect();
    const database = await this.#opening;
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(kTable, mode, { durability: 'strict' });
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onabort = () => reject(transaction.error ?? new Error('aborted'));
      const request = work(transaction.objectStore(kTable));
    }).catch((error) => {
      // A connection that the browser has closed is opened again by the next call.
      if (error.name === 'InvalidStateError') this.#opening = null;
      throw error;
    });
  }

  #connect() {
    return new Promise((resolve, reject) => {
      const request = this.#factory().open(kName, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(kTable, { keyPath: kKey });
      request.onerror = () => reject(request.error);
      request.onsuccess = () => {
        const database = request.result;
        // Another tab wants to change or delete it, and must not wait for this one.
        database.onversionchange = () => this.#leave(database);
        database.onclose = () => this.#leave(database);
        resolve(database);
      };
    });
  }

  #leave(database) {
    database.close();
    this.#opening = null;
  }
}

// What a browser gives its pages, as far as the page uses it: what they share, and what ends with
// one of them. A page that is killed stops in the middle of whatever it did.

/** What localStorage is to a page. */
export class MemoryStorage {
  getItem(key) {
    return this[key] ?? null;
  }

  setItem(key, value) {
    if (this.isFull) throw new Error('full');
    Object.defineProperty(this, key, { value, enumerable: true, configurable: true });
  }

  removeItem(key) {
    delete this[key];
  }
}

/** One browser: its disk, the locks of its tabs, and what they call out to each other. */
export class FakeBrowser {
  /** What it does not have: 'database', 'locks', 'channel'. */
  lacks = new Set();
  storage = new MemoryStorage();
  /** What IndexedDB has written, by client message id. */
  disk = new Map();
  /** By name, who holds a lock and who waits for it. */
  queues = new Map();
  channels = new Set();
  /** What waits for the database, in the order in which it was asked for, whichever page did. */
  transactions = [];
}

/** What belongs to one page of a browser. */
export class PagePlatform {
  isDead = false;
  #browser;
  #clock;
  #wait;

  constructor(browser, clock, wait = () => 0) {
    this.#browser = browser;
    this.#clock = clock;
    this.#wait = wait;
  }

  get clock() {
    const alive = (action) => () => this.isDead || action();
    return {
      now: this.#clock.now,
      random: this.#clock.random,
      setTimeout: (action, wait) => this.#clock.setTimeout(alive(action), wait),
      clearTimeout: this.#clock.clearTimeout,
    };
  }

  /** Nothing of it runs any more, and what it held is free for others. */
  kill() {
    this.isDead = true;
    for (const channel of this.#browser.channels) {
      if (channel.page === this) this.#browser.channels.delete(channel);
    }
    const queues = [...this.#browser.queues.values(), this.#browser.transactions];
    for (const queue of queues) {
      for (const request of [...queue]) if (request.page === this) request.leave();
    }
  }

  get indexedDB() {
    if (this.#browser.lacks.has('database')) throw new Error('forbidden');
    return {
      open: () => {
        const request = { result: this.#connection };
        this.#soon(() => request.onsuccess());
        return request;
      },
    };
  }

  get BroadcastChannel() {
    if (this.#browser.lacks.has('channel')) return undefined;
    const page = this;
    const { channels } = this.#browser;
    return class {
      listeners = [];

      constructor() {
        this.page = page;
        channels.add(this);
      }

      addEventListener(name, listener) {
        this.listeners.push(listener);
      }

      postMessage(data) {
        if (page.isDead) return;
        const others = [...channels].filter((channel) => channel.page !== page);
        for (const other of others) other.page.deliver(other, structuredClone(data));
      }
    };
  }

  get locks() {
    if (this.#browser.lacks.has('locks')) return undefined;
    return {
      request: (name, { signal }, action) =>
        new Promise((resolve, reject) => {
          const queue = this.#browser.queues.get(name) ?? [];
          this.#browser.queues.set(name, queue);
          const request = this.#queue(queue, () => {
            request.isRunning = true;
            action().then(resolve, reject).finally(request.leave);
          });
          signal.addEventListener('abort', () => {
            if (request.isRunning) return;
            request.leave();
            reject(signal.reason);
          });
        }),
    };
  }

  deliver(channel, data) {
    this.#soon(() => channel.listeners.forEach((listener) => listener({ data })));
  }

  // One after the other; each has to leave before the next one runs.
  #queue(queue, action) {
    const run = () => this.#soon(action);
    const leave = () => {
      if (!queue.includes(request)) return;
      const wasFirst = queue[0] === request;
      queue.splice(queue.indexOf(request), 1);
      if (wasFirst) queue[0]?.run();
    };
    const request = { page: this, run, leave };
    if (!this.isDead) queue.push(request);
    if (queue[0] === request) run();
    return request;
  }

  #soon(action) {
    this.clock.setTimeout(action, this.#wait());
  }

  get #connection() {
    return {
      close() {},
      transaction: (table, mode) => {
        const transaction = {};
        const changes = [];
        const reads = [];
        const request = this.#queue(this.#browser.transactions, () => {
          for (const change of changes) change(this.#browser.disk);
          for (const read of reads) read(this.#browser.disk);
          transaction.oncomplete();
          request.leave();
        });
        transaction.objectStore = () => ({
          put: (record) => {
            const copy = structuredClone(record);
            changes.push((disk) => disk.set(copy.clientMessageId, copy));
          },
          delete: (key) => changes.push((disk) => disk.delete(key)),
          getAll: () => {
            const answer = {};
            reads.push((disk) => {
              answer.result = structuredClone([...disk.values()]);
            });
            return answer;
          },
        });
        return transaction;
      },
    };
  }
}

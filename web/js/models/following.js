/**
 * The reply that is being listened to: its events go into it, and the connection may come and go.
 * One at a time, as the service makes the replies of a conversation one after the other.
 */
export class Following {
  /** @type {import('./reply.js').Reply|null} */
  reply = null;
  #isConnectionLost = false;
  #follow;
  #on;
  #stream = null;

  /**
   * @param {(turnId: string, on: object, after: number) => {close(): void, refresh(): void}} follow
   *   opens a stream of the events after that number
   * @param {{changed(reply: import('./reply.js').Reply): void, done(): void,
   *   connection(isLost: boolean): void}} on
   */
  constructor(follow, on) {
    this.#follow = follow;
    this.#on = on;
  }

  /** Follows this reply and no other; with null, none. */
  start(reply) {
    if (reply === this.reply) return;
    this.close();
    if (reply === null) return;
    this.reply = reply;
    const on = {
      event: (event) => this.#take(reply, event),
      connection: (isLost) => this.#noteConnection(isLost),
    };
    this.#stream = this.#follow(reply.turnId, on, reply.last);
  }

  refresh() {
    this.#stream?.refresh();
  }

  close() {
    this.#stream?.close();
    this.#stream = null;
    this.reply = null;
    this.#noteConnection(false);
  }

  #take(reply, event) {
    if (!reply.apply(event)) return;
    this.#on.changed(reply);
    if (event.name !== 'done') return;
    this.close();
    this.#on.done();
  }

  #noteConnection(isLost) {
    if (this.#isConnectionLost === isLost) return;
    this.#isConnectionLost = isLost;
    this.#on.connection(isLost);
  }
}

/**
 * The reply that is being listened to: its events go into it, and the connection may come and go.
 */
export class Following {
  #isConnectionLost = false;
  #follow;
  #on;
  #stream = null;

  /**
   * @param {(turnId: string, on: object) => {close(): void, refresh(): void}} follow opens a stream
   * @param {{changed(reply: import('./reply.js').Reply): void, done(): void,
   *   connection(isLost: boolean): void}} on
   */
  constructor(follow, on) {
    this.#follow = follow;
    this.#on = on;
  }

  start(reply) {
    this.close();
    this.#stream = this.#follow(reply.turnId, {
      event: (event) => this.#take(reply, event),
      connection: (isLost) => this.#noteConnection(isLost),
    });
  }

  refresh() {
    this.#stream?.refresh();
  }

  close() {
    this.#stream?.close();
    this.#stream = null;
  }

  #take(reply, event) {
    if (!reply.apply(event)) return;
    if (event.name === 'done') this.#noteConnection(false);
    this.#on.changed(reply);
    if (event.name === 'done') this.#on.done();
  }

  #noteConnection(isLost) {
    if (this.#isConnectionLost === isLost) return;
    this.#isConnectionLost = isLost;
    this.#on.connection(isLost);
  }
}

import { Observable } from '../lib/observable.js';
import { Following } from './following.js';
import { Pages } from './pages.js';
import { Thread } from './thread.js';
import { Unsent } from './unsent.js';

/**
 * One conversation: what can be done in it. Its messages are in `thread`, which tells of theirs; it
 * tells itself of `begun`, when it has got its id, of `ended` replies, and of `connection`, with
 * `isLost`.
 */
export class Conversation extends Observable {
  thread = new Thread();
  #api;
  #outbox;
  #unsent;
  #pages;
  #following;
  #isClosed = false;
  #isStopWanted = false;

  /**
   * @param {{api: object, outbox: import('./outbox.js').Outbox, follow: Function}} services
   * @param {{id: string|null, beginning: string|null}} names until it has begun it has no id, and
   *   its beginning is what this browser calls it
   */
  constructor({ api, outbox, follow }, { id, beginning }) {
    super();
    this.id = id;
    this.beginning = beginning;
    if (id === null) this.thread.noteListed();
    this.#api = api;
    this.#outbox = outbox;
    this.#unsent = new Unsent(outbox, this.thread, {
      place: () => this.place,
      begun: (conversationId) => this.#begin(conversationId),
      accepted: () => this.#followNext(),
    });
    this.#pages = new Pages(api, this.thread, {
      ready: outbox.looked,
      id: () => this.id,
      isFollowed: (message) => message === this.#following.reply,
      arrived: (clientMessageId, turn) => outbox.accept(clientMessageId, turn),
    });
    this.#following = new Following(follow, {
      changed: (reply) => this.thread.touch(reply),
      done: () => this.#ended(),
      connection: (isLost) => this.changed({ kind: 'connection', isLost }),
    });
  }

  get place() {
    return this.id ?? this.beginning;
  }

  get isBusy() {
    return this.thread.reply !== null || this.#outbox.isSending(this.place);
  }

  /** Loads the newest page, takes up a running reply, and shows what is unsent. */
  async open() {
    await this.catchUp();
    if (this.#isClosed) return;
    this.#unsent.show();
    await this.#pages.recallSafety(this.thread.latestReply);
  }

  loadOlder() {
    return this.#pages.loadOlder();
  }

  send(text) {
    this.#outbox.add({ text, conversationId: this.id, beginning: this.beginning });
  }

  /** Sends a message that was refused, under the id it had. */
  sendAgain({ letter }) {
    this.#outbox.sendAgain(letter);
  }

  /** Takes a refused message out, so that it can be written anew. */
  takeBack({ letter }) {
    this.#outbox.drop(letter);
  }

  /** Lets an interrupted reply go on. */
  continueReply({ id }) {
    this.#outbox.add({ conversationId: this.id, ask: { continue_of: id } });
  }

  /** Asks for a failed reply once more; the new one takes its place. */
  askAgain({ id }) {
    this.#outbox.add({ conversationId: this.id, ask: { regenerate_of: id } });
  }

  /** Stops the reply; what was said so far stays. */
  async stop() {
    const { reply } = this.thread;
    this.#isStopWanted = reply === null && this.#outbox.isSending(this.place);
    // If the call is lost, the stream tells how the reply really stands.
    if (reply) await this.#api.stopTurn(reply.turnId).catch(() => this.#following.refresh());
  }

  /** Fetches what other tabs and devices have added, and follows a reply that runs. */
  async catchUp() {
    if (this.id === null) return;
    const wasAnswering = this.thread.reply !== null;
    await this.#pages.catchUp();
    this.#followNext();
    if (wasAnswering && this.thread.reply === null) this.#ended();
  }

  /** The network is back, or the page was asleep: nothing is taken for granted. */
  async comeBack() {
    this.#following.refresh();
    if (this.thread.problem) await this.open();
    else await this.catchUp();
  }

  /** A turn has begun. @returns {Promise<boolean>} whether that was news, so not from here */
  async hear(turnId) {
    await this.#outbox.answered(this.place);
    if (this.#isClosed || this.thread.hasTurn(turnId)) return false;
    await this.catchUp();
    return true;
  }

  close() {
    this.#isClosed = true;
    this.#following.close();
    this.#unsent.close();
  }

  #begin(conversationId) {
    this.id = conversationId;
    this.changed({ kind: 'begun' });
  }

  #followNext() {
    if (this.#isClosed) return;
    this.#following.start(this.thread.reply);
    if (this.#isStopWanted) this.stop();
  }

  #ended() {
    this.#followNext();
    this.changed({ kind: 'ended' });
    this.#outbox.send();
  }
}

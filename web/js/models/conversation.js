import { newId } from '../lib/id.js';
import { Observable } from '../lib/observable.js';
import { Following } from './following.js';
import { Outbox } from './outbox.js';
import { Reply } from './reply.js';
import { Thread } from './thread.js';

/**
 * One conversation: what can be done in it. Its messages are in `thread`, which tells of theirs; it
 * tells itself of `begun`, when it has got its id, of `ended` replies, and of `connection`, with
 * `isLost`.
 */
export class Conversation extends Observable {
  #api;
  #outbox;
  #following;
  #isClosed = false;
  #isStopWanted = false;

  /**
   * @param {{api: import('../api.js').Api, drafts: import('./draft.js').Drafts,
   *   follow: (turnId: string, on: object) => {close(): void, refresh(): void}}} services
   * @param {string|null} id null for a conversation that has not begun
   */
  constructor({ api, drafts, follow }, id) {
    super();
    this.id = id;
    this.thread = new Thread(api);
    this.#api = api;
    this.#outbox = new Outbox(
      { api, drafts },
      {
        accepted: (turn) => this.#accepted(turn),
        changed: (message) => this.thread.touch(message),
      },
    );
    this.#following = new Following(follow, {
      changed: (reply) => this.thread.touch(reply),
      done: () => this.#ended(),
      connection: (isLost) => this.changed({ kind: 'connection', isLost }),
    });
  }

  /** Whether there is something to stop. */
  get isBusy() {
    return this.thread.reply !== null || this.#outbox.isSending;
  }

  /** Loads the newest page, takes up a running reply, and sends what was left unsent. */
  async open() {
    if (this.id !== null) await this.thread.loadPage(this.id);
    if (this.#isClosed || this.thread.problem) return;
    const latest = this.thread.latestReply;
    for (const message of this.#outbox.restore(this.id)) this.thread.add(message);
    if (latest?.isUnderway) this.#following.start(latest);
    else if (latest) await this.thread.recallSafety(latest);
    this.#sendNext();
  }

  async loadOlder() {
    if (this.thread.hasOlder && !this.thread.isLoading) await this.thread.loadPage(this.id);
  }

  send(text) {
    this.thread.add(this.#outbox.add(text, this.id));
    this.#sendNext();
  }

  /** Sends a message that was held or refused, under the id it had. */
  sendAgain(message) {
    this.#outbox.wake(message);
    this.#sendNext();
  }

  /** Takes a refused message out, so that it can be written anew. */
  takeBack(message) {
    this.#outbox.drop(message);
    this.thread.remove(message);
  }

  /** Lets an interrupted reply go on. */
  continueReply(reply) {
    return this.#ask(reply, { continue_of: reply.id });
  }

  /** Asks for a failed reply once more; the new one takes its place. */
  async askAgain(reply) {
    if (await this.#ask(reply, { regenerate_of: reply.id })) this.thread.remove(reply);
  }

  /** Stops the reply; what was said so far stays. */
  async stop() {
    const { reply } = this.thread;
    this.#isStopWanted = reply === null && this.#outbox.isSending;
    // If the call is lost, the stream tells how the reply really stands.
    if (reply) await this.#api.stopTurn(reply.turnId).catch(() => this.#following.refresh());
  }

  /** The network is back, or the page was asleep: nothing is taken for granted. */
  refresh() {
    this.#following.refresh();
    this.#outbox.wakeHeld();
    this.#sendNext();
    if (this.thread.problem) this.open();
  }

  /** What is on its way still arrives; it is only no longer shown here. */
  close() {
    this.#isClosed = true;
    this.#following.close();
    this.#outbox.close();
  }

  #sendNext() {
    if (!this.thread.reply && !this.#isClosed) this.#outbox.sendNext(this.id);
  }

  #accepted(turn) {
    const hadBegun = this.id !== null;
    this.id = turn.conversation_id;
    if (!hadBegun) this.changed({ kind: 'begun' });
    if (this.#isClosed) return;
    this.#expect(turn);
    if (this.#isStopWanted) this.stop();
  }

  #expect(turn) {
    const reply = Reply.awaited(turn);
    this.thread.add(reply);
    this.#following.start(reply);
  }

  #ended() {
    this.changed({ kind: 'ended' });
    this.#sendNext();
  }

  async #ask(reply, request) {
    reply.isAskedAgain = true;
    this.thread.touch(reply);
    try {
      this.#expect(await this.#api.startTurn({ ...request, client_message_id: newId() }));
    } catch (error) {
      reply.isAskedAgain = false;
      reply.problem = error.problem;
      this.thread.touch(reply);
    }
    return reply.isAskedAgain;
  }
}

import { backoff } from '../lib/backoff.js';
import { newId } from '../lib/id.js';
import { Message } from './message.js';

/**
 * Takes the messages of one conversation to the service: in order, one at a time, each under one id
 * until it is accepted. What is not accepted is kept by Drafts, over reloads too.
 */
export class Outbox {
  #api;
  #drafts;
  #on;
  /** @type {Message[]} not accepted yet, oldest first */
  #messages = [];
  #attempt = 0;
  #timer = null;
  #isClosed = false;

  /**
   * @param {{api: import('../api.js').Api, drafts: import('./draft.js').Drafts}} services
   * @param {{accepted(turn: object): void, changed(message: Message): void}} on
   */
  constructor({ api, drafts }, on) {
    this.#api = api;
    this.#drafts = drafts;
    this.#on = on;
  }

  get isSending() {
    return this.#messages.some(({ status }) => status === 'sending');
  }

  add(text, conversationId) {
    const message = Message.written(text, newId(), Date.now());
    this.#messages.push(message);
    this.#hold(message, conversationId);
    return message;
  }

  /** Brings back what an earlier visit left unsent. */
  restore(conversationId) {
    const messages = this.#drafts
      .held(conversationId)
      .map(({ text, clientMessageId, time }) => Message.written(text, clientMessageId, time));
    this.#messages.push(...messages);
    return messages;
  }

  /** Lets a held or failed message be sent again. */
  wake(message) {
    clearTimeout(this.#timer);
    message.problem = null;
    this.#become(message, 'queued');
  }

  wakeHeld() {
    this.#messages
      .filter(({ status }) => status === 'held')
      .forEach((message) => this.wake(message));
  }

  drop(message) {
    this.#messages = this.#messages.filter((other) => other !== message);
    this.#drafts.release(message.clientMessageId);
  }

  /**
   * Sends the oldest message that may go. A failed one waits for the person; a held one blocks the
   * rest.
   */
  async sendNext(conversationId) {
    const message = this.#messages.find(({ status }) => status !== 'failed');
    if (message?.status !== 'queued') return;
    this.#become(message, 'sending');
    let turn;
    try {
      turn = await this.#api.startTurn({
        message: message.text,
        client_message_id: message.clientMessageId,
        ...(conversationId !== null && { conversation_id: conversationId }),
      });
    } catch (error) {
      return this.#refused(message, error, conversationId);
    }
    this.#accepted(message, turn);
  }

  /** What is on its way may arrive; nothing more is tried. */
  close() {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }

  #accepted(message, turn) {
    this.#attempt = 0;
    this.drop(message);
    message.id = turn.user_message_id;
    message.turnId = turn.turn_id;
    // Those behind it were kept for a conversation that had no name yet.
    for (const other of this.#messages) this.#hold(other, turn.conversation_id);
    this.#become(message, 'sent');
    this.#on.accepted(turn);
  }

  #refused(message, error, conversationId) {
    message.problem = error.problem ?? {};
    message.safety = error.problem?.safety ?? null;
    if (!error.isWorthAnotherTry) {
      this.#become(message, 'failed');
      this.sendNext(conversationId);
      return;
    }
    this.#become(message, 'held');
    if (this.#isClosed) return;
    const wait = Math.max(backoff(this.#attempt++), (error.retryAfterSeconds ?? 0) * 1000);
    this.#timer = setTimeout(() => {
      this.wake(message);
      this.sendNext(conversationId);
    }, wait);
  }

  #hold({ clientMessageId, text, time }, conversationId) {
    this.#drafts.hold({ clientMessageId, conversationId, text, time });
  }

  #become(message, status) {
    message.status = status;
    this.#on.changed(message);
  }
}

import { Message } from './message.js';
import { Reply } from './reply.js';

/**
 * What is in the outbox for one conversation, as its thread shows it: words as messages of the
 * person, asks at the reply that they are about.
 */
export class Unsent {
  #outbox;
  #thread;
  #on;
  /** By client message id. */
  #messages = new Map();
  #unsubscribe;

  /**
   * @param {import('./outbox.js').Outbox} outbox
   * @param {import('./thread.js').Thread} thread
   * @param {{place(): string, begun(conversationId: string): void, accepted(): void}} on
   */
  constructor(outbox, thread, on) {
    this.#outbox = outbox;
    this.#thread = thread;
    this.#on = on;
    this.#unsubscribe = outbox.subscribe((change) => this.#changed(change));
  }

  /** Shows what was there before the conversation was. */
  show() {
    for (const letter of this.#outbox.letters.at(this.#on.place())) this.#show(letter);
  }

  close() {
    this.#unsubscribe();
  }

  #changed({ kind, letter, turn, beginning, conversationId }) {
    if (kind === 'begun') {
      if (beginning === this.#on.place()) this.#on.begun(conversationId);
      return;
    }
    if (letter.place !== this.#on.place()) {
      // It has begun a conversation of its own after all.
      if (kind === 'accepted' && letter.hasWords) this.#drop(letter);
      return;
    }
    if (kind === 'added') this.#show(letter);
    if (kind === 'changed') this.#stand(letter);
    if (kind === 'dropped') this.#drop(letter);
    if (kind === 'accepted') this.#accepted(letter, turn);
  }

  #show(letter) {
    if (!letter.hasWords) return this.#stand(letter);
    if (this.#messages.has(letter.clientMessageId)) return undefined;
    // It has arrived, and whoever sent it did not live to hear of it.
    const listed = this.#thread.findSent(letter.clientMessageId);
    if (listed) return this.#outbox.accept(letter.clientMessageId, this.#turnOf(listed));
    const message = Message.unsent(letter);
    this.#messages.set(letter.clientMessageId, message);
    // What an earlier visit left may be found after the first words of this one.
    const isBefore = ({ id, letter: other }) => id !== null || other.time < letter.time;
    return this.#thread.add(message, this.#thread.messages.findLast(isBefore) ?? null);
  }

  #stand(letter) {
    const message = this.#shown(letter);
    if (!message) return;
    if (letter.hasWords) message.takeLetter();
    else message.letter = letter;
    this.#thread.touch(message);
  }

  #drop(letter) {
    const message = this.#shown(letter);
    this.#messages.delete(letter.clientMessageId);
    if (!message) return;
    if (letter.hasWords) {
      this.#thread.remove(message);
      return;
    }
    message.letter = null;
    message.refusal = letter.problem;
    this.#thread.touch(message);
  }

  // The reply stands below its words before the next ones; one that is made anew takes the place of
  // the old one.
  #accepted(letter, turn) {
    this.#thread.version += 1;
    const before = this.#settle(letter, turn);
    const isKnown = !turn.message_id || this.#thread.find(turn.message_id);
    if (!isKnown) this.#thread.add(Reply.awaited(turn), before ?? undefined);
    const replaced = this.#thread.find(letter.ask?.regenerate_of);
    if (replaced) this.#thread.remove(replaced);
    this.#on.accepted();
  }

  /** @returns {Message|null} what the reply comes after */
  #settle(letter, turn) {
    const message = this.#shown(letter);
    this.#messages.delete(letter.clientMessageId);
    if (!message) return this.#thread.find(turn.user_message_id);
    if (!letter.hasWords) {
      message.letter = null;
      this.#thread.touch(message);
      return message;
    }
    const listed = this.#thread.find(turn.user_message_id);
    if (listed) {
      this.#thread.remove(message);
      return listed;
    }
    message.settle(turn.user_message_id, turn.turn_id);
    this.#thread.touch(message);
    return message;
  }

  #turnOf({ id, turnId }) {
    return { conversation_id: this.#on.place(), turn_id: turnId, user_message_id: id };
  }

  #shown({ clientMessageId, ask, hasWords }) {
    if (hasWords) return this.#messages.get(clientMessageId) ?? null;
    return this.#thread.find(ask.continue_of ?? ask.regenerate_of);
  }
}

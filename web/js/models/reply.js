import { Message } from './message.js';

/**
 * The assistant's side of a turn. While it is being made it grows by numbered events; each number
 * counts once, and text that was shown never becomes shorter.
 */
export class Reply extends Message {
  /** Number of the last event that was taken in. */
  last = 0;
  /** @type {Array<{kind: string, text: string, place?: number}>} one per kind */
  notices = [];
  source = null;
  #logged = '';

  static fromItem(item) {
    return new Reply({
      role: 'assistant',
      id: item.message_id,
      text: item.text,
      turnId: item.turn_id,
      status: statusIn(item),
    });
  }

  /** The reply of a turn that the service has just accepted. */
  static awaited(turn) {
    const reply = new Reply({
      role: 'assistant',
      id: turn.message_id,
      turnId: turn.turn_id,
      status: 'waiting',
    });
    reply.safety = turn.safety ?? null;
    return reply;
  }

  /**
   * @param {{number: number, name: string, content: object}} event
   * @returns {boolean} false when it was known already
   */
  apply({ number, name, content }) {
    if (number <= this.last) return false;
    this.last = number;
    this.#events[name]?.(content);
    return true;
  }

  /**
   * What the service lists of it now. An end is an end, and text only grows: the list may be older
   * than what the events have told meanwhile.
   * @returns {boolean} false when it says nothing new
   */
  take(item) {
    if (!this.isUnderway) return false;
    const before = [this.status, this.text.length];
    if (item.text.length > this.text.length) this.text = item.text;
    this.status = item.status === 'running' ? statusOf(this.text) : statusIn(item);
    if (this.text) this.#leaveQueue();
    return this.status !== before[0] || this.text.length !== before[1];
  }

  #events = {
    turn: (content) => {
      this.id = content.message_id;
    },
    notice: (content) => {
      this.notices = [...this.notices.filter(({ kind }) => kind !== content.kind), content];
    },
    safety: (content) => {
      this.safety = content;
    },
    text: (content) => {
      this.#show(this.#logged + content.text);
    },
    snapshot: (content) => {
      this.#show(content.text);
    },
    done: (content) => {
      this.status = content.status;
      this.problem = content.problem ?? null;
      this.source = content.source ?? null;
      this.#leaveQueue();
    },
  };

  // A reply that is followed again from its first event already shows more than the log has
  // repeated so far.
  #show(logged) {
    this.#logged = logged;
    if (logged.length > this.text.length) this.text = logged;
    this.status = statusOf(this.text);
    if (this.text) this.#leaveQueue();
  }

  #leaveQueue() {
    this.notices = this.notices.filter(({ kind }) => kind !== 'queued');
  }
}

function statusIn(item) {
  return item.status === 'running' ? statusOf(item.text) : (item.status ?? 'completed');
}

function statusOf(text) {
  return text ? 'running' : 'waiting';
}

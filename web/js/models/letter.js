/**
 * Something a person asked for that the service has not accepted yet: words, or with `ask` another
 * go at a reply. It has one id from the first try to the last, so that it counts once.
 *
 * Status: `queued`, `sending`, `held` with what it `waitsFor`, or `failed` with a `problem`.
 */
export class Letter {
  status = 'queued';
  /** @type {null|'connection'|'recognition'|'pace'|'service'|'reply'|'letter'} */
  waitsFor = null;
  /** @type {{level: string, resources: Array<object>}|null} */
  safety = null;

  /**
   * @param {object} record what is kept of it: `conversationId` is null as long as the conversation
   *   has not begun, which `beginning` then names on this browser; `ask` has one of `edit_of`,
   *   `regenerate_of` and `continue_of`
   */
  constructor({ clientMessageId, conversationId, beginning, text, time, ask, problem }) {
    this.clientMessageId = clientMessageId;
    this.conversationId = conversationId ?? null;
    this.beginning = beginning ?? null;
    this.text = text ?? '';
    this.time = time ?? 0;
    this.ask = ask ?? null;
    this.problem = problem ?? null;
    if (this.problem) this.fail(this.problem);
  }

  /** What is in order, one after the other: a conversation, or one that has not begun. */
  get place() {
    return this.conversationId ?? this.beginning;
  }

  /** Whether it has words that the page shows; an ask is seen at the reply that it is about. */
  get hasWords() {
    return !this.ask?.regenerate_of && !this.ask?.continue_of;
  }

  get hasFailed() {
    return this.status === 'failed';
  }

  /** How the page shows it: one that is tried again still waits, as long as nothing is better. */
  get standing() {
    return this.waitsFor && !this.hasFailed ? 'held' : this.status;
  }

  startSending() {
    if (this.waitsFor === 'reply' || this.waitsFor === 'letter') this.waitsFor = null;
    this.status = 'sending';
  }

  hold(reason) {
    this.status = 'held';
    this.waitsFor = reason;
  }

  /**
   * Its id is taken: it was sent before its conversation had an id, whose answer got lost, and has
   * begun one of its own. Asked as then, the service gives that.
   * @returns {boolean} false when that cannot be
   */
  standAlone() {
    if (this.beginning === null || this.conversationId === null) return false;
    this.conversationId = null;
    this.status = 'queued';
    return true;
  }

  fail(problem) {
    this.status = 'failed';
    this.waitsFor = null;
    this.problem = problem;
    this.safety = problem.safety ?? null;
  }

  /** After a refusal: as it was when it was written. */
  wake() {
    this.status = 'queued';
    this.problem = null;
    this.safety = null;
  }

  /** What must outlive the page. */
  get record() {
    const { clientMessageId, conversationId, beginning, text, time, ask } = this;
    const problem = this.hasFailed ? this.problem : null;
    return { clientMessageId, conversationId, beginning, text, time, ask, problem };
  }

  /** The body of its POST /api/turns; the same for every try. */
  get request() {
    return {
      ...this.ask,
      ...(this.hasWords && { message: this.text }),
      client_message_id: this.clientMessageId,
      ...(this.conversationId !== null && { conversation_id: this.conversationId }),
    };
  }
}

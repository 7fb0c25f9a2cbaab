/**
 * One message as the page shows it.
 *
 * Status of what a person wrote: `queued`, `sending`, `held` with what it `waitsFor`, `failed`,
 * `sent`. Status of a reply: `waiting` for its first words, `running`, `completed`, `stopped`,
 * `interrupted`, `failed`.
 */
export class Message {
  constructor(fields) {
    /** @type {'user'|'assistant'} */
    this.role = fields.role;
    /** What the service calls it; null as long as it has not got it. */
    this.id = fields.id ?? null;
    this.text = fields.text ?? '';
    this.status = fields.status;
    this.turnId = fields.turnId ?? null;
    /** The client message id under which the service lists it. */
    this.sentAs = fields.sentAs ?? null;
    /** Whether the service has listed it, and so what comes before it is known. */
    this.isPlaced = false;
    /** @type {import('./letter.js').Letter|null} what is on its way: these words, or an ask. */
    this.letter = null;
    this.waitsFor = null;
    /** @type {{title?: string, detail?: string}|null} why it failed, in words for the person */
    this.problem = null;
    /** @type {{detail?: string}|null} why another go at this reply was refused */
    this.refusal = null;
    /** @type {{level: string, resources: Array<object>}|null} */
    this.safety = null;
    /** Whether the crisis card is shown whole: only where the level rises. */
    this.isCardWhole = false;
    /** Whether nothing that the service will ever see comes after it. */
    this.isLatest = false;
  }

  /** What a person has written here and the service has not accepted yet. */
  static unsent(letter) {
    const message = new Message({ role: 'user', text: letter.text });
    message.letter = letter;
    message.takeLetter();
    return message;
  }

  /** What a person wrote earlier, as the service lists it. */
  static fromItem(item) {
    const sentAs = item.client_message_id;
    const message = new Message({ role: 'user', text: item.text, sentAs });
    message.settle(item.message_id, item.turn_id);
    return message;
  }

  get isUnderway() {
    return this.status === 'waiting' || this.status === 'running';
  }

  get hasFailedToGo() {
    return this.id === null && this.status === 'failed';
  }

  /** Stands as its letter does. */
  takeLetter() {
    this.status = this.letter.standing;
    this.waitsFor = this.letter.waitsFor;
    this.problem = this.letter.problem;
    this.safety = this.letter.safety;
  }

  /** The service has it. */
  settle(id, turnId) {
    this.id = id;
    this.turnId = turnId;
    this.status = 'sent';
    this.letter = null;
    this.waitsFor = null;
    this.problem = null;
  }

  /** What the service lists of it now. What a person wrote never changes. */
  take() {
    return false;
  }
}

/**
 * One message as the page shows it.
 *
 * Status of what a person wrote: `queued` behind a reply, `sending`, `held` until the connection is
 * back, `failed`, `sent`. Status of a reply: `waiting` for its first words, `running`, `completed`,
 * `stopped`, `interrupted`, `failed`.
 */
export class Message {
  constructor(fields) {
    /** @type {'user'|'assistant'} */
    this.role = fields.role;
    this.id = fields.id ?? null;
    this.clientMessageId = fields.clientMessageId ?? null;
    this.text = fields.text ?? '';
    this.status = fields.status;
    this.turnId = fields.turnId ?? null;
    /** When it was written here, in milliseconds; it keeps unsent messages in order. */
    this.time = fields.time ?? null;
    /** @type {{title?: string, detail?: string}|null} why it failed, in words for the person */
    this.problem = null;
    /** @type {{level: string, resources: Array<object>}|null} */
    this.safety = null;
    /** Whether the crisis card is shown whole: only where the level rises. */
    this.isCardWhole = false;
    /** Whether it was continued or asked for anew, so that this is not offered twice. */
    this.isAskedAgain = false;
  }

  /** What a person has just written here. */
  static written(text, clientMessageId, time) {
    return new Message({ role: 'user', text, clientMessageId, time, status: 'queued' });
  }

  /** What a person wrote earlier, as the service lists it. */
  static fromItem(item) {
    return new Message({
      role: 'user',
      id: item.message_id,
      text: item.text,
      turnId: item.turn_id,
      status: 'sent',
    });
  }

  get isUnderway() {
    return this.status === 'waiting' || this.status === 'running';
  }
}

import { ApiError } from '../../js/api.js';

const kPageDefault = 5;

/**
 * A service that keeps its promises while everything around it fails: a message counts once under
 * its client's id, turns of a conversation run one after the other, and what was shown is kept.
 */
export class FakeService {
  /** By id: the messages of the active path. */
  conversations = new Map();
  turns = new Map();
  /** Called with the name of each call; says what goes wrong with it: see `#call`. */
  fault = () => null;
  /** What its refusals say about the person's safety. */
  safety = null;
  /** Whether a message may be sent while a reply is being made. */
  takesSecond = true;
  /** Whether the list of messages says under which client's id each was sent. */
  namesMessages = true;
  /** The name of a call whose answers are old when they arrive. */
  slow = null;
  #clock;
  #wait;
  #byClient = new Map();
  #followers = new Set();
  #count = 0;

  constructor(clock, wait = () => 0) {
    this.#clock = clock;
    this.#wait = wait;
  }

  /** What one page calls. */
  apiFor(platform) {
    const call = (name, work) => this.#call(platform, name, work);
    return {
      startTurn: (request) => call('startTurn', () => this.#startTurn(structuredClone(request))),
      turn: (id) => call('turn', () => this.#turn(this.turns.get(id))),
      stopTurn: (id) => call('stopTurn', () => this.end(this.turns.get(id), 'stopped')),
      messages: (id, cursor, limit) => call('messages', () => this.#page(id, cursor, limit)),
      conversations: () => call('conversations', () => ({ items: [] })),
      eventsAddress: (id, after) => `${id}?after=${after}`,
    };
  }

  /** The EventSource of one page. */
  eventSourceFor(platform) {
    const service = this;
    return class {
      readyState = 0;
      listeners = {};
      isOpen = false;

      constructor(address) {
        const [id, after] = address.split('?after=');
        this.turn = service.turns.get(id);
        this.sent = Number(after);
        this.platform = platform;
        service.#soon(platform, () => service.#connect(this));
      }

      addEventListener(name, listener) {
        this.listeners[name] = listener;
      }

      close() {
        this.readyState = 2;
        service.#followers.delete(this);
      }
    };
  }

  /** What was said, conversation by conversation. */
  get said() {
    const wordsOf = (path) => path.filter(({ role }) => role === 'user').map(({ text }) => text);
    return [...this.conversations.values()].map(wordsOf);
  }

  /** The turns that run now, the first one of each conversation. */
  get running() {
    const places = new Set();
    return [...this.turns.values()].filter(({ status, conversation_id: place }) => {
      const isFirst = status === 'running' && !places.has(place);
      if (status === 'running') places.add(place);
      return isFirst;
    });
  }

  /** The next words of a reply. */
  say(turn, words) {
    this.log(turn, 'text', { text: words });
    turn.text += words;
    this.#listed(turn).text = turn.text;
  }

  end(turn, status) {
    if (turn.status !== 'running') return this.#turn(turn);
    turn.status = status;
    this.#listed(turn).status = status;
    this.log(turn, 'done', { status, message_id: turn.message_id });
    return this.#turn(turn);
  }

  /** The next event of a reply. */
  log(turn, name, content) {
    turn.events.push({ number: turn.events.length + 1, name, content });
    for (const source of this.#followers) if (source.turn === turn) this.#send(source);
  }

  /** It is killed and starts again: what ran is interrupted, and the logs are gone. */
  restart() {
    this.cutStreams();
    for (const turn of this.turns.values()) {
      this.end(turn, 'interrupted');
      const last = turn.events.length;
      turn.stored = [
        { number: 1, name: 'turn', content: turn.events[0].content },
        { number: last - 1, name: 'snapshot', content: { text: turn.text } },
        { number: last, name: 'done', content: { status: turn.status } },
      ].filter(({ name }) => name !== 'snapshot' || turn.text);
    }
  }

  cutStreams() {
    for (const source of [...this.#followers]) this.#fail(source);
  }

  // lost: done, and the answer never comes. offline: never arrives. A number: refused with it.
  async #call(platform, name, work) {
    const fault = this.fault(name);
    await this.#passed();
    if (fault === 'offline') throw new ApiError(0);
    if (typeof fault === 'number') throw this.#refusal(fault);
    let answer;
    let refusal = null;
    try {
      answer = structuredClone(work());
    } catch (error) {
      refusal = error;
    }
    await this.#passed();
    if (name === this.slow) await new Promise((resolve) => this.#clock.setTimeout(resolve, 50));
    if (platform.isDead) await new Promise(() => {});
    if (fault === 'lost') throw new ApiError(0);
    if (refusal) throw refusal;
    return answer;
  }

  #refusal(status) {
    const problem = { status, ...(this.safety && { safety: this.safety }) };
    return new ApiError(status, problem, status === 429 ? 3 : 0);
  }

  #startTurn(request) {
    const known = this.#byClient.get(request.client_message_id);
    const digest = JSON.stringify(request);
    if (known && known.digest !== digest) throw new ApiError(409, { status: 409 });
    if (known) return this.#turn(known);
    if (request.message?.includes('refuse')) throw new ApiError(422, { status: 422, detail: 'no' });
    const place = this.#placeOf(request);
    const isRunning = this.running.some(({ conversation_id: id }) => id === place);
    if (isRunning && !this.takesSecond)
      throw new ApiError(409, { status: 409, code: 'turn_running' });
    const turn = this.#open(request, place);
    turn.digest = digest;
    this.#byClient.set(request.client_message_id, turn);
    return this.#turn(turn);
  }

  #placeOf({ conversation_id: id }) {
    if (id && !this.conversations.has(id)) throw new ApiError(404, { status: 404 });
    const place = id ?? this.#newId('c');
    if (!id) this.conversations.set(place, []);
    return place;
  }

  #open(request, place) {
    const path = this.conversations.get(place);
    const turn = {
      turn_id: this.#newId('t'),
      conversation_id: place,
      message_id: this.#newId('r'),
      status: 'running',
      text: '',
      events: [],
    };
    const { regenerate_of: replaced, continue_of: continued } = request;
    if (replaced) path.splice(path.findIndex(({ message_id: id }) => id === replaced));
    if (!replaced && !continued) {
      path.push({
        message_id: this.#newId('u'),
        role: 'user',
        text: request.message,
        turn_id: turn.turn_id,
        ...(this.namesMessages && { client_message_id: request.client_message_id }),
      });
    }
    turn.user_message_id = path.findLast(({ role }) => role === 'user').message_id;
    path.push({
      message_id: turn.message_id,
      role: 'assistant',
      text: '',
      status: 'running',
      turn_id: turn.turn_id,
    });
    this.turns.set(turn.turn_id, turn);
    this.log(turn, 'turn', this.#turn(turn));
    return turn;
  }

  #turn(turn) {
    if (!turn) throw new ApiError(404, { status: 404 });
    const { events, stored, digest, ...fields } = turn;
    return { ...fields, last_event: events.length };
  }

  #page(id, cursor, limit) {
    const path = this.conversations.get(id);
    if (!path) throw new ApiError(404, { status: 404 });
    const last = cursor ? path.findIndex(({ message_id: one }) => one === cursor) + 1 : path.length;
    const first = Math.max(0, last - (limit ?? kPageDefault));
    return {
      items: path.slice(first, last),
      ...(first > 0 && { next_cursor: path[first - 1].message_id }),
    };
  }

  #listed({ conversation_id: place, message_id: id }) {
    const path = this.conversations.get(place);
    return path.find((message) => message.message_id === id) ?? {};
  }

  #connect(source) {
    if (source.readyState === 2) return;
    const { turn } = source;
    const hasAll = turn.status !== 'running' && source.sent >= turn.events.length;
    if (this.fault('events') || hasAll) {
      this.#fail(source);
      return;
    }
    source.readyState = 1;
    this.#followers.add(source);
    source.onopen();
    this.#send(source);
  }

  #send(source) {
    this.#soon(source.platform, () => {
      const { events, stored = events } = source.turn;
      const missing = stored.filter(({ number }) => number > source.sent);
      for (const { number, name, content } of missing) {
        if (source.readyState === 2) return;
        source.sent = number;
        source.listeners[name]({ lastEventId: String(number), data: JSON.stringify(content) });
      }
    });
  }

  #fail(source) {
    source.close();
    this.#soon(source.platform, () => source.onerror());
  }

  #soon(platform, action) {
    platform.clock.setTimeout(action, this.#wait());
  }

  #passed() {
    return new Promise((resolve) => {
      this.#clock.setTimeout(resolve, this.#wait());
    });
  }

  #newId(kind) {
    this.#count += 1;
    return `${kind}${this.#count}`;
  }
}

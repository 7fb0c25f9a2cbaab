import { backoff } from './lib/backoff.js';
import { browserClock } from './lib/clock.js';
import { newId } from './lib/id.js';
import { Observable } from './lib/observable.js';

const kPath = '/api/socket';
const kProtocol = 'notatherapist.v1';
const kOpen = 1;
const kPingMilliseconds = 25_000;
const kPongMilliseconds = 10_000;
const kTypingMilliseconds = 5_000;

/**
 * The page's line to the service: it tells of turns that begin in the conversation that is open,
 * from whichever tab or device. Without it the page finds out later, so its troubles are nobody's.
 *
 * It tells of each `turn` with its `turnId` and `conversationId`, and of `watching`: from now on
 * nothing is missed, and what was before has to be asked for. `wasLost` says that the line, and
 * perhaps the service, was away.
 */
export class Line extends Observable {
  /** Whether it would tell of a turn that begins now. */
  isWatching = false;
  #platform;
  #conversationId = null;
  #socket = null;
  #request = null;
  #attempt = 0;
  #wasLost = false;
  #timer = null;
  #typedAt = -kTypingMilliseconds;

  /** @param {object} platform WebSocket, its address and a clock; a test brings others */
  constructor(platform = browserPlatform()) {
    super();
    this.#platform = platform;
  }

  /** Watches this conversation and no other; with null, none. */
  watch(conversationId) {
    if (conversationId === this.#conversationId) return;
    this.#conversationId = conversationId;
    if (this.#socket?.readyState === kOpen) this.#sendWatch();
    else if (conversationId !== null && this.#socket === null) this.#connect();
  }

  /** After an absence a line may look alive and be dead: it has to answer now. */
  check() {
    if (this.#conversationId === null) return;
    if (this.#socket === null) this.#connect();
    else if (this.#socket.readyState === kOpen) this.#ping();
  }

  /**
   * The person is writing: the service can make its connection to the model ready. A first message
   * has no conversation to watch yet, and a line all the same.
   */
  type() {
    const now = this.#platform.now();
    if (now - this.#typedAt < kTypingMilliseconds) return;
    if (this.#socket === null && this.#conversationId === null) this.#connect();
    if (this.#socket?.readyState !== kOpen) return;
    this.#typedAt = now;
    // It is not answered, so nothing is waited for.
    this.#socket.send(JSON.stringify({ type: 'typing' }));
  }

  #connect() {
    this.#wait(null);
    const socket = new this.#platform.WebSocket(this.#platform.address, kProtocol);
    this.#socket = socket;
    socket.onopen = () => this.#sendWatch();
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket) this.#take(JSON.parse(data));
    };
    socket.onclose = () => this.#lose(socket);
    this.#wait(() => this.#lose(socket), kPongMilliseconds);
  }

  #sendWatch() {
    this.isWatching = false;
    this.#request = newId();
    this.#send({
      type: 'watch',
      request_id: this.#request,
      ...(this.#conversationId !== null && { conversation_id: this.#conversationId }),
    });
  }

  #ping() {
    this.#send({ type: 'ping' });
  }

  // Whatever is sent has to be answered soon.
  #send(frame) {
    const socket = this.#socket;
    socket.send(JSON.stringify(frame));
    this.#wait(() => this.#lose(socket), kPongMilliseconds);
  }

  #take(frame) {
    this.#attempt = 0;
    this.#wait(() => this.#ping(), kPingMilliseconds);
    if (frame.type === 'turn') {
      this.changed({
        kind: 'turn',
        turnId: frame.turn_id,
        conversationId: frame.conversation_id ?? frame.data?.conversation_id,
      });
    }
    const isMine = frame.type === 'ack' && frame.request_id === this.#request;
    if (!isMine || this.#conversationId === null) return;
    this.isWatching = true;
    const wasLost = this.#wasLost;
    this.#wasLost = false;
    this.changed({ kind: 'watching', wasLost });
  }

  #lose(socket) {
    if (socket !== this.#socket) return;
    this.#socket = null;
    this.isWatching = false;
    this.#wasLost = true;
    socket.close();
    if (this.#conversationId === null) return this.#wait(null);
    const wait = backoff(this.#attempt++, this.#platform.random);
    return this.#wait(() => this.#connect(), wait);
  }

  #wait(action, milliseconds) {
    this.#platform.clearTimeout(this.#timer);
    this.#timer = action && this.#platform.setTimeout(action, milliseconds);
  }
}

function browserPlatform() {
  const address = new URL(kPath, globalThis.location.href);
  address.protocol = address.protocol.replace('http', 'ws');
  return { WebSocket: globalThis.WebSocket, address: address.href, ...browserClock };
}

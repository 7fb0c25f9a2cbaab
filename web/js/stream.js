import { backoff } from './lib/backoff.js';
import { browserClock } from './lib/clock.js';

const kEventNames = ['turn', 'notice', 'safety', 'text', 'offer', 'snapshot', 'done'];
const kClosed = 2;

/**
 * Follows the events of one turn until `done`, over lost connections, each time from the event
 * after the last one it saw. The browser reconnects by itself where it can; where it gives up, this
 * goes on.
 */
export class TurnStream {
  #turnId;
  #api;
  #on;
  #platform;
  #last;
  #attempt = 0;
  #source = null;
  #timer = null;
  #isClosed = false;

  /**
   * @param {string} turnId
   * @param {import('./api.js').Api} api
   * @param {{event(event: {number: number, name: string, content: object}): void,
   *   connection(isLost: boolean): void}} on
   * @param {number} after the last event that is known already
   * @param {object} platform EventSource and a clock; the browser's own unless a test brings others
   */
  constructor(turnId, api, on, after = 0, platform = browserPlatform()) {
    this.#turnId = turnId;
    this.#last = after;
    this.#api = api;
    this.#on = on;
    this.#platform = platform;
    this.#open();
  }

  close() {
    this.#isClosed = true;
    this.#platform.clearTimeout(this.#timer);
    this.#source?.close();
  }

  /** Starts over on a fresh connection: after sleep an old one may look alive and be dead. */
  refresh() {
    if (this.#isClosed) return;
    this.#platform.clearTimeout(this.#timer);
    this.#source?.close();
    this.#open();
  }

  #open() {
    const source = new this.#platform.EventSource(
      this.#api.eventsAddress(this.#turnId, this.#last),
    );
    this.#source = source;
    source.onopen = () => this.#on.connection(false);
    source.onerror = () => this.#lost(source);
    for (const name of kEventNames) {
      source.addEventListener(name, (event) => {
        this.#deliver({ number: Number(event.lastEventId), name, content: JSON.parse(event.data) });
      });
    }
  }

  #deliver(event) {
    if (this.#isClosed || event.number <= this.#last) return;
    this.#last = event.number;
    this.#attempt = 0;
    if (event.name === 'done') this.close();
    this.#on.event(event);
  }

  #lost(source) {
    if (this.#isClosed || source !== this.#source) return;
    this.#on.connection(true);
    if (source.readyState !== kClosed) return;
    const wait = backoff(this.#attempt++, this.#platform.random);
    this.#timer = this.#platform.setTimeout(() => this.#resume(), wait);
  }

  // An EventSource does not tell a missing turn, or one that has nothing left to say, from a
  // missing network; so the turn itself is asked first.
  async #resume() {
    const source = this.#source;
    let turn;
    try {
      turn = await this.#api.turn(this.#turnId);
    } catch (error) {
      if (error.isWorthAnotherTry) this.#lost(source);
      else this.#end({ status: 'interrupted' });
      return;
    }
    if (this.#isClosed || source !== this.#source) return;
    const hasEnded = turn.status !== 'running' && turn.last_event <= this.#last;
    if (hasEnded) this.#end({ status: turn.status, problem: turn.problem });
    else this.#open();
  }

  #end(content) {
    this.#deliver({ number: this.#last + 1, name: 'done', content });
  }
}

function browserPlatform() {
  return { EventSource: globalThis.EventSource, ...browserClock };
}

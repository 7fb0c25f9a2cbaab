import { Observable } from './lib/observable.js';

const kLookMilliseconds = 5_000;
/** A page whose timer is this late has slept. */
const kAsleepMilliseconds = 15_000;
const kNowAndThenMilliseconds = 30_000;

/**
 * Tells when the person or the network is back after an absence (`back`), and now and then while
 * the page is looked at (`here`).
 */
export class Presence extends Observable {
  #document;
  #now;
  #lookedAt;
  #toldAt;

  /** @param {Window} window */
  constructor(window, now = () => Date.now()) {
    super();
    this.#document = window.document;
    this.#now = now;
    this.#lookedAt = now();
    this.#toldAt = now();
    window.addEventListener('online', () => this.#tell('back'));
    window.addEventListener('pageshow', ({ persisted }) => {
      if (persisted) this.#tell('back');
    });
    this.#document.addEventListener('visibilitychange', () => {
      if (this.#isVisible) this.#tell('back');
    });
    window.setInterval(() => this.#look(), kLookMilliseconds);
  }

  get #isVisible() {
    return this.#document.visibilityState === 'visible';
  }

  #look() {
    const now = this.#now();
    const gap = now - this.#lookedAt;
    this.#lookedAt = now;
    // The browser slows the timers of a hidden page; its coming back is told by then.
    if (!this.#isVisible) return;
    if (gap > kAsleepMilliseconds) this.#tell('back');
    else if (now - this.#toldAt >= kNowAndThenMilliseconds) this.#tell('here');
  }

  #tell(kind) {
    this.#toldAt = this.#now();
    this.#lookedAt = this.#now();
    this.changed({ kind });
  }
}

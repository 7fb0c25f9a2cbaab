import { browserClock } from './clock.js';

const kName = 'nat.tabs';
const kLockPatienceMilliseconds = 40_000;

/**
 * The other tabs of this browser: what one tells, all others hear, and what should be done by one
 * of them only is done under a lock. Where the browser can do neither, this page is alone.
 */
export class Tabs {
  #locks;
  #clock;
  #channel = null;

  /** @param {object} platform BroadcastChannel, locks and a clock, or what a test brings */
  constructor({ BroadcastChannel, locks, ...clock } = browserPlatform()) {
    this.#locks = locks;
    this.#clock = clock;
    if (BroadcastChannel) this.#channel = new BroadcastChannel(kName);
  }

  /** @param {object} words plain values */
  tell(words) {
    this.#channel?.postMessage(words);
  }

  /** @param {(words: object) => void} listener */
  hear(listener) {
    this.#channel?.addEventListener('message', ({ data }) => listener(data));
  }

  /**
   * Runs `action` while no other tab runs one under the same name. A tab that does not let go for
   * very long, because it is frozen, is not waited for.
   */
  async alone(name, action) {
    if (!this.#locks) return action();
    let isMine = false;
    const patience = new AbortController();
    const timer = this.#clock.setTimeout(() => patience.abort(), kLockPatienceMilliseconds);
    const act = () => {
      isMine = true;
      this.#clock.clearTimeout(timer);
      return action();
    };
    try {
      return await this.#locks.request(name, { signal: patience.signal }, act);
    } catch (error) {
      if (isMine) throw error;
      return act();
    }
  }
}

function browserPlatform() {
  const { BroadcastChannel, navigator } = globalThis;
  return { BroadcastChannel, locks: navigator.locks, ...browserClock };
}

import { backoff } from '../lib/backoff.js';

/**
 * Takes letters to the service: one at a time and in order at each place, under a lock that other
 * tabs respect, again and again until they are accepted or refused for good.
 */
export class Courier {
  #api;
  #tabs;
  #clock;
  #outbox;
  #running = new Map();
  #attempt = 0;
  #timer = null;
  #pausedUntil = 0;

  constructor({ api, tabs, clock }, outbox) {
    this.#api = api;
    this.#tabs = tabs;
    this.#clock = clock;
    this.#outbox = outbox;
  }

  async answered(place) {
    await this.#running.get(place);
  }

  sendAll() {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = null;
    for (const place of this.#outbox.letters.places) {
      const held = this.#outbox.letters.at(place).filter(({ status }) => status === 'held');
      for (const letter of held) letter.status = 'queued';
      this.sendFrom(place);
    }
  }

  sendFrom(place) {
    if (this.#running.has(place) || !this.#next(place)) return;
    const round = this.#tabs
      .alone(`nat.outbox.${place}`, () => this.#sendInOrder(place))
      .finally(() => {
        this.#running.delete(place);
        // What was written while the lock was given back.
        this.sendFrom(place);
      });
    this.#running.set(place, round);
  }

  // A failed letter waits for the person and holds up nobody.
  #next(place) {
    const [head, ...rest] = this.#outbox.letters.at(place).filter(({ hasFailed }) => !hasFailed);
    if (head?.status !== 'held') return head?.status === 'queued' ? head : null;
    for (const letter of rest) this.#hold(letter, 'letter');
    return null;
  }

  async #sendInOrder(place) {
    await this.#outbox.looked;
    for (;;) {
      const letter = this.#next(place);
      if (!letter) return;
      const reason = this.#reasonToStay(letter);
      if (reason) this.#hold(letter, reason);
      else await this.#send(letter);
    }
  }

  #reasonToStay(letter) {
    if (this.#outbox.isAnswering(letter.place)) return 'reply';
    const pause = this.#pausedUntil - this.#clock.now();
    if (pause <= 0) return null;
    this.#tryAgainIn(pause);
    return 'pace';
  }

  async #send(letter) {
    letter.startSending();
    this.#outbox.touch(letter);
    let turn;
    try {
      turn = await this.#api.startTurn(letter.request);
    } catch (error) {
      if (this.#outbox.letters.has(letter)) this.#refused(letter, error);
      return;
    }
    this.#attempt = 0;
    this.#pausedUntil = 0;
    this.#outbox.accept(letter.clientMessageId, turn);
  }

  #refused(letter, error) {
    if (error.status === 409 && letter.standAlone()) return this.sendFrom(letter.place);
    if (!error.isWorthAnotherTry) return this.#fail(letter, error.problem);
    const asked = error.retryAfterSeconds * 1000;
    if (error.status === 429) this.#pausedUntil = this.#clock.now() + asked;
    letter.safety = error.problem.safety ?? letter.safety;
    this.#hold(letter, error.reasonToWait);
    return this.#tryAgainIn(Math.max(asked, backoff(this.#attempt, this.#clock.random)));
  }

  // Words stay until the person has decided about them; an ask can be made anew at its reply.
  #fail(letter, problem) {
    letter.fail(problem);
    if (!letter.hasWords) return this.#outbox.drop(letter);
    this.#outbox.keep(letter);
    return this.#outbox.touch(letter);
  }

  #hold(letter, reason) {
    if (letter.status === 'held' && letter.waitsFor === reason) return;
    letter.hold(reason);
    this.#outbox.touch(letter);
  }

  #tryAgainIn(wait) {
    if (this.#timer !== null) return;
    this.#attempt += 1;
    this.#timer = this.#clock.setTimeout(() => {
      this.#timer = null;
      this.#outbox.lookAndSend();
    }, wait);
  }
}

import { template } from '../lib/dom.js';
import { courseOf, lightOf } from '../lib/time.js';

const kRefreshMilliseconds = 60_000;

/** The window of light. What is outside follows the hour of the day where the person is. */
class WindowElement extends HTMLElement {
  #timer;

  connectedCallback() {
    if (!this.firstChild) this.append(template('window'));
    this.#look();
    this.#timer = setInterval(() => this.#look(), kRefreshMilliseconds);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  #look() {
    const now = new Date();
    const course = courseOf(now);
    this.dataset.light = lightOf(now);
    this.style.setProperty('--course', course.toFixed(3));
    this.style.setProperty('--height', Math.sin(course * Math.PI).toFixed(3));
  }
}

customElements.define('nat-window', WindowElement);

import { ask, icon, template } from '../lib/dom.js';
import { strings } from '../lib/strings.js';

/** The service takes this many characters at once. */
const kCharactersMax = 8_000;
const kCharactersNearlyFull = 500;

/**
 * Where a person writes. It is never locked. Asks for `nat-send` with the text, `nat-stop`, and
 * `nat-draft` with the text so far.
 */
class ComposerElement extends HTMLElement {
  #text;
  #stop;
  #send;
  #connection;
  #room;

  connectedCallback() {
    this.append(template('composer'));
    this.#text = this.querySelector('textarea');
    this.#stop = this.querySelector('.composer__stop');
    this.#send = this.querySelector('.composer__send');
    this.#connection = this.querySelector('.composer__connection');
    this.#room = this.querySelector('.composer__room');
    this.#text.placeholder = strings.composer.hint;
    this.#stop.append(icon('stop'));
    this.#send.append(icon('send'));
    this.#stop.addEventListener('click', () => ask(this, 'nat-stop'));
    this.#text.addEventListener('input', () => this.#written());
    this.#text.addEventListener('keydown', (event) => this.#pressed(event));
    this.querySelector('form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#fit();
  }

  get text() {
    return this.#text.value;
  }

  set text(text) {
    this.#text.value = text;
    this.#fit();
  }

  /** Whether a reply is being made that can be stopped. */
  set isBusy(isBusy) {
    if (this.#stop.hidden === !isBusy) return;
    this.#stop.hidden = !isBusy;
    this.#fit();
  }

  /** One calm line about the connection, or nothing. */
  set connection(words) {
    if (this.#connection.textContent !== words) this.#connection.textContent = words;
  }

  focus() {
    this.#text.focus();
  }

  #written() {
    this.#fit();
    ask(this, 'nat-draft', this.text);
  }

  // An Enter that ends a composition of Japanese or Chinese characters belongs to the composition.
  #pressed(event) {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit();
  }

  #submit() {
    const text = this.text.trim();
    if (!text || charactersOf(text) > kCharactersMax) return;
    // Whoever takes the text keeps it before the box forgets it.
    ask(this, 'nat-send', text);
    this.text = '';
    this.focus();
  }

  #fit() {
    this.#text.style.blockSize = 'auto';
    this.#text.style.blockSize = `${this.#text.scrollHeight}px`;
    const left = kCharactersMax - charactersOf(this.text.trim());
    this.dataset.filled = this.text.trim() !== '';
    this.#send.disabled = left < 0;
    this.#room.textContent = roomWords(left);
  }
}

function charactersOf(text) {
  return [...text].length;
}

function roomWords(left) {
  if (left < 0) return strings.composer.tooLong(-left);
  return left <= kCharactersNearlyFull ? strings.composer.nearlyFull(left) : '';
}

customElements.define('nat-composer', ComposerElement);

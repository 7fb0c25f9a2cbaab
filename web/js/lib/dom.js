import { strings } from './strings.js';

const kSvg = 'http://www.w3.org/2000/svg';
const kSprite = new URL('../../icons.svg', import.meta.url).href;

/**
 * Makes an element. Text enters the page here, as text.
 * @param {string} name
 * @param {Object<string, string|boolean>} attributes false leaves one out
 * @param {...(Node|string)} children
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children);
  return made;
}

/**
 * A picture from icons.svg. It says nothing by itself: the label beside it, or of its button, does.
 */
export function icon(name) {
  const picture = document.createElementNS(kSvg, 'svg');
  picture.setAttribute('class', 'icon');
  picture.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(kSvg, 'use');
  use.setAttribute('href', `${kSprite}#${name}`);
  picture.append(use);
  return picture;
}

/** A button that calls `action`. */
export function button(attributes, children, action) {
  const made = element('button', { type: 'button', ...attributes }, ...[children].flat());
  made.addEventListener('click', action);
  return made;
}

/** A copy of what is in the <template> with that id, with its words filled in. */
export function template(id) {
  const copy = document.getElementById(id).content.cloneNode(true);
  fillWords(copy);
  return copy;
}

/** Fills `data-words="path.to.words"` and `data-label="path.to.words"` from strings.js. */
export function fillWords(root) {
  for (const target of root.querySelectorAll('[data-words]')) {
    target.textContent = wordsAt(target.dataset.words);
  }
  for (const target of root.querySelectorAll('[data-label]')) {
    target.setAttribute('aria-label', wordsAt(target.dataset.label));
  }
}

/** Tells the elements above what the person wants; `detail` says more. */
export function ask(target, name, detail) {
  target.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
}

function wordsAt(path) {
  return path.split('.').reduce((words, key) => words[key], strings);
}

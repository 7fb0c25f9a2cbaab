import { element, icon } from '../lib/dom.js';
import { strings } from '../lib/strings.js';

const kDialable = /^\+?[\d\s()*#-]+$/;

/**
 * People to talk to, with their numbers exactly as the service sent them. Whole where the risk has
 * risen, a line that opens where it has been shown before.
 */
class CrisisCardElement extends HTMLElement {
  /** @param {{safety: {level: string, resources: Array<object>}, isWhole: boolean}} card */
  set card({ safety, isWhole }) {
    this.dataset.level = safety.level;
    const content = [
      element('p', {}, strings.crisis.danger),
      element('ul', { class: 'crisis-card__lines' }, ...(safety.resources ?? []).map(lineOf)),
      element('p', { class: 'crisis-card__more' }, strings.crisis.busy, ' ', moreLink()),
    ];
    this.replaceChildren(isWhole ? whole(content) : compact(content));
  }
}

function whole(content) {
  const heading = element('h2', { class: 'crisis-card__heading' }, strings.crisis.heading);
  return element(
    'section',
    { class: 'crisis-card', 'aria-label': strings.crisis.heading },
    heading,
    ...content,
  );
}

function compact(content) {
  return element(
    'details',
    { class: 'crisis-card' },
    element('summary', {}, strings.crisis.heading, icon('forward')),
    ...content,
  );
}

function lineOf({ name, phone, text, url, hours }) {
  return element(
    'li',
    { class: 'crisis-card__line' },
    element(
      'div',
      { class: 'crisis-card__who' },
      element('strong', {}, name),
      element('div', { class: 'crisis-card__ways' }, ...waysOf({ text, url, hours })),
    ),
    element('div', { class: 'crisis-card__calls' }, ...(phone ? callsOf(phone) : [])),
  );
}

// One entry may name several numbers; only what is surely a number becomes a link to call.
function callsOf(phone) {
  return phone.split(' / ').map((number) => {
    if (!kDialable.test(number)) return element('span', {}, number);
    const call = element('a', {
      class: 'crisis-card__call',
      href: `tel:${number.replace(/[^\d+*#]/g, '')}`,
    });
    call.append(
      icon('phone'),
      element('span', { class: 'visually-hidden' }, strings.crisis.call),
      number,
    );
    return call;
  });
}

function waysOf({ text, url, hours }) {
  return [text, url && linkTo(url), hours].filter(Boolean).map((way) => element('span', {}, way));
}

function linkTo(url) {
  if (!/^https?:\/\//i.test(url)) return url;
  const name = url.replace(/^https?:\/\/(www\.)?/i, '').replace(/\/$/, '');
  return element('a', { href: url, target: '_blank', rel: 'noopener noreferrer' }, name);
}

function moreLink() {
  return element('a', { href: '/help' }, strings.crisis.more);
}

customElements.define('nat-crisis-card', CrisisCardElement);

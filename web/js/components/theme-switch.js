import { element, icon } from '../lib/dom.js';
import { strings } from '../lib/strings.js';
import { chooseLight, lightChosen } from '../lib/theme.js';

const kChoices = ['system', 'light', 'evening'];
const kPictures = { system: 'system', light: 'day', evening: 'evening' };

/** A small switch between the light of the system, day and evening. */
class ThemeSwitchElement extends HTMLElement {
  connectedCallback() {
    const legend = element('legend', { class: 'visually-hidden' }, strings.theme.label);
    this.append(element('fieldset', { class: 'theme-switch' }, legend, ...kChoices.map(choiceFor)));
    this.addEventListener('change', (event) => chooseLight(event.target.value));
  }
}

function choiceFor(choice) {
  const radio = element('input', {
    type: 'radio',
    name: 'light',
    value: choice,
    class: 'visually-hidden',
    checked: choice === lightChosen(),
  });
  const words = element('span', {}, strings.theme[choice]);
  return element('label', { class: 'theme-switch__choice' }, radio, icon(kPictures[choice]), words);
}

customElements.define('nat-theme-switch', ThemeSwitchElement);

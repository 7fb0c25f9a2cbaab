import { ask, button, element, icon, template } from '../lib/dom.js';
import { strings } from '../lib/strings.js';
import './window.js';

/** The first screen. Asks for `nat-send` with the words of a starting point. */
class WelcomeElement extends HTMLElement {
  connectedCallback() {
    this.append(template('welcome'));
    this.querySelector('.welcome__privacy').append(
      ...strings.privacy.map((fact) => element('li', {}, fact)),
    );
    this.querySelector('.welcome__starters').append(
      ...strings.starters.map((words) => element('li', {}, this.#starter(words))),
    );
  }

  #starter(words) {
    return button({ class: 'welcome__starter' }, [words, icon('forward')], () => {
      ask(this, 'nat-send', words);
    });
  }
}

customElements.define('nat-welcome', WelcomeElement);

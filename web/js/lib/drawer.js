const kWide = '(min-width: 60rem)';

/**
 * The sidebar of a narrow screen: what is behind an open drawer cannot be reached until it is
 * closed.
 */
export class Drawer {
  #drawer;
  #page;
  #opener;
  #wide = window.matchMedia(kWide);

  /** @param {{drawer: HTMLElement, page: HTMLElement, opener: HTMLButtonElement}} elements */
  constructor({ drawer, page, opener }) {
    this.#drawer = drawer;
    this.#page = page;
    this.#opener = opener;
    opener.addEventListener('click', () => this.open());
    this.#wide.addEventListener('change', () => this.#set(false));
    this.#set(false);
  }

  get isOpen() {
    return this.#drawer.hasAttribute('data-drawn');
  }

  open() {
    this.#set(true);
    this.#drawer.focus();
  }

  close() {
    if (!this.isOpen) return;
    this.#set(false);
    this.#opener.focus();
  }

  #set(isOpen) {
    this.#drawer.toggleAttribute('data-drawn', isOpen);
    this.#drawer.inert = !isOpen && !this.#wide.matches;
    this.#page.inert = isOpen;
    this.#opener.setAttribute('aria-expanded', isOpen);
  }
}

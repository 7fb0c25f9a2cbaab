const kNearPixels = 48;
const kAirPixels = 16;

/**
 * Scrolls a column for someone who reads it. It follows the end only while the reader is there,
 * never past the start of what is being read, and never moves what stands under their eyes.
 */
export class Scroll {
  #column;
  #isFollowing = true;
  #top = 0;

  /**
   * @param {HTMLElement} column the element that scrolls
   * @param {() => void} moved called when the reader has scrolled
   */
  constructor(column, moved) {
    this.#column = column;
    column.addEventListener(
      'scroll',
      () => {
        this.#notice();
        moved();
      },
      { passive: true },
    );
  }

  get isAtEnd() {
    return this.#distanceToEnd <= kNearPixels;
  }

  /** More than half of what is visible away from it. */
  get isFarFromEnd() {
    return this.#distanceToEnd > this.#column.clientHeight / 2;
  }

  get top() {
    return this.#column.scrollTop;
  }

  /** Keeps the end in view, but not at the price of the beginning of `from`. */
  follow(from) {
    if (!this.#isFollowing) return;
    const start = from ? this.#offsetOf(from) - this.#covered - kAirPixels : Infinity;
    const end = this.#column.scrollHeight - this.#column.clientHeight;
    this.#moveTo(Math.min(end, Math.max(start, this.top)));
  }

  toEnd() {
    this.#isFollowing = true;
    this.#moveTo(this.#column.scrollHeight);
  }

  /** Runs `change`, and leaves `anchor` where the reader sees it. */
  keeping(anchor, change) {
    const before = anchor?.getBoundingClientRect().top;
    change();
    if (!anchor?.isConnected) return;
    this.#moveTo(this.top + anchor.getBoundingClientRect().top - before);
  }

  get #distanceToEnd() {
    return this.#column.scrollHeight - this.#column.clientHeight - this.top;
  }

  // What the header lies over.
  get #covered() {
    const header = this.#column.querySelector('header');
    return getComputedStyle(header).position === 'sticky' ? header.offsetHeight : 0;
  }

  #offsetOf(element) {
    return (
      element.getBoundingClientRect().top - this.#column.getBoundingClientRect().top + this.top
    );
  }

  #moveTo(top) {
    this.#column.scrollTop = top;
    this.#top = this.top;
  }

  // Going up is a wish to stay there. A column that only became longer is not.
  #notice() {
    if (this.top < this.#top) this.#isFollowing = false;
    if (this.isAtEnd) this.#isFollowing = true;
    this.#top = this.top;
  }
}

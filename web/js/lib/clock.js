/** Time and chance as the browser gives them; a test brings its own. */
export const browserClock = {
  now: () => Date.now(),
  random: () => Math.random(),
  setTimeout: (action, wait) => globalThis.setTimeout(action, wait),
  clearTimeout: (timer) => globalThis.clearTimeout(timer),
};

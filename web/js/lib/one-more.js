/**
 * Lets an action run once at a time. Whoever asks for it while it runs gets one more run after it,
 * however many they are.
 * @param {() => Promise<void>} action it must not reject
 * @returns {() => Promise<void>} resolves when a run that began after the call has ended
 */
export function oneMore(action) {
  let running = null;
  let next = null;
  const run = () => {
    if (running) {
      next ??= running.then(() => {
        next = null;
        return run();
      });
      return next;
    }
    running = action().finally(() => {
      running = null;
    });
    return running;
  };
  return run;
}

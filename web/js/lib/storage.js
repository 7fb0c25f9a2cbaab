// Small text kept in this browser. Storage may be full, forbidden or missing; then a map stands in
// for it, so that nothing else needs to care, and only a reload forgets.

/**
 * @param {() => Storage} open returns the browser's storage; it may throw
 * @returns {{read(key: string): string|null, write(key: string, value: string): void,
 *   remove(key: string): void, keys(prefix: string): string[]}}
 */
export function guardedStorage(open) {
  const spare = new Map();
  const attempt = (action, otherwise) => {
    try {
      return action(open());
    } catch {
      return otherwise;
    }
  };
  return {
    read: (key) => spare.get(key) ?? attempt((storage) => storage.getItem(key), null),
    write(key, value) {
      const kept = attempt((storage) => (storage.setItem(key, value), true), false);
      if (kept) spare.delete(key);
      else spare.set(key, value);
    },
    remove(key) {
      spare.delete(key);
      attempt((storage) => storage.removeItem(key));
    },
    keys(prefix) {
      const stored = attempt((storage) => Object.keys(storage), []);
      return [...new Set([...stored, ...spare.keys()])].filter((key) => key.startsWith(prefix));
    },
  };
}

export const browserStorage = guardedStorage(() => globalThis.localStorage);

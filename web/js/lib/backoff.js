const kFirstMilliseconds = 1_000;
const kLongestMilliseconds = 30_000;

/**
 * How long to wait before another try. Half of it is chance, so that many browsers that lost the
 * same server do not come back in the same instant.
 * @param {number} attempt 0 for the first wait
 * @param {() => number} random in [0, 1)
 * @returns {number} milliseconds
 */
export function backoff(attempt, random = Math.random) {
  const whole = Math.min(kLongestMilliseconds, kFirstMilliseconds * 2 ** attempt);
  return whole / 2 + (whole / 2) * random();
}

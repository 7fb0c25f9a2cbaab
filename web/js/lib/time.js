const kDayMilliseconds = 86_400_000;

/** The periods of the light in the window, each from its hour to the next one's. */
const kLight = [
  [0, 'night'],
  [5, 'dawn'],
  [8, 'morning'],
  [11, 'day'],
  [16, 'afternoon'],
  [19, 'dusk'],
  [21, 'night'],
];

/** @param {Date} now local time decides @returns {string} 'night', 'dawn', 'morning', ... */
export function lightOf(now) {
  return kLight.filter(([hour]) => hour <= now.getHours()).at(-1)[1];
}

/**
 * Where the sun, or at night the moon, stands on its way across the window.
 * @returns {number} from 0, just risen, to 1, about to set
 */
export function courseOf(now) {
  const hour = now.getHours() + now.getMinutes() / 60;
  const isDay = hour >= 5 && hour < 21;
  return isDay ? (hour - 5) / 16 : ((hour + 3) % 24) / 8;
}

/**
 * Sorts things with an `updated_at` into groups by calendar day, newest group first, order kept.
 * @returns {Array<{group: 'today'|'yesterday'|'week'|'older', items: Array}>} without empty groups
 */
export function groupByTime(items, now) {
  const groups = { today: [], yesterday: [], week: [], older: [] };
  for (const item of items) groups[groupOf(new Date(item.updated_at), now)].push(item);
  return Object.entries(groups)
    .filter(([, members]) => members.length > 0)
    .map(([group, members]) => ({ group, items: members }));
}

function groupOf(time, now) {
  const days = Math.round((startOfDay(now) - startOfDay(time)) / kDayMilliseconds);
  if (days <= 0) return 'today';
  if (days === 1) return 'yesterday';
  return days <= 7 ? 'week' : 'older';
}

// Rounding above takes care of the days that are 23 or 25 hours long.
function startOfDay(time) {
  return new Date(time.getFullYear(), time.getMonth(), time.getDate()).getTime();
}

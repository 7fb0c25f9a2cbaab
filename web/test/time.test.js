import assert from 'node:assert/strict';
import { test } from 'node:test';
import { courseOf, groupByTime, lightOf } from '../js/lib/time.js';

const noon = new Date(2026, 10, 23, 12, 0);
const at = (...parts) => ({ updated_at: new Date(...parts).toISOString() });
const groupsOf = (...items) => groupByTime(items, noon).map(({ group }) => group);

test('Groups go by the calendar day, not by hours', () => {
  assert.deepEqual(groupsOf(at(2026, 10, 23, 0, 1)), ['today']);
  assert.deepEqual(groupsOf(at(2026, 10, 22, 23, 59)), ['yesterday']);
  assert.deepEqual(groupsOf(at(2026, 10, 21)), ['week']);
  assert.deepEqual(groupsOf(at(2026, 10, 16)), ['week']);
  assert.deepEqual(groupsOf(at(2026, 10, 15)), ['older']);
});

test('A clock that is behind the service does not lose a conversation', () => {
  assert.deepEqual(groupsOf(at(2026, 10, 24)), ['today']);
});

test('Empty groups are left out, and the order within a group stays', () => {
  const [first, second] = [at(2026, 10, 23, 11), at(2026, 10, 23, 9)];
  assert.deepEqual(groupByTime([first, second], noon), [
    { group: 'today', items: [first, second] },
  ]);
  assert.deepEqual(groupByTime([], noon), []);
});

test('The light follows the hour', () => {
  const light = (hour) => lightOf(new Date(2026, 10, 23, hour));
  assert.deepEqual([0, 4, 5, 9, 12, 17, 20, 23].map(light), [
    'night',
    'night',
    'dawn',
    'morning',
    'day',
    'afternoon',
    'dusk',
    'night',
  ]);
});

test('Sun and moon go once across the window, from edge to edge', () => {
  for (let hour = 0; hour < 24; hour += 1) {
    const course = courseOf(new Date(2026, 10, 23, hour, 59));
    assert.ok(course >= 0 && course < 1, `at ${hour}:59 it is ${course}`);
  }
  assert.equal(courseOf(new Date(2026, 10, 23, 13)), 0.5);
  assert.equal(courseOf(new Date(2026, 10, 23, 1)), 0.5);
});

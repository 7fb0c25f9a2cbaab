import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { contrast } from '../tools/contrast.mjs';

const kCss = readFileSync(new URL('../css/tokens.css', import.meta.url), 'utf8');
const kLine = /--([a-z-]+): var\(--day, (oklch\([^)]*\))\) var\(--evening, (oklch\([^)]*\))\);/g;
const [kUsual, kMore] = kCss.split('@media (prefers-contrast: more)');

const kTexts = ['ink', 'ink-soft', 'accent-ink'];
const kGrounds = ['paper', 'paper-low', 'field', 'raised'];
const kTextPairs = [
  ...kTexts.flatMap((text) => kGrounds.map((ground) => [text, ground])),
  ['on-accent', 'accent'],
  ['help-ink', 'help'],
  ['help-ink', 'paper'],
  ['help-ink', 'raised'],
];
const kControlPairs = [
  ['accent', 'paper'],
  ['accent', 'raised'],
  ['outline', 'paper'],
  ['outline', 'raised'],
  ['help-outline', 'paper'],
  ['frame', 'paper'],
  ['accent-ink', 'paper-low'],
];

function themesOf(css) {
  const tokens = [...css.matchAll(kLine)];
  return {
    day: Object.fromEntries(tokens.map(([, name, day]) => [name, day])),
    evening: Object.fromEntries(tokens.map(([, name, , evening]) => [name, evening])),
  };
}

function demand(theme, pairs, least) {
  for (const [front, ground] of pairs) {
    const ratio = contrast(theme[front], theme[ground]);
    assert.ok(ratio >= least, `${front} on ${ground} has ${ratio.toFixed(2)}, and needs ${least}`);
  }
}

test('The arithmetic agrees with the ends of the scale', () => {
  assert.ok(Math.abs(contrast('oklch(0 0 0)', 'oklch(1 0 0)') - 21) < 0.01);
  assert.equal(contrast('oklch(0.5 0.1 20)', 'oklch(0.5 0.1 20)'), 1);
});

for (const [name, theme] of Object.entries(themesOf(kUsual))) {
  test(`Text can be read in the ${name} theme`, () => demand(theme, kTextPairs, 4.5));

  test(`Controls can be told from their ground in the ${name} theme`, () =>
    demand(theme, kControlPairs, 3));

  test(`Help has full contrast in the ${name} theme`, () =>
    demand(theme, [['help-ink', 'help']], 7));

  test(`Text can be read in every light of the window in the ${name} theme`, () => {
    const glows = [...kUsual.matchAll(kLine)].filter(([, token]) => token === 'glow');
    assert.equal(glows.length, 6);
    for (const [, , day, evening] of glows) {
      const lit = { ...theme, glow: name === 'day' ? day : evening };
      demand(
        lit,
        kTexts.map((text) => [text, 'glow']),
        4.5,
      );
    }
  });
}

const kUsualThemes = themesOf(kUsual);
for (const [name, changed] of Object.entries(themesOf(kMore))) {
  test(`Whoever asks for more contrast gets more in the ${name} theme`, () => {
    const theme = { ...kUsualThemes[name], ...changed };
    demand(theme, kTextPairs, 7);
    demand(theme, kControlPairs, 4.5);
  });
}

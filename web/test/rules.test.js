import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { strings } from '../js/lib/strings.js';

const kRoot = new URL('../', import.meta.url);
const read = (path) => readFileSync(new URL(path, kRoot), 'utf8');
const filesIn = (folder, ending) =>
  readdirSync(new URL(folder, kRoot))
    .filter((name) => name.endsWith(ending))
    .map((name) => folder + name);

const kScripts = [
  'app.js',
  ...['js/', 'js/lib/', 'js/models/', 'js/components/'].flatMap((folder) => filesIn(folder, '.js')),
];
const kStyles = filesIn('css/', '.css');
const kPages = ['index.html', 'help.html'];

test('Markup enters the page in lib/markdown.js only', () => {
  const sinks = /\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|setHTML\w*)/;
  for (const path of kScripts.filter((name) => name !== 'js/lib/markdown.js')) {
    assert.doesNotMatch(read(path), sinks, path);
  }
});

test('No page has a script, a style or a handler of its own', () => {
  for (const path of kPages) {
    const page = read(path);
    assert.doesNotMatch(page, /<style|\sstyle=|\son[a-z]+=|javascript:/i, path);
    for (const [tag] of page.matchAll(/<script[^>]*>/g))
      assert.match(tag, /src="\{\{assets\}\}/, path);
  }
});

test('No script sets a style attribute, which the content security policy would drop', () => {
  for (const path of kScripts) {
    assert.doesNotMatch(read(path), /setAttribute\('style'|\{ style:|cssText/, path);
  }
});

test('Colours are in tokens.css only', () => {
  for (const path of kStyles.filter((name) => name !== 'css/tokens.css')) {
    assert.doesNotMatch(read(path), /oklch\(|rgba?\(|hsla?\(|#[0-9a-f]{3,8}\b/i, path);
  }
});

test('Every token that is used is there', () => {
  const known = new Set(
    [...read('css/tokens.css').matchAll(/^\s*(--[a-z0-9-]+):/gm)].map(([, name]) => name),
  );
  const local = new Set([
    '--visible-height',
    '--course',
    '--height',
    '--pane',
    '--side',
    '--reserve',
  ]);
  for (const path of kStyles) {
    for (const [, name] of read(path).matchAll(/var\((--[a-z0-9-]+)/g)) {
      assert.ok(known.has(name) || local.has(name), `${name} in ${path}`);
    }
  }
});

test('Every icon that is used is in the sprite', () => {
  const sprite = read('icons.svg');
  for (const path of kScripts) {
    for (const [, name] of read(path).matchAll(/\bicon\('([a-z]+)'\)/g)) {
      assert.ok(sprite.includes(`<symbol id="${name}"`), `${name} in ${path}`);
    }
  }
});

test('Models and the stream know no document', () => {
  for (const path of [
    ...filesIn('js/models/', '.js'),
    'js/api.js',
    'js/stream.js',
    'js/state.js',
  ]) {
    assert.doesNotMatch(read(path), /\b(document|window|navigator)\./, path);
  }
});

test('Words that stand in a page say the same as strings.js', () => {
  const page = read('index.html');
  for (const [, path, words] of page.matchAll(/data-words="([^"]+)">([^<]+)</g)) {
    assert.equal(
      words,
      path.split('.').reduce((found, key) => found[key], strings),
    );
  }
});

test('No file is longer than 150 lines', () => {
  for (const path of [...kScripts, ...kStyles.filter((name) => name !== 'css/tokens.css')]) {
    const lines = read(path).split('\n').length;
    assert.ok(lines <= 151, `${path} has ${lines}`);
  }
});

// Everything that a page can set, call, hear and style is in the help centre, and nothing else is.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { LAUNCHER_MEASURES, LAUNCHER_TOKENS, PANEL_MEASURES, PANEL_TOKENS } from '../design/tokens';
import { launcherSettings, panelSettings } from './settings';

const ARTICLES = '../knowledge/articles'; // tests run in web/
const SOURCES = readdirSync('src', { recursive: true })
  .map(String)
  .filter((file) => /\.tsx?$/.test(file) && !file.includes('.test.'))
  .map((file) => readFileSync(join('src', file), 'utf8'))
  .join('\n');

/** Returns what the first column of a section's table names, by what of a name counts. */
function documented(article: string, section: string, name: RegExp): string[] {
  const text = readFileSync(join(ARTICLES, article), 'utf8');
  const rows = text.split(`## ${section}`)[1]?.split('\n## ')[0]?.split('\n') ?? [];
  return rows.flatMap((row) => name.exec(row)?.[1] ?? []).sort();
}

function named(pattern: RegExp): string[] {
  return [...new Set([...SOURCES.matchAll(pattern)].map((found) => found[1]!))].sort();
}

test('each attribute is described', () => {
  const settings = { ...launcherSettings({}), ...panelSettings({}), target: '' };
  const attributes = Object.keys(settings).map((name) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
  assert.deepEqual(documented('widget-settings.md', 'Which attributes', /^\| `data-([\w-]+)`/), attributes.sort());
});

test('each CSS variable is described', () => {
  const variables = Object.keys({ ...LAUNCHER_TOKENS, ...PANEL_TOKENS, ...LAUNCHER_MEASURES, ...PANEL_MEASURES, 'z-index': '' });
  assert.deepEqual(documented('widget-settings.md', 'Which CSS variables', /^\| `--sb-([\w-]+)`/), variables.sort());
});

test('each part is described', () => {
  const parts = [...named(/\bpart="(\w+)"/g), ...named(/\.part\.add\('(\w+)'\)/g)].sort();
  assert.deepEqual(documented('widget-settings.md', 'Which parts', /^\| `(\w+)`/), parts);
});

test('each command is described', () => {
  const written = [...named(/^ {4}(\w+): \(bot\b/gm), ...named(/command === '(\w+)'/g)];
  const plain = [...SOURCES.matchAll(/for \(const name of \[(.+)\] as const\) \{\s+commands/g)].flatMap((found) => found[1]!.match(/\w+/g)!);
  assert.deepEqual(documented('widget-script.md', 'Which commands', /^\| `SupportBot\('(\w+)'/), [...written, ...plain].sort());
});

test('each event is described', () => {
  const events = named(/\bemit\(\s*'([\w:]+)'/g);
  assert.deepEqual(documented('widget-script.md', 'Which events', /^\| `([\w:]+)`/), events);
});

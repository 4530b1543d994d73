import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accentTexts, onAccent } from './colour';

test('what is drawn on an accent can be read', () => {
  assert.equal(onAccent('#0f766e'), '#fff');
  assert.equal(onAccent('#ffd400'), '#101216');
  assert.equal(onAccent('teal'), '');
});

test('a faint accent is darkened before it becomes text', () => {
  assert.notEqual(accentTexts('#ffd400', 'light')['accent-text'], '#ffd400');
  assert.equal(accentTexts('#0f766e', 'light')['accent-text'], '#0f766e');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CitationData } from '../api/types';
import { codePoints, markedText } from './marks';

function citation(n: number, end: number, quote: string): CitationData {
  return { n, source: 's', title: '', url: '', section: '', quote, answer_start: 0, answer_end: end, source_start: 0, source_end: 0, updated: '', page: null, verified: true };
}

test('each mark finds the claim that it closes', () => {
  const { marks } = markedText('One 🎒. [1] Two. [1]', new Set([1]), [citation(1, 6, 'first'), citation(1, 16, 'second')]);
  assert.deepEqual(marks.map((mark) => mark.citation?.quote), ['first', 'second']);
});

test('a mark whose citation has not come yet has none of an earlier claim', () => {
  const { marks } = markedText('One. [1] Two. [2][1]', new Set([1, 2]), [citation(1, 4, 'first'), citation(2, 13, 'second')]);
  assert.deepEqual(marks.map((mark) => mark.citation?.quote), ['first', 'second', undefined]);
});

test('a number that names no source stays text', () => {
  assert.equal(markedText('items[0] and [7]', new Set([1]), []).text, 'items[0] and [7]');
});

test('text cannot forge a mark', () => {
  assert.deepEqual(markedText('[\uE0000]', new Set([1]), []), { text: '[0]', marks: [] });
});

test('lengths are counted in code points', () => {
  assert.equal(codePoints('🎒設定'), 3);
});

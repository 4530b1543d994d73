import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CitationData, SourceData } from '../api/types';
import { internalClaims, reanchored, without } from './claims';

const PUBLIC: SourceData = { n: 1, id: 'a', title: 'A', url: '', section: '', page: null, snippet: '', updated: '', audience: 'public' };
const SOURCES: SourceData[] = [PUBLIC, { ...PUBLIC, n: 2, audience: 'internal' }];
const TEXT = 'Hello 🙂 Ada. You may return it [1]. We pay the post [2]. Both hold [1] [2]. Bye.';

function cited(n: number, claim: string): CitationData {
  const start = [...TEXT.slice(0, TEXT.indexOf(claim))].length;
  const { id: source, title, url, section, page, updated } = PUBLIC;
  return { n, source, title, url, section, page, quote: '', answer_start: start, answer_end: start + [...claim].length, source_start: 0, source_end: 0, updated, verified: true };
}

const CITATIONS = [cited(1, 'You may return it'), cited(2, 'We pay the post')];

test('a claim on internal passages alone is found, by its citation or by its sentence', () => {
  for (const citations of [CITATIONS, []]) {
    const found = internalClaims(TEXT, SOURCES, citations).map(({ start, marks }) => TEXT.slice(start, marks));
    assert.deepEqual(found, ['We pay the post']);
  }
});

test('a claim that is left out leaves nothing behind', () => {
  assert.equal(without(TEXT, internalClaims(TEXT, SOURCES, CITATIONS)), 'Hello 🙂 Ada. You may return it [1]. Both hold [1] [2]. Bye.');
  const list = 'So:\n\n- One. [1]\n- Two. [2]\n\nBye';
  assert.equal(without(list, internalClaims(list, SOURCES, [])), 'So:\n\n- One. [1]\n\nBye');
});

test('a citation follows its claim and is lost with it', () => {
  const changed = TEXT.replace('Hello 🙂 Ada', 'Dear Ms Lovelace').replace('We pay the post', 'We will pay');
  const moved = reanchored(TEXT, changed, CITATIONS);
  assert.deepEqual(moved.map(({ n, answer_start, answer_end }) => [n, [...changed].slice(answer_start, answer_end).join('')]), [[1, 'You may return it']]);
});

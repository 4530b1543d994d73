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

function left(written: string, text = written): string {
  return without(text, internalClaims(text, { text: written, sources: SOURCES, citations: [] }));
}

const CITATIONS = [cited(1, 'You may return it'), cited(2, 'We pay the post')];

test('a claim on internal passages is found, by its citation or by its sentence', () => {
  for (const citations of [CITATIONS, []]) {
    const found = internalClaims(TEXT, { text: TEXT, sources: SOURCES, citations }).map(({ start, marks }) => TEXT.slice(start, marks));
    assert.deepEqual(found, ['We pay the post', 'Both hold']);
  }
});

test('a claim that is left out leaves nothing behind', () => {
  assert.equal(left(TEXT), 'Hello 🙂 Ada. You may return it [1]. Bye.');
  const list = 'So:\n\n- One. [1]\n- Two. [2]\n\nBye';
  assert.equal(left(list), 'So:\n\n- One. [1]\n\nBye');
  assert.equal(left('A [2] and also B [2]. C [1].'), 'C [1].');
});

test('a citation follows its claim and is lost with it', () => {
  const changed = TEXT.replace('Hello 🙂 Ada', 'Dear Ms Lovelace').replace('We pay the post', 'We will pay');
  const moved = reanchored(TEXT, changed, CITATIONS);
  assert.deepEqual(moved.map(({ n, answer_start, answer_end }) => [n, [...changed].slice(answer_start, answer_end).join('')]), [[1, 'You may return it']]);
});

test('a claim that stands out, or is a heading, leaves none of its signs', () => {
  for (const [before, said] of [['**', 'VIP customers get a voucher:'], ['## ', 'A voucher for VIP customers'], ['## **', 'A voucher']] as const) {
    const written = `You may return it. [1]\n\n${before}${said}${before.includes('**') ? '**' : ''} [2]\n\nSo long. [1]`;
    const start = [...written.slice(0, written.indexOf(said))].length;
    const citations = [{ ...CITATIONS[1]!, answer_start: start, answer_end: start + said.length }];
    assert.equal(without(written, internalClaims(written, { text: written, sources: SOURCES, citations })), 'You may return it. [1]\n\nSo long. [1]');
  }
});

test('a full stop within a sentence does not end it', () => {
  for (const said of ['We pay 12.5 percent back', 'Write to vip@example.com for the code', 'We pay, e.g. for parcels, the post', 'We pay approx. half of it', 'Ask for Dr. Who at the desk', '《特例》第3.2條適用']) {
    assert.equal(left(`Hello there. ${said} [2]. So long [1].`), 'Hello there. So long [1].', said);
    assert.equal(left(`You may return it. [1] ${said}. [2] So long. [1]`), 'You may return it. [1] So long. [1]', said);
  }
  assert.equal(left('可以退貨。[1]我們付郵資。[2]再見。'), '可以退貨。[1]再見。');
});

test('a claim whose mark an agent deletes is still internal', () => {
  const written = 'You may return it [1]. VIP customers get a voucher with the code GOLD77 [2]. So long [1].';
  for (const changed of ['VIP customers get a voucher with the code GOLD77.', 'As a VIP customer you get a voucher: the code GOLD77.', 'The code is GOLD77 for VIP customers [1].']) {
    assert.equal(left(written, written.replace(/VIP.+\[2\]\./, changed)), 'You may return it [1]. So long [1].', changed);
  }
  assert.equal(left(written, 'You may return it within a month [1].'), 'You may return it within a month [1].');
  const both = 'We pay the post back [1] [2].';
  assert.equal(left(both, 'We pay the post back [1].'), '');
});

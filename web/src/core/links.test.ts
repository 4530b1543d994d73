import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerLink, sourceLink } from './links';

test('only https and mailto leave an answer', () => {
  assert.equal(answerLink('https://example.com/a'), 'https://example.com/a');
  assert.equal(answerLink('mailto:help@example.com'), 'mailto:help@example.com');
  for (const address of ['javascript:alert(1)', ' java\nscript:alert(1)', 'data:text/html,x', 'http://example.com', '//example.com', 'vbscript:x', '']) {
    assert.equal(answerLink(address), null, address);
  }
});

test('a source link leads to the first of the quoted words', () => {
  assert.equal(sourceLink('https://example.com/a', '2. Choose the well-known plan, then pay.'), 'https://example.com/a#:~:text=Choose%20the%20well%2Dknown%20plan%2C%20then%20pay.');
});

test('a source link that already leads to its passage stays as it is', () => {
  assert.equal(sourceLink('https://example.com/a#plans', 'Choose.'), 'https://example.com/a#plans');
  assert.equal(sourceLink('http://127.0.0.1:8000/sources/x?start=1', 'Choose.'), 'http://127.0.0.1:8000/sources/x?start=1');
});

test('a source link is never a script', () => {
  assert.equal(sourceLink('javascript:alert(1)', 'Choose.'), null);
});

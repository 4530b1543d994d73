import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceData } from '../api/types';
import { insertion, unmarked } from './insertion';

const RETURNS: SourceData = { n: 1, id: 'r', title: 'Return an item', url: 'https://help.example.com/returns', section: '', page: null, snippet: '', updated: '', audience: 'public' };
const INTERNAL: SourceData = { ...RETURNS, n: 2, id: 'i', title: 'What agents may promise', url: 'https://wiki.example.com/promise', audience: 'internal' };
const SOURCES = [RETURNS, INTERNAL];

test('marks go, other numbers in brackets stay', () => {
  assert.equal(unmarked('Within 30 days [1]. We pay. [1] [2]\n\nSee [7].', SOURCES), 'Within 30 days. We pay.\n\nSee [7].');
});

test('a draft is plain text and simple HTML', () => {
  const { text, html } = insertion('Hello **Ada**,\n\n1. Open *Orders*. [1]\n2. Print it. [1]\n\nBye', SOURCES, { withLinks: false });
  assert.equal(text, 'Hello Ada,\n\n1. Open Orders.\n2. Print it.\n\nBye');
  assert.equal(html, '<p>Hello <strong>Ada</strong>,</p><ol><li>Open <em>Orders</em>.</li><li>Print it.</li></ol><p>Bye</p>');
});

test('only the public articles that are cited are linked, once', () => {
  const { text, html } = insertion('So. [1] And so. [2] Again. [1]', [...SOURCES, { ...RETURNS, n: 3, url: 'https://help.example.com/other' }], { withLinks: true });
  assert.equal(text, 'So. And so. Again.\n\nReturn an item: https://help.example.com/returns');
  assert.match(html, /<p><a href="https:&#47;&#47;help|<p><a href="https:\/\/help.example.com\/returns">Return an item<\/a><\/p>$/);
});

test('what a draft holds of HTML and of addresses that do something is text', () => {
  const { html } = insertion('<img src=x onerror=alert(1)> [go](javascript:alert(1)) `<b>` <b onclick=x>y</b>', [], { withLinks: true });
  assert.doesNotMatch(html, /<(?!\/?(p|code)>)/);
  assert.doesNotMatch(html, /href/);
});

test('a title cannot leave its link', () => {
  const source = { ...RETURNS, title: '"><script>alert(1)</script>' };
  assert.doesNotMatch(insertion('So. [1]', [source], { withLinks: true }).html, /<script|"></);
});

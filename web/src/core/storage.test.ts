import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EMPTY, reduce } from './conversation';
import { ConversationStore } from './storage';

const CONVERSATION = reduce(EMPTY, { type: 'asked', id: 't1', question: 'How?' });
const MONTH = 31 * 24 * 60 * 60 * 1000;

test('a page that may not store remembers while it is open', () => {
  const store = new ConversationStore('local', 'https://a.example'); // Node has no window, which throws as a sandbox does
  store.keep(CONVERSATION);
  store.keepDraft('half a quest');
  assert.equal(store.conversation().turns[0]?.question, 'How?');
  assert.equal(store.draft(), 'half a quest');
});

test('a conversation is forgotten after its time', () => {
  let now = 0;
  const store = new ConversationStore('none', 'https://a.example', () => now);
  store.keep(CONVERSATION);
  now = MONTH;
  assert.deepEqual(store.conversation(), EMPTY);
});

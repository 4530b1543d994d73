import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Conversation, type ConversationEvent, EMPTY, reduce, resumed } from './conversation';

const ASKED: ConversationEvent = { type: 'asked', id: 't1', question: 'How?' };
const META: ConversationEvent = { type: 'meta', data: { conversation_id: 'c', message_id: 'm', trace_id: 't' } };
const DELTA: ConversationEvent = { type: 'delta', data: { text: 'So. [1]' } };

function done(status: 'complete' | 'partial' | 'interrupted'): ConversationEvent {
  const usage = { input_tokens: 0, cached_tokens: 0, output_tokens: 0 };
  return { type: 'done', data: { status, usage, cost: 0, ms: { first_token: null, total: 1 } } };
}

function after(...events: ConversationEvent[]): Conversation {
  return events.reduce(reduce, EMPTY);
}

function lastState(...events: ConversationEvent[]): string | undefined {
  return after(...events).turns.at(-1)?.state;
}

test('an answer grows by what comes and ends when it is done', () => {
  const conversation = after(ASKED, META, DELTA, { type: 'delta', data: { text: ' And so. [1]' } }, done('complete'));
  assert.equal(conversation.id, 'c');
  assert.equal(conversation.turns[0]?.text, 'So. [1] And so. [1]');
  assert.equal(conversation.turns[0]?.state, 'done');
});

test('sources that come in two events are all kept', () => {
  const source = { n: 1, id: 'a', title: 'A', url: '', section: '', snippet: '', updated: '', page: null, audience: 'public' as const };
  const first: ConversationEvent = { type: 'sources', data: { sources: [source] } };
  const second: ConversationEvent = { type: 'sources', data: { sources: [{ ...source, n: 2 }] } };
  assert.deepEqual(after(ASKED, first, second).turns[0]?.sources.map(({ n }) => n), [1, 2]);
});

test('what arrives after a stop is not shown', () => {
  const conversation = after(ASKED, DELTA, { type: 'stopped' }, DELTA, done('complete'));
  assert.equal(conversation.turns[0]?.text, 'So. [1]');
  assert.equal(conversation.turns[0]?.state, 'stopped');
});

test('an answer that broke off is interrupted, whatever else is said of it', () => {
  const error: ConversationEvent = { type: 'error', data: { type: '/problems/x', title: '', status: 502, detail: '' } };
  assert.equal(lastState(ASKED, DELTA, error, done('partial')), 'interrupted');
});

test('a person who is offered is kept', () => {
  const handoff = { kind: 'url', url: 'https://example.com/contact', reason: 'no_answer' } as const;
  assert.equal(after(ASKED, { type: 'handoff', data: handoff }).turns[0]?.handoff, handoff);
});

test('an error before any text is a failure, one after it an interruption', () => {
  const error: ConversationEvent = { type: 'error', data: { type: '/problems/x', title: '', status: 502, detail: '' } };
  assert.equal(lastState(ASKED, error, done('interrupted')), 'failed');
  assert.equal(lastState(ASKED, DELTA, error, done('interrupted')), 'interrupted');
});

test('an answer that the page left behind is found interrupted', () => {
  assert.deepEqual(resumed(after(ASKED, DELTA)).turns.map(({ state }) => state), ['interrupted']);
});

test('an event without a question changes nothing', () => {
  assert.equal(reduce(EMPTY, DELTA), EMPTY);
});

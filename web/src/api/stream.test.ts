import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answerEvent } from './events';
import { EventStreamDecoder, type ServerSentEvent } from './stream';

const STREAM = ': ping\n\nid: m:0\nevent: meta\ndata: {"v":1}\n\nevent: delta\r\ndata: {"text":"設定 é 🎒"}\r\n\r\nevent: x\rdata: a\rdata: b\r\rdata: bare\n\nevent: empty\n\n';
const EVENTS = [
  { id: 'm:0', name: 'meta', data: '{"v":1}' },
  { id: 'm:0', name: 'delta', data: '{"text":"設定 é 🎒"}' },
  { id: 'm:0', name: 'x', data: 'a\nb' },
  { id: 'm:0', name: 'message', data: 'bare' },
];

function decoded(bytes: Uint8Array, size: number): ServerSentEvent[] {
  const decoder = new EventStreamDecoder();
  const events: ServerSentEvent[] = [];
  for (let start = 0; start < bytes.length; start += size) events.push(...decoder.feed(bytes.subarray(start, start + size)));
  return events;
}

test('the same events come out however the bytes are split', () => {
  const bytes = new TextEncoder().encode(STREAM);
  for (let size = 1; size <= bytes.length; size += 1) assert.deepEqual(decoded(bytes, size), EVENTS, `pieces of ${size}`);
});

test('an event whose end never came is not told', () => {
  assert.deepEqual(decoded(new TextEncoder().encode('event: delta\ndata: {}\n'), 100), []);
});

test('an event that the widget does not know is ignored', () => {
  assert.equal(answerEvent('suggestions', '{"items":[]}'), null);
  assert.equal(answerEvent('toString', '{}'), null);
  assert.deepEqual(answerEvent('delta', '{"text":"a"}'), { type: 'delta', data: { text: 'a' } });
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ticket } from './host';
import { KeptReplies } from './kept';
import { begunPiece, begunWork, inPiece, type PieceEvent, withPiece, type Work } from './work';

const DELTA: PieceEvent = { type: 'delta', data: { text: 'Soon.' } };

function ticket(id: string, ...said: string[]): Ticket {
  return { id, subject: '', customer: '', locale: '', messages: said.map((text, place) => ({ id: String(place), from: 'customer', text, at: '' })) };
}

function replied(to: Ticket, ...events: PieceEvent[]): Work {
  const work = withPiece(begunWork(to), 'reply', begunPiece('p'));
  return [DELTA, ...events].reduce((after: Work, event) => inPiece(after, 'p', event), work);
}

function kept(): { keys: Map<string, string>; replies: KeptReplies } {
  const keys = new Map<string, string>();
  const replies = new KeptReplies({ getItem: (key) => keys.get(key) ?? null, setItem: (key, text) => void keys.set(key, text), removeItem: (key) => void keys.delete(key) }, 'generic');
  return { keys, replies };
}

test('a whole reply is found again while its ticket is as it was', () => {
  const { replies } = kept();
  const asked = ticket('7', 'When?');
  replies.keep(replied(asked, { type: 'cut' }));
  assert.equal(replies.work(asked).reply?.turn.text, 'Soon.');
  assert.equal(replies.work(ticket('7', 'When?', 'Hello?')).reply, null);
  assert.equal(replies.work(ticket('8', 'When?')).reply, null);
});

test('what an agent wrote is found again whatever has come to the ticket', () => {
  const { replies } = kept();
  replies.keep(replied(ticket('7', 'When?'), { type: 'cut' }, { type: 'edited', text: 'My words.' }));
  assert.equal(replies.work(ticket('7', 'When?', 'Hello?')).reply?.edited, 'My words.');
});

test('a reply that is still written is not kept, nor what else stands there', () => {
  const { keys, replies } = kept();
  replies.keep(replied(ticket('7', 'When?')));
  assert.equal(keys.size, 0);
  for (const text of ['{', '[]', '{"reply":{}}', '{"reply":{"turn":{"id":1}},"begunFor":""}']) {
    keys.set('support-bot:reply:generic:7', text);
    assert.equal(replies.work(ticket('7', 'When?')).reply, null, text);
  }
});

test('the replies of the last twenty tickets are kept', () => {
  const { keys, replies } = kept();
  for (let id = 1; id <= 25; id += 1) replies.keep(replied(ticket(String(id), 'When?'), { type: 'cut' }));
  assert.equal(keys.size, 21);
  assert.equal(replies.work(ticket('5', 'When?')).reply, null);
  assert.equal(replies.work(ticket('6', 'When?')).reply?.turn.text, 'Soon.');
});

test('a browser that stores nothing is no failure', () => {
  const full = () => {
    throw new Error('QuotaExceededError');
  };
  const replies = new KeptReplies({ getItem: () => null, setItem: full, removeItem: full }, 'generic');
  replies.keep(replied(ticket('7', 'When?'), { type: 'cut' }));
  assert.equal(replies.work(ticket('7', 'When?')).reply, null);
});

test('a ticket of another account or helpdesk is another, though its number be the same', () => {
  const { keys, replies } = kept();
  const asked = { ...ticket('7', 'When?'), account: 'https://acme.example.com' };
  replies.keep(replied(asked, { type: 'cut' }));
  assert.equal(replies.work(asked).reply?.turn.text, 'Soon.');
  assert.equal(replies.work({ ...asked, account: 'https://other.example.com' }).reply, null);
  const front = new KeptReplies({ getItem: (key) => keys.get(key) ?? null, setItem: () => {}, removeItem: () => {} }, 'front');
  assert.equal(front.work(asked).reply, null);
});

test('another agent finds nothing of what was kept for the one before', () => {
  const { keys, replies } = kept();
  replies.of('agent:1');
  replies.keep(replied(ticket('7', 'When?'), { type: 'cut' }));
  replies.of('agent:1');
  assert.equal(replies.work(ticket('7', 'When?')).reply?.turn.text, 'Soon.');
  replies.of('agent:2');
  assert.equal(replies.work(ticket('7', 'When?')).reply, null);
  assert.deepEqual([...keys.keys()], ['support-bot:replies-of']);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ticket } from './host';
import { begunPiece, begunWork, hasChanged, inPiece, isDraft, type PieceEvent, restored, withdrawn, withPiece, type Work, worded } from './work';

const TICKET: Ticket = { id: '7', subject: 'Refund', customer: 'Ada', locale: 'en', messages: [{ id: 'm1', from: 'customer', text: 'When?', at: '' }] };
const DELTA: PieceEvent = { type: 'delta', data: { text: 'Soon. [1]' } };
const DONE: PieceEvent = { type: 'done', data: { status: 'complete', usage: { input_tokens: 0, cached_tokens: 0, output_tokens: 0 }, cost: 0, ms: { first_token: null, total: 1 } } };

function verdict(outcome: 'answered' | 'no_answer'): PieceEvent {
  return { type: 'verdict', data: { outcome, mode: 'generated', confidence: 0.9, degraded: null } };
}

function drafted(...events: PieceEvent[]): Work {
  const work = withPiece(begunWork(TICKET), 'reply', begunPiece('p1'));
  return events.reduce((after, event) => inPiece(after, 'p1', event), work);
}

test('a draft grows by what comes, and is one when it is done', () => {
  const under = drafted({ type: 'begun', data: { conversation_id: '', message_id: 'd1', trace_id: '', draft_id: 'd1' } }, DELTA);
  assert.equal(isDraft(under.reply!), false);
  const work = inPiece(inPiece(under, 'p1', verdict('answered')), 'p1', DONE);
  assert.equal(work.reply!.draftId, 'd1');
  assert.equal(isDraft(work.reply!), true);
});

test('where nothing solid was found there is no draft', () => {
  assert.equal(isDraft(drafted(DELTA, verdict('no_answer'), DONE).reply!), false);
});

test('a ticket that changes while a draft comes leaves it as it is and says so', () => {
  const work = drafted(DELTA);
  const messages = [...TICKET.messages, { id: 'm2', from: 'customer' as const, text: 'Hello?', at: '' }];
  const changed = inPiece({ ...work, ticket: { ...TICKET, messages } }, 'p1', DELTA);
  assert.equal(hasChanged(work), false);
  assert.equal(hasChanged(changed), true);
  assert.equal(changed.reply!.turn.text, 'Soon. [1]Soon. [1]');
});

test('what an agent wrote is not lost by what comes, nor by a new draft', () => {
  const edited = inPiece(drafted(DELTA, DONE), 'p1', { type: 'edited', text: 'By Friday. [1]' });
  assert.equal(worded(inPiece(edited, 'p1', { type: 'rated', rating: 'up' }).reply!), 'By Friday. [1]');
  const again = withPiece(edited, 'reply', begunPiece('p2'));
  assert.equal(worded(again.before!), 'By Friday. [1]');
  const failed = withPiece(again, 'reply', begunPiece('p3'));
  assert.equal(worded(failed.before!), 'By Friday. [1]', 'a draft without words takes no place');
  assert.equal(worded(restored(failed).reply!), 'By Friday. [1]');
});

test('half a draft does not take the place of what an agent wrote', () => {
  const edited = inPiece(drafted(DELTA, DONE), 'p1', { type: 'edited', text: 'By Friday. [1]' });
  const broken = inPiece(inPiece(withPiece(edited, 'reply', begunPiece('p2')), 'p2', DELTA), 'p2', { type: 'cut' });
  assert.equal(worded(withPiece(broken, 'reply', begunPiece('p3')).before!), 'By Friday. [1]');
  const half = inPiece(drafted(DELTA), 'p1', { type: 'stopped' });
  assert.equal(worded(withPiece(half, 'reply', begunPiece('p2')).before!), 'Soon. [1]', 'better than nothing');
});

test('what was asked for in vain leaves the rest as it has become', () => {
  const earlier = drafted(DELTA, DONE);
  const asked = withPiece(withPiece(earlier, 'reply', begunPiece('p2')), 'asked', begunPiece('q', { question: 'Why?' }));
  const after = withdrawn({ ...asked, ticket: { ...TICKET, subject: 'Refund now' } }, 'p2', earlier);
  assert.deepEqual([after.reply?.turn.id, after.before, after.asked.length, after.ticket.subject], ['p1', null, 1, 'Refund now']);
  assert.equal(withdrawn(after, 'q', earlier).asked.length, 0);
});

test('text that is as it came counts as not edited', () => {
  assert.equal(inPiece(drafted(DELTA), 'p1', { type: 'edited', text: 'Soon. [1]' }).reply!.edited, null);
});

test('what belongs to a draft that is gone changes nothing', () => {
  const work = withPiece(drafted(), 'reply', begunPiece('p2'));
  assert.equal(inPiece(work, 'p1', DELTA).reply!.turn.text, '');
});

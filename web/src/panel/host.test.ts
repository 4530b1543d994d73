import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ticketOf as chatwootTicket } from './chatwoot';
import { ticketOf as genericTicket } from './generic';
import { HostFailed, inTime, isEmpty, sentTicket, stateOf } from './host';

test('a promise that takes too long is a helpdesk that is silent', async () => {
  await assert.rejects(inTime(new Promise(() => {}), 1), (error) => error instanceof HostFailed && error.kind === 'silent');
  assert.equal(await inTime(Promise.resolve(1), 1000), 1);
});

test('the last messages are sent, whatever is too long cut', () => {
  const messages = Array.from({ length: 510 }, (_, place) => ({ id: String(place), from: 'customer' as const, html: 'x'.repeat(300_000), at: '' }));
  const sent = sentTicket({ id: '1', subject: 'x'.repeat(2_000), customer: '', locale: 'no tag', messages });
  assert.deepEqual([sent.messages.length, sent.messages[0]!.id, sent.messages[0]!.html!.length], [14, '496', 100_000]);
  const short = sentTicket({ id: '1', subject: '', customer: '', locale: '', messages: messages.map((message) => ({ ...message, html: 'x' })) });
  assert.deepEqual([short.messages.length, short.messages[0]!.id], [500, '10']);
  assert.deepEqual([sent.subject.length, sent.locale], [1_000, '']);
});

test('a ticket in which the customer said nothing is empty', () => {
  const ticket = { id: '1', subject: ' ', customer: '', locale: '', messages: [{ id: 'a', from: 'agent' as const, text: 'Hello', at: '' }] };
  assert.equal(isEmpty(ticket), true);
  assert.equal(isEmpty({ ...ticket, messages: [{ id: 'b', from: 'customer', html: '<p>&nbsp;<br></p>', at: '' }] }), true);
  assert.equal(isEmpty({ ...ticket, messages: [{ id: 'b', from: 'customer', html: '<p>Hi</p>', at: '' }] }), false);
  assert.equal(isEmpty({ ...ticket, subject: 'Refund' }), false);
});

test('signs that open no tag are words, and what the server does not take is not looked at', () => {
  const mail = (html: string) => ({ id: '1', subject: '', customer: '', locale: '', messages: [{ id: 'a', from: 'customer' as const, html, at: '' }] });
  assert.equal(isEmpty(mail('<<p>')), false); // each sign is read once, not once for every sign before it
  assert.equal(isEmpty(mail(`${'<br>'.repeat(25_000)}Hello`)), true);
});

test('a message more is another state', () => {
  const ticket = genericTicket({ type: 'support-bot:context', ticket: { id: 1, messages: [{ text: 'a' }] } })!;
  const more = genericTicket({ type: 'support-bot:context', ticket: { id: 1, messages: [{ text: 'a' }, { text: 'b' }] } })!;
  assert.notEqual(stateOf(ticket), stateOf(more));
});

test('what a page says wrongly of a ticket counts as not said', () => {
  const ticket = genericTicket({ type: 'support-bot:context', ticket: { id: 4, subject: {}, messages: [{ from: 'robot', text: 5 }, null, 'x', { html: '<p>' }] } });
  assert.deepEqual(ticket, {
    id: '4',
    subject: '',
    customer: '',
    locale: '',
    messages: [
      { id: '0', from: 'customer', text: '5', at: '' },
      { id: '1', from: 'customer', text: '', at: '' },
      { id: '2', from: 'customer', text: '', at: '' },
      { id: '3', from: 'customer', html: '<p>', at: '' },
    ],
  });
  assert.equal(genericTicket({ type: 'support-bot:context' }), null);
});

test('Chatwoot marks who speaks by a number, and notes', () => {
  const message = (message_type: number, isNote = false) => ({ id: 10 + message_type, content: 'c', message_type, private: isNote, created_at: 1_700_000_000 });
  const ticket = chatwootTicket({ conversation: { id: 3, account_id: 1, messages: [message(0), message(1), message(1, true), message(2), message(3)] }, contact: { name: 'Ada' } })!;
  assert.deepEqual(ticket.messages.map(({ from }) => from), ['customer', 'agent', 'note']);
  assert.deepEqual(ticket.chatwoot, { account_id: 1, conversation_id: 3 });
  assert.equal(ticket.messages[0]!.at, '2023-11-14T22:13:20.000Z');
  assert.equal(chatwootTicket({}), null);
  assert.equal(chatwootTicket({ conversation: { id: 3 } })!.chatwoot, undefined, 'nobody can read it without its account');
});

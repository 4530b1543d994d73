import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptied, formKept, isAddress, written } from './form';

test('what was written is found again, under the same key', () => {
  const form = written(formKept('', 'When?'), { email: 'ada@example.com' });
  assert.deepEqual(formKept(JSON.stringify(form), 'Another question'), form);
});

test('without anything kept the last question is the message', () => {
  assert.equal(formKept('', 'When?').message, 'When?');
  assert.equal(formKept('{', 'When?').message, 'When?');
});

test('another message is another request', () => {
  const form = formKept('', '');
  assert.notEqual(written(form, { message: 'Hello' }).key, form.key);
  assert.deepEqual({ ...emptied(written(form, { email: 'a@example.com', message: 'Hello' }), null), key: '' }, { email: 'a@example.com', name: '', message: '', key: '', sent: null });
});

test('what is on its way is known until it has arrived', () => {
  const form = emptied(formKept('', 'When?'), { id: 'h_1', email: 'ada@example.com' });
  assert.deepEqual(formKept(JSON.stringify(written(form, { message: 'And?' })), '').sent, { id: 'h_1', email: 'ada@example.com' });
  assert.equal(formKept('{"sent": null}', '').sent, null);
});

test('an address is one address', () => {
  for (const right of ['ada@example.com', ' a.b+c@sub.example.co ']) assert.ok(isAddress(right), right);
  for (const wrong of ['', 'ada', 'ada@', 'ada@example', 'a b@example.com', 'a@example.com, b@example.com']) assert.ok(!isAddress(wrong), wrong);
});

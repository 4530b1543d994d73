import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Tokens } from './tokens';

const HOUR = 3_600;

/** Returns tokens of a server that numbers them, and what was asked of it. */
function visited({ proof = '', text = '', siteKey = 'pk_1' } = {}) {
  const page = { now: 0, proof, text, asked: [] as { before: string; proof?: string; conversation_id?: string }[], left: 0 };
  const tokens = new Tokens({
    issue: async (asked, before) => {
      page.asked.push({ ...asked, before });
      const owner = asked.proof ? `customer:${asked.proof}` : 'visitor:1';
      return { token: `t${page.asked.length}`, expires_in: HOUR, kind: 'visitor', owner };
    },
    siteKey,
    proof: async () => page.proof,
    conversation: () => 'c',
    kept: { read: () => page.text, write: (written) => void (page.text = written) },
    left: () => void (page.left += 1),
    now: () => page.now,
  });
  return { page, tokens };
}

test('a page without a site key asks for no token', async () => {
  const { page, tokens } = visited({ siteKey: '' });
  assert.equal(await tokens.current(), '');
  assert.deepEqual(page.asked, []);
});

test('a token is asked for once, kept, and renewed before its end', async () => {
  const { page, tokens } = visited();
  assert.deepEqual(await Promise.all([tokens.current(), tokens.current()]), ['t1', 't1']);
  assert.equal(await visited({ text: page.text }).tokens.current(), 't1');
  page.now = HOUR * 1000 - 59_000;
  assert.equal(await tokens.current(), 't2');
  assert.deepEqual(page.asked.map(({ before }) => before), ['', 't1']);
});

test('a customer who is told apart gets a token of their own', async () => {
  const { page, tokens } = visited();
  await tokens.current();
  for (const proof of ['ada', 'ada', 'bob', '']) {
    page.proof = proof;
    tokens.forget();
    await tokens.current();
  }
  assert.deepEqual(page.asked.map(({ proof }) => proof), ['', 'ada', 'ada', 'bob', '']);
  assert.equal(page.left, 2); // what a visitor asked goes on as theirs once they are known
  assert.deepEqual(new Set(page.asked.map((asked) => asked.conversation_id)), new Set(['c']));
});

test('a token that comes when somebody else asks already is not theirs', async () => {
  const { page, tokens } = visited();
  const coming = tokens.current();
  page.proof = 'ada';
  tokens.forget();
  assert.equal(await coming, 't2');
  assert.ok(tokens.isCustomers);
  page.proof = '';
  const another = tokens.renewed();
  tokens.end();
  assert.equal(await another, 't4');
  assert.deepEqual(page.asked.map(({ before }) => before), ['', '', 't2', '']);
});

test('a visitor who is forgotten is somebody new', async () => {
  const { page, tokens } = visited();
  await tokens.current();
  tokens.end();
  assert.equal(page.text, '');
  await tokens.current();
  assert.deepEqual(page.asked.map(({ before }) => before), ['', '']);
});

test('what another script wrote is no token', async () => {
  for (const text of ['', '{', 'null', '{"token":1}', '[]']) assert.equal(await visited({ text }).tokens.current(), 't1');
});

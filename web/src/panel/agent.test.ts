import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FailureKind, RequestFailed } from '../api/client';
import { AgentTokens } from './agent';

function tokens() {
  const world = { now: 0, kept: '', asked: [] as unknown[], refuses: '' as FailureKind | '' };
  const made = (kept = world.kept) => {
    world.kept = kept;
    return new AgentTokens({
      issue: async (credentials, before) => {
        world.asked.push([credentials, before]);
        if (world.refuses) throw new RequestFailed(world.refuses);
        return { token: `token-${world.asked.length}`, expires_in: 3600 };
      },
      kept: { read: () => world.kept, write: (text) => (world.kept = text) },
      now: () => world.now,
    });
  };
  return { world, made };
}

const UNPROVED = (error: unknown) => error instanceof RequestFailed && error.kind === 'unproved';

test('nobody is signed in before they sign in', async () => {
  const { made } = tokens();
  const agent = made();
  assert.equal(agent.isHeld, false);
  await assert.rejects(agent.current(), UNPROVED);
  await agent.signIn({ key: 'agent_1' });
  assert.equal(await agent.current(), 'token-1');
});

test('a token is renewed by itself before its end, once for all who want it', async () => {
  const { world, made } = tokens();
  const agent = made();
  await agent.signIn({ key: 'agent_1' });
  world.now = 3_550_000;
  assert.deepEqual(await Promise.all([agent.current(), agent.current()]), ['token-2', 'token-2']);
  assert.deepEqual(world.asked, [[{ key: 'agent_1' }, ''], [{}, 'token-1']]);
});

test('an agent whose token is not renewed signs in again, except where the server cannot be reached', async () => {
  const { world, made } = tokens();
  const agent = made();
  await agent.signIn({ auth_secret: 's', agent: 'Ada' });
  world.now = 3_600_000;
  world.refuses = 'unreachable';
  await assert.rejects(agent.current(), (error) => error instanceof RequestFailed && error.kind === 'unreachable');
  assert.equal(agent.isHeld, true);
  world.refuses = 'server';
  await assert.rejects(agent.current(), UNPROVED);
  assert.equal(agent.isHeld, false);
  assert.equal(world.kept, '');
});

test('a reload of the frame asks for nothing again', async () => {
  const { made } = tokens();
  made().take('from the page');
  assert.equal(await made().current(), 'from the page');
  assert.equal(made('[]').isHeld, false);
});

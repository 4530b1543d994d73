import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FailureKind, RequestFailed } from '../api/client';
import { AgentTokens, type Credentials } from './agent';

function tokens() {
  const world = { now: 0, kept: '', asked: [] as unknown[], refuses: '' as FailureKind | '', problem: '', standing: null as Credentials | null };
  const made = (kept = world.kept) => {
    world.kept = kept;
    return new AgentTokens({
      issue: async (credentials, before) => {
        world.asked.push([credentials, before]);
        if (world.refuses && (!('auth_secret' in credentials) || world.standing === null)) throw new RequestFailed(world.refuses, null, world.problem);
        return { token: `token-${world.asked.length}`, expires_in: 3600 };
      },
      standing: () => world.standing,
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

test('an agent whose token is refused signs in again, and no other failure ends their session', async () => {
  const { world, made } = tokens();
  const agent = made();
  await agent.signIn({ auth_secret: 's', agent: 'Ada' });
  world.now = 3_600_000;
  for (const [kind, problem] of [['unreachable', ''], ['server', ''], ['server', 'overloaded'], ['rate_limited', 'rate-limited']] as const) {
    world.refuses = kind;
    world.problem = problem;
    await assert.rejects(agent.current(), (error) => error instanceof RequestFailed && error.kind === kind);
    assert.equal(agent.isHeld, true, kind);
  }
  world.problem = 'key-refused';
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

test('a token is good to its end though it cannot be renewed early', async () => {
  const { world, made } = tokens();
  const agent = made();
  await agent.signIn({ key: 'agent_1' });
  world.now = 3_550_000;
  world.refuses = 'rate_limited';
  assert.equal(await agent.current(), 'token-1');
});

test('who comes with a secret of their helpdesk is let in again by it', async () => {
  const { world, made } = tokens();
  world.standing = { auth_secret: 's', agent: 'tea_1' };
  const agent = made();
  await agent.signIn(world.standing);
  world.now = 43_200_000;
  world.refuses = 'server';
  world.problem = 'token-expired';
  assert.equal(await agent.current(), 'token-3');
  assert.deepEqual(world.asked.at(-1), [world.standing, '']);
});

test('a token says whose it is', () => {
  const { made } = tokens();
  const agent = made();
  const named = (sub: string) => `h.${btoa(JSON.stringify({ sub })).replace(/=/g, '')}.s`;
  agent.take(named('agent:1'));
  assert.equal(agent.owner, 'agent:1');
  agent.take('no token');
  assert.equal(agent.owner, '');
});

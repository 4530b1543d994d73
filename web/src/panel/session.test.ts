import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RequestFailed } from '../api/client';
import type { DraftRequest } from '../api/types';
import type { HostAdapter, Ticket } from './host';
import { KeptReplies } from './kept';
import { PanelSession } from './session';

function ticket(id: string): Ticket {
  return { id, subject: 'Refund', customer: '', locale: '', messages: [] };
}

/** A panel in a helpdesk with a ticket open, whose server answers with a word or fails as it is told to. */
async function panel() {
  const world = { fails: null as RequestFailed | null, refuses: null as RequestFailed | null, asked: [] as DraftRequest[], open: (_: Ticket | null) => {} };
  const keys = new Map<string, string>();
  const tokens = {
    isHeld: true,
    owner: 'agent:1',
    signIn: async (credentials: object) => {
      if (world.refuses) throw world.refuses;
      tokens.owner = 'key' in credentials ? String(credentials.key) : '';
    },
  };
  const session = new PanelSession({
    adapter: { host: 'generic', capabilities: { insert: 'cursor', html: true }, ready: async () => ticket('A'), onChange: (tell) => void (world.open = tell) } as Partial<HostAdapter> as HostAdapter,
    client: {
      tell: async () => {},
      async *events(_path, body) {
        world.asked.push(body as DraftRequest);
        if (world.fails) throw world.fails;
        yield { id: '', name: 'delta', data: '{"text":"Soon."}' };
      },
    },
    tokens,
    kept: new KeptReplies({ getItem: (key) => keys.get(key) ?? null, setItem: (key, text) => void keys.set(key, text), removeItem: (key) => void keys.delete(key) }, 'generic'),
    changed: () => {},
  });
  session.follow();
  await session.open();
  await settled();
  return { world, session };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a reply that failed in another style is asked for in that style again', async () => {
  const { world, session } = await panel();
  world.fails = new RequestFailed('unreachable');
  session.draft('shorter');
  await settled();
  assert.equal(session.desk.work?.reply?.turn.failure?.kind, 'unreachable');
  session.retry(session.desk.work!.reply!);
  await settled();
  assert.deepEqual(world.asked.map(({ style, draft }) => [style, draft]), [['', undefined], ['shorter', 'Soon.'], ['shorter', 'Soon.']]);
});

test('what was asked for when the session ended is asked for again, unless another ticket is open', async () => {
  for (const other of [false, true]) {
    const { world, session } = await panel();
    world.fails = new RequestFailed('unproved');
    session.draft('formal');
    await settled();
    assert.deepEqual([session.desk.signedIn, session.desk.work?.reply?.turn.text], [false, 'Soon.']);
    world.fails = null;
    if (other) world.open(ticket('B'));
    await session.signIn({ key: 'agent:1' });
    await settled();
    const { ticket_id, style } = world.asked.at(-1)!;
    assert.deepEqual([ticket_id, style], other ? ['B', ''] : ['A', 'formal']);
  }
});

test('another agent who signs in sees nothing of the one before', async () => {
  const { world, session } = await panel();
  world.open(ticket('B'));
  await settled();
  session.write('My own words on B.');
  world.open(ticket('A'));
  session.write('My own words.');
  session.type('My own question');
  world.fails = new RequestFailed('unproved');
  session.draft('formal');
  await settled();
  world.fails = null;
  await session.signIn({ key: 'agent:2' });
  await settled();
  const { work, question } = session.desk;
  assert.deepEqual([work?.reply?.turn.text, work?.reply?.edited, work?.before, question], ['Soon.', null, null, '']);
  assert.deepEqual([world.asked.at(-1)!.style, world.asked.at(-1)!.draft], ['', undefined]);
  world.open(ticket('B'));
  await settled();
  assert.equal(session.desk.work?.reply?.edited, null);
});

test('a key is called unknown by the server that does not know it, and by no other failure', async () => {
  const { world, session } = await panel();
  for (const [failed, kind] of [[new RequestFailed('server', null, 'key-refused'), 'unproved'], [new RequestFailed('server'), 'server']] as const) {
    world.refuses = failed;
    await session.signIn({ key: 'agent:1' });
    assert.equal(session.desk.signInFailure?.kind, kind);
  }
});

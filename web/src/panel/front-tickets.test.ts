import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Context, frontTickets } from './front-tickets';
import { HostFailed, type Ticket } from './host';

const DRAFT = { text: 'Hello', html: '<p>Hello</p>' };

/** Front, in which conversations are opened; each has one mail, and says into which draft it was told to write. */
function front() {
  const world = { open: (_: Context) => {}, written: [] as string[], told: [] as (string | null)[] };
  const adapter = frontTickets({
    contexts: { subscribe: (next) => (world.open = next) },
    createDraft: async (template) => ({ id: `new for ${template.replyOptions?.originalMessageId}` }) as never,
  });
  adapter.onChange((ticket: Ticket | null) => world.told.push(ticket && ticket.id));
  return { world, adapter };
}

function conversation(id: string, mails: () => Promise<unknown[]>, written: string[]): Context {
  return {
    type: 'singleConversation',
    teammate: { id: 'tea_1' },
    functionArities: {},
    conversation: { id, subject: id, recipient: undefined, draftId: `draft of ${id}` },
    listMessages: async () => ({ results: await mails(), nextPageToken: undefined }),
    fetchDraft: async () => ({ content: { body: '', type: 'html' } }),
    updateDraft: async (draft: string) => void written.push(draft),
  } as unknown as Context;
}

const MAIL = [{ id: 'm', status: 'inbound', date: new Date(0), content: { body: 'When?', type: 'text' } }];
const readable = async () => MAIL;
const isRefused = (error: unknown) => error instanceof HostFailed && error.kind === 'refused';
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a draft goes into the conversation that it was written for', async () => {
  const { world, adapter } = front();
  world.open(conversation('A', readable, world.written));
  assert.equal((await adapter.ready())?.id, 'A');
  await adapter.insert(DRAFT, 'A');
  assert.deepEqual(world.written, ['draft of A']);
});

test('a draft for one conversation is refused while another is open, read or not', async () => {
  const { world, adapter } = front();
  world.open(conversation('A', readable, world.written));
  await adapter.ready();
  let answer: (mails: unknown[]) => void = () => {};
  world.open(conversation('B', () => new Promise((resolve) => (answer = resolve)), world.written));
  await assert.rejects(adapter.insert(DRAFT, 'A'), isRefused);
  answer(MAIL);
  await settled();
  await assert.rejects(adapter.insert(DRAFT, 'A'), isRefused);
  await adapter.insert(DRAFT, 'B');
  assert.deepEqual([world.told, world.written], [['A', 'B'], ['draft of B']]);
});

test('a conversation that cannot be read is none, and is read again when that is asked', async () => {
  const { world, adapter } = front();
  world.open(conversation('A', readable, world.written));
  await adapter.ready();
  let fails = true;
  const mails = async () => {
    if (fails) throw new Error('no right to read');
    return MAIL;
  };
  world.open(conversation('B', mails, world.written));
  await settled();
  assert.deepEqual(world.told, ['A', null]);
  await assert.rejects(adapter.insert(DRAFT, 'A'), isRefused);
  fails = false;
  assert.equal((await adapter.ready())?.id, 'B');
  await adapter.insert(DRAFT, 'B');
  assert.deepEqual(world.written, ['draft of B']);
});

test('another state of the conversation that cannot be read leaves it as it was', async () => {
  const { world, adapter } = front();
  world.open(conversation('A', readable, world.written));
  await adapter.ready();
  world.open(conversation('A', () => Promise.reject(new Error('busy')), world.written));
  await settled();
  assert.deepEqual(world.told, ['A']);
});

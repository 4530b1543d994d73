import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceData } from '../api/types';
import { Giving } from './giving';
import { type Capabilities, HostFailed, type Ticket, type Undo } from './host';
import { type Desk, OPENING } from './state';
import { begunPiece, begunWork, inPiece, withPiece, type Work } from './work';

const INTERNAL: SourceData = { n: 1, id: 'a', title: 'A', url: '', section: '', page: null, snippet: '', updated: '', audience: 'internal' };

function drafted(id: string, text = 'Soon.'): Work {
  const ticket: Ticket = { id, subject: '', customer: '', locale: '', messages: [], chatwoot: { account_id: 1, conversation_id: 7 } };
  const piece = { ...begunPiece(`draft of ${id}`), draftId: `d${id}` };
  const sources = inPiece(withPiece(begunWork(ticket), 'reply', piece), piece.turn.id, { type: 'sources', data: { sources: [INTERNAL] } });
  return inPiece(sources, piece.turn.id, { type: 'delta', data: { text } });
}

/** A panel with two tickets, of which A is open, in a helpdesk that answers when it is told to. */
function panel(insert: Capabilities['insert'] = 'cursor', text = 'Soon.') {
  const works: Record<string, Work> = { A: drafted('A', text), B: drafted('B', text) };
  const asked: { ticket: string; text: string; answer: (undo: Undo | null) => void; refuse: (error: Error) => void }[] = [];
  const told: [string, unknown][] = [];
  const world = { desk: { ...OPENING, opening: false, work: works['A']! } as Desk };
  const show = (change: Partial<Desk>) => void (world.desk = { ...world.desk, ...change });
  const giving = new Giving({
    adapter: {
      capabilities: { insert, html: true },
      insert: ({ text: words }, ticket) => new Promise((answer, refuse) => asked.push({ ticket, text: words, answer, refuse })),
    },
    client: { tell: async (path, body) => void told.push([path, body]) },
    desk: () => world.desk,
    show,
    happened: (piece, event, { id }) => {
      works[id] = inPiece(works[id]!, piece.turn.id, event);
      if (world.desk.work?.ticket.id === id) show({ work: works[id]! });
    },
  });
  const turnTo = (id: string) => {
    giving.leave();
    show({ work: works[id]!, canUndo: false });
  };
  return { world, works, asked, told, giving, turnTo };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('what comes of a slow insertion is of its own ticket', async () => {
  const { world, works, asked, told, giving, turnTo } = panel();
  giving.insert('insert');
  turnTo('B');
  let taken = 0;
  asked[0]!.answer(async () => void (taken += 1));
  await settled();
  assert.deepEqual([asked[0]!.ticket, works['A']!.reply!.fate, works['B']!.reply!.fate, world.desk.canUndo], ['A', 'inserted', null, false]);
  assert.deepEqual(told.map(([path]) => path), ['/api/v1/drafts/dA/fate']);
  await giving.undo();
  assert.deepEqual([taken, works['A']!.reply!.fate], [0, 'inserted'], 'nothing of a ticket that was left is taken back');

  turnTo('A');
  giving.insert('insert');
  turnTo('B');
  asked[1]!.refuse(new HostFailed('silent'));
  await settled();
  assert.equal(world.desk.trouble, null);
});

test('a reply is inserted once, however often the button is pressed', async () => {
  const { asked, giving } = panel();
  giving.insert('insert');
  giving.insert('insert');
  assert.equal(asked.length, 1);
  asked[0]!.refuse(new HostFailed('refused'));
  await settled();
  giving.insert('insert');
  assert.equal(asked.length, 2);
});

test('what was inserted is taken back once', async () => {
  const { world, works, asked, giving } = panel();
  let taken = 0;
  giving.insert('insert');
  asked[0]!.answer(async () => void (taken += 1));
  await settled();
  assert.equal(world.desk.canUndo, true);
  await Promise.all([giving.undo(), giving.undo()]);
  assert.deepEqual([taken, works['A']!.reply!.fate, world.desk.undone], [1, null, true]);
});

test('internal words are asked about, in a note as well', async () => {
  for (const insert of ['cursor', 'note'] as const) {
    const { world, told, asked, giving } = panel(insert, 'Hello. We pay the post [1].');
    giving.insert('insert');
    assert.deepEqual([world.desk.confirming?.claims.length, told.length, asked.length], [1, 0, 0]);
    giving.confirm('leave');
    await settled();
    assert.equal(insert === 'note' ? (told[0]![1] as { text: string }).text : asked[0]!.text, 'Hello.');
  }
});

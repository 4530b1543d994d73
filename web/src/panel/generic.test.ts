import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generic } from './generic';
import { HostFailed } from './host';

const HOST = 'https://desk.example.com';
const DRAFT = { text: 'Hello', html: '<p>Hello</p>' };

interface Sent {
  message: { type: string; id: number; ticket?: string };
  origin: string;
}

/** A page that holds the panel: what was sent to it, and how it says something. */
function page({ ancestorOrigins = [HOST], referrer = '' }: { ancestorOrigins?: string[] | undefined; referrer?: string } = {}) {
  const sent: Sent[] = [];
  const parent = { postMessage: (message: Sent['message'], origin: string) => sent.push({ message, origin }) };
  globalThis.window = Object.assign(new EventTarget(), { parent, location: { ancestorOrigins }, document: { referrer } }) as never;
  const say = (data: object, origin = HOST) => window.dispatchEvent(Object.assign(new Event('message'), { data, origin, source: parent }));
  return { sent, say };
}

test('a draft names its ticket, and is refused while another is open', async () => {
  const { sent, say } = page();
  const adapter = generic([HOST]);
  say({ type: 'support-bot:context', ticket: { id: 4 } });
  const inserted = adapter.insert(DRAFT, '4');
  const { message, origin } = sent.at(-1)!;
  assert.deepEqual([message.type, message.ticket, origin], ['support-bot:insert', '4', HOST]);
  say({ type: 'support-bot:inserted', id: message.id });
  assert.equal(await inserted, null);
  say({ type: 'support-bot:context', ticket: { id: 5 } });
  await assert.rejects(adapter.insert(DRAFT, '4'), (error) => error instanceof HostFailed && error.kind === 'refused');
});

test('only an answer counts as one', async () => {
  const { sent, say } = page();
  const adapter = generic([HOST]);
  say({ type: 'support-bot:context', ticket: { id: 4 } });
  const inserted = adapter.insert(DRAFT, '4');
  const { id } = sent.at(-1)!.message;
  say({ type: 'analytics', id });
  say({ id });
  say({ type: 'support-bot:failed', id, reason: 'The reply is locked' });
  await assert.rejects(inserted, /The reply is locked/);
});

test('the panel speaks to the helpdesk that holds it, else to those that the site names', async () => {
  const hosts = [HOST, 'https://other.example.com'];
  const spokenTo = async (known: Parameters<typeof page>[0]) => {
    const { sent, say } = page(known);
    const ready = generic(hosts).ready();
    say({ type: 'support-bot:context', ticket: null });
    await ready;
    return sent.map(({ origin }) => origin);
  };
  assert.deepEqual(await spokenTo({}), [HOST]);
  assert.deepEqual(await spokenTo({ ancestorOrigins: [], referrer: `${HOST}/tickets/7` }), [HOST]);
  assert.deepEqual(await spokenTo({ ancestorOrigins: [] }), hosts);
});

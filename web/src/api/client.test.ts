import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Client } from './client';
import type { ChatRequest } from './types';

const ASKED = { message: 'How?' } as ChatRequest;
const FRAMES = ['event: meta\ndata: {"message_id":"m"}', 'event: delta\ndata: {"text":"So."}', 'event: delta\ndata: {"text":" And so."}', 'event: done\ndata: {}'];

/** A server whose answers are cut after so many events, each connection's in turn; then it sends all that is missing. */
async function serving(cuts: number[], use: (client: Client, requests: IncomingMessage[]) => Promise<void>): Promise<void> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    requests.push(request);
    const after = request.headers['last-event-id'];
    const missing = FRAMES.map((frame, place) => `id: m:${place}\n${frame}\n\n`).slice(after === undefined ? 0 : Number(String(after).split(':')[1]) + 1);
    const sent = missing.slice(0, cuts[requests.length - 1] ?? missing.length);
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write(': ping\n\n');
    response.write(sent.join(''), () => (sent.length < missing.length ? response.destroy() : response.end()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await use(new Client(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), requests);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function types(events: AsyncIterable<{ type: string }>): Promise<string[]> {
  const found: string[] = [];
  for await (const { type } of events) found.push(type);
  return found;
}

const WHOLE = ['meta', 'delta', 'delta', 'done'];

test('an answer that is cut after any event goes on behind it', async () => {
  for (const cut of [1, 2, 3]) {
    await serving([cut], async (client, requests) => {
      assert.deepEqual(await types(client.answer(ASKED, 'k', new AbortController().signal)), WHOLE);
      assert.deepEqual(requests.map(({ method, url }) => `${method} ${url}`), ['POST /api/v1/chat', 'GET /api/v1/chat/m/stream']);
      assert.equal(requests[0]!.headers['idempotency-key'], 'k');
      assert.equal(requests[1]!.headers['last-event-id'], `m:${cut - 1}`);
    });
  }
});

test('an answer that is cut again and again goes on each time', async () => {
  await serving([1, 1, 1], async (client, requests) => {
    assert.deepEqual(await types(client.answer(ASKED, 'k', new AbortController().signal)), WHOLE);
    assert.equal(requests.length, 4);
  });
});

test('an answer that is cut before its first event has nothing to go on with', async () => {
  await serving([0], async (client, requests) => {
    assert.deepEqual(await types(client.answer(ASKED, 'k', new AbortController().signal)), []);
    assert.equal(requests.length, 1);
  });
});

test('an answer of before comes from its beginning', async () => {
  await serving([], async (client, requests) => {
    assert.deepEqual(await types(client.again('m', new AbortController().signal)), WHOLE);
    assert.equal(requests[0]!.headers['last-event-id'], undefined);
  });
});

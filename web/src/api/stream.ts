// Turns the bytes of a `text/event-stream`, split anywhere, into its events.

export interface ServerSentEvent {
  /** By which a stream that was cut goes on behind it. */
  id: string;
  name: string;
  data: string;
}

/** Holds what has arrived of an event until the rest of it comes. */
export class EventStreamDecoder {
  #text = new TextDecoder();
  #line = '';
  #id = '';
  #name = '';
  #data: string[] = [];

  /** Returns the events that these bytes complete. */
  feed(bytes: Uint8Array): ServerSentEvent[] {
    this.#line += this.#text.decode(bytes, { stream: true });
    const lines = this.#line.split(/\r\n|\n|\r(?!$)/); // a final \r may be half of \r\n
    this.#line = lines.pop() ?? '';
    return lines.flatMap((line) => this.#read(line));
  }

  #read(line: string): ServerSentEvent[] {
    if (line === '') return this.#complete();
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'id') this.#id = value;
    if (field === 'event') this.#name = value;
    if (field === 'data') this.#data.push(value);
    return [];
  }

  #complete(): ServerSentEvent[] {
    const event = { id: this.#id, name: this.#name || 'message', data: this.#data.join('\n') };
    const empty = this.#data.length === 0;
    this.#name = '';
    this.#data = [];
    return empty ? [] : [event];
  }
}

/** Yields the events of a body; throws when its connection is cut. */
export async function* serverSentEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerSentEvent> {
  const reader = body.getReader();
  const decoder = new EventStreamDecoder();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield* decoder.feed(value);
  }
}

// Any in-house tool: turns the messages `support-bot:*` of the page around the panel into the open ticket, and a draft into one.
import { type Capabilities, type HostAdapter, HostFailed, type Insertion, inTime, isFromHost, tellHost, type ThreadMessage, type Ticket, type Undo } from './host';

/** As a page sends it; all but the ticket may be missing. */
interface Context {
  type: 'support-bot:context';
  /** null while none is open. */
  ticket?: { id?: unknown; subject?: unknown; customer?: unknown; locale?: unknown; messages?: unknown } | null;
  /** Of the agent. */
  locale?: unknown;
  theme?: unknown;
  /** `cursor` unless given; `copy` where the page has nowhere to put a draft. */
  insert?: unknown;
}

const ANSWERS = ['support-bot:inserted', 'support-bot:failed', 'support-bot:undone'] as const;

interface Answer {
  type: (typeof ANSWERS)[number];
  id: number;
  /** Whether the page takes a draft back when it is asked with `support-bot:undo`. */
  undo?: boolean;
  reason?: string;
}

export function generic(hosts: readonly string[]): HostAdapter {
  return new Generic(hosts);
}

class Generic implements HostAdapter {
  readonly host = 'generic';
  capabilities: Capabilities = { insert: 'cursor', html: true };
  #hosts: readonly string[];
  #context: Context | null = null;
  #origin = '';
  #tellers: ((ticket: Ticket | null) => void)[] = [];
  #themeTellers: (() => void)[] = [];
  #waiting = new Map<number, (answer: Answer) => void>();
  #asked = 0;
  #first: Promise<Ticket | null>;

  constructor(hosts: readonly string[]) {
    this.#hosts = hosts;
    this.#first = new Promise((resolve) => {
      window.addEventListener('message', (event) => {
        if (isFromHost(event, hosts)) this.#receive(event, resolve);
      });
    });
  }

  ready = (): Promise<Ticket | null> => {
    tellHost({ type: 'support-bot:ready', v: 1 }, this.#hosts);
    return inTime(this.#first);
  };
  onChange = (tell: (ticket: Ticket | null) => void) => void this.#tellers.push(tell);
  onTheme = (tell: () => void) => void this.#themeTellers.push(tell);
  theme = () => (this.#context?.theme === 'dark' || this.#context?.theme === 'light' ? this.#context.theme : '');
  agent = () => '';
  locale = () => text(this.#context?.locale);
  resize = () => {};

  insert = async (draft: Insertion, ticket: string): Promise<Undo | null> => {
    if (text(this.#context?.ticket?.id) !== ticket) throw new HostFailed('refused', 'another ticket is open');
    const { id, undo } = await this.#ask({ type: 'support-bot:insert', ticket, ...draft });
    return undo === true ? async () => void (await this.#ask({ type: 'support-bot:undo', inserted: id })) : null;
  };

  async #ask(message: object): Promise<Answer> {
    this.#asked += 1;
    const id = this.#asked;
    const answered = new Promise<Answer>((resolve) => this.#waiting.set(id, resolve));
    window.parent.postMessage({ ...message, id }, this.#origin);
    const answer = await inTime(answered).finally(() => this.#waiting.delete(id));
    if (answer.type === 'support-bot:failed') throw new HostFailed('refused', text(answer.reason));
    return answer;
  }

  #settle(answer: Answer): void {
    if (ANSWERS.includes(answer.type)) this.#waiting.get(answer.id)?.(answer); // a page may send other things to its frames
  }

  #receive({ data, origin }: MessageEvent, settle: (ticket: Ticket | null) => void): void {
    const message = Object(data) as Context | Answer;
    if (message.type !== 'support-bot:context') return this.#settle(message);
    this.#context = message;
    this.#origin = origin;
    this.capabilities = { insert: message.insert === 'copy' ? 'copy' : 'cursor', html: true };
    const said = ticketOf(message);
    const ticket = said && { ...said, account: origin };
    settle(ticket);
    for (const tell of this.#themeTellers) tell();
    for (const tell of this.#tellers) tell(ticket);
  }
}

export function ticketOf({ ticket }: Context): Ticket | null {
  if (!ticket) return null;
  const messages: unknown[] = Array.isArray(ticket.messages) ? ticket.messages : [];
  return {
    id: text(ticket.id),
    subject: text(ticket.subject),
    customer: text(ticket.customer),
    locale: text(ticket.locale),
    messages: messages.map((message, place) => threadMessage(Object(message), place)),
  };
}

function threadMessage({ id, from, text: words, html, at }: Record<string, unknown>, place: number): ThreadMessage {
  return {
    id: id === undefined ? String(place) : text(id),
    from: from === 'agent' || from === 'note' ? from : 'customer',
    ...(typeof html === 'string' ? { html } : { text: text(words) }),
    at: text(at),
  };
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

// What the panel knows of the helpdesk that it stands in: the open ticket, and what may be done with a draft.

import { tagOf } from '../i18n/locale';

export interface ThreadMessage {
  readonly id: string;
  readonly from: 'customer' | 'agent' | 'note';
  /** One of the two, as the helpdesk has it. */
  readonly text?: string;
  readonly html?: string;
  /** ISO 8601, empty when unknown. */
  readonly at: string;
}

export interface Ticket {
  readonly id: string;
  /** Whose tickets are counted by themselves, where ids are not alone in the world. */
  readonly account?: string;
  readonly subject: string;
  /** The customer's name, empty when unknown. */
  readonly customer: string;
  /** A language tag, empty when unknown. */
  readonly locale: string;
  /** Oldest first. */
  readonly messages: readonly ThreadMessage[];
  /** By which our server finds the conversation in Chatwoot, whose frame signs nothing. */
  readonly chatwoot?: { readonly account_id: number; readonly conversation_id: number };
}

export type HostName = 'zendesk' | 'chatwoot' | 'front' | 'generic';

export interface Capabilities {
  /** Where a draft goes: into the reply, as a draft of its own, as a private note by our server, or the clipboard alone. */
  readonly insert: 'cursor' | 'draft' | 'note' | 'copy';
  readonly html: boolean;
}

/** A draft as it leaves the panel. */
export interface Insertion {
  readonly text: string;
  readonly html: string;
}

/** Takes back what was inserted. */
export type Undo = () => Promise<void>;

export interface HostAdapter {
  readonly host: HostName;
  readonly capabilities: Capabilities;
  /** Resolves to the open ticket, null when none is; rejects with HostFailed. */
  ready: () => Promise<Ticket | null>;
  /** Tells of another ticket, and of what came to the one that is open. */
  onChange: (tell: (ticket: Ticket | null) => void) => void;
  /** Resolves once the helpdesk has the draft in the ticket of this id, to what takes it back where that can be done; refuses for another ticket. */
  insert: (draft: Insertion, ticket: string) => Promise<Undo | null>;
  /** Empty where the helpdesk does not say. */
  theme: () => 'light' | 'dark' | '';
  onTheme: (tell: () => void) => void;
  /** Who works here, by the helpdesk's own name of them; empty where it does not say. */
  agent: () => string;
  /** The agent's language as a tag, empty where the helpdesk does not say. */
  locale: () => string;
  resize: (height: number) => void;
}

/** `silent`: no answer in time, so that it is not known what was done; `refused`: an answer that says no. */
export type HostFailure = 'silent' | 'refused';

export class HostFailed extends Error {
  override readonly name = 'HostFailed';

  constructor(
    readonly kind: HostFailure,
    detail = '',
  ) {
    super(detail || kind);
  }
}

/** Returns how a helpdesk failed; by name, since each helpdesk's own script brings the class along. */
export function failureOf(error: unknown): HostFailure {
  const { name, kind } = Object(error) as Partial<HostFailed>;
  return name === 'HostFailed' && kind ? kind : 'refused';
}

/** Milliseconds that a helpdesk has to answer, as Zendesk's own client gives it. */
export const PATIENCE = 5_000;

/** Resolves as the promise does, or rejects when that takes too long. */
export function inTime<Value>(promise: Promise<Value>, patience = PATIENCE): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new HostFailed('silent')), patience);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

const MOST_MESSAGES = 500;
const MOST_BYTES = 1_500_000; // of all that a request may have, most of it
/** Characters that the server takes of each. */
const LONGEST = { id: 100, subject: 1_000, customer: 200, text: 20_000, html: 100_000, at: 40 };

/** Returns a ticket as the server takes it: the last messages of its thread, whatever is too long cut. */
export function sentTicket({ id, subject, customer, locale, messages }: Ticket) {
  return {
    ticket_id: id.slice(0, LONGEST.id),
    subject: subject.slice(0, LONGEST.subject),
    customer: customer.slice(0, LONGEST.customer),
    locale: tagOf(locale, []),
    messages: newest(messages.slice(-MOST_MESSAGES).map(sentMessage)),
  };
}

/** Returns the newest of the messages, as many as there is room for. */
function newest(messages: readonly ThreadMessage[]): ThreadMessage[] {
  const encoder = new TextEncoder();
  const kept: ThreadMessage[] = [];
  let room = MOST_BYTES;
  for (const message of [...messages].reverse()) {
    room -= encoder.encode(JSON.stringify(message)).length;
    if (room < 0) break;
    kept.unshift(message);
  }
  return kept;
}

function sentMessage({ id, from, text, html, at }: ThreadMessage): ThreadMessage {
  return {
    id: id.slice(0, LONGEST.id),
    from,
    ...(text !== undefined && { text: text.slice(0, LONGEST.text) }),
    ...(html !== undefined && { html: html.slice(0, LONGEST.html) }),
    at: at.slice(0, LONGEST.at),
  };
}

/** Whether there is anything to answer. */
export function isEmpty(ticket: Ticket): boolean {
  const words = (message: ThreadMessage) => message.text ?? (message.html ?? '').slice(0, LONGEST.html).replace(/<[^<>]*>|&nbsp;/g, '');
  return !ticket.subject.trim() && !ticket.messages.some((message) => message.from === 'customer' && words(message).trim());
}

/** Returns what tells one ticket from another of the same helpdesk, empty for none. */
export function keyOf({ id, account }: Ticket): string {
  return id && account ? `${account} ${id}` : id;
}

/** Returns what tells one state of a ticket from another. */
export function stateOf(ticket: Ticket): string {
  return JSON.stringify([ticket.id, ticket.messages.map(({ id, from }) => [id, from])]);
}

/** Says something to the page that holds this frame, as far as it is a helpdesk that this site names. */
export function tellHost(message: unknown, hosts: readonly string[]): void {
  const { location, document, parent } = window;
  const holder = location.ancestorOrigins?.[0] ?? (document.referrer && new URL(document.referrer).origin); // Firefox has no ancestorOrigins
  for (const origin of hosts.includes(holder) ? [holder] : hosts) parent.postMessage(message, origin);
}

/** Whether a message came from the frame that holds this one, and from a helpdesk that this site names. */
export function isFromHost(event: MessageEvent, hosts: readonly string[]): boolean {
  return event.source === window.parent && hosts.includes(event.origin);
}

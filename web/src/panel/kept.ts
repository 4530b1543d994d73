// Keeps replies for as long as the helpdesk's tab is open: some helpdesks load the panel anew with each ticket.
import { isUnderWay } from '../core/conversation';
import type { Keys } from '../core/storage';
import { type HostName, keyOf, stateOf, type Ticket } from './host';
import { begunWork, type Piece, type Work } from './work';

/** A reply, and the state of the ticket for which it was begun. */
type Kept = Pick<Work, 'reply' | 'begunFor'>;

const NAME = 'support-bot:reply:';
const LIST = 'support-bot:replies';
const OWNER = 'support-bot:replies-of';
const MOST = 20; // tickets

export class KeptReplies {
  constructor(
    private readonly keys: Keys,
    private readonly host: HostName,
  ) {}

  /** Takes away what another agent has left in this tab. */
  of(owner: string): void {
    if (this.keys.getItem(OWNER) === owner) return;
    try {
      for (const name of this.#names()) this.keys.removeItem(name);
      this.keys.removeItem(LIST);
      this.keys.setItem(OWNER, owner);
    } catch {
      // Forbidden: then nothing is there either.
    }
  }

  /** Returns what has been done for a ticket: its draft while the ticket is as it was, and what an agent wrote anyhow. */
  work(ticket: Ticket): Work {
    const kept = parsed<Kept>(this.keys.getItem(this.#name(ticket)));
    const isGood = kept?.reply && isPiece(kept.reply) && (kept.begunFor === stateOf(ticket) || kept.reply.edited !== null);
    return isGood ? { ...begunWork(ticket), reply: kept.reply, begunFor: String(kept.begunFor) } : begunWork(ticket);
  }

  /** Keeps a ticket's reply once it is whole; the ones of tickets opened long ago give way. */
  keep({ ticket, reply, begunFor }: Work): void {
    if (!ticket.id || !reply || isUnderWay(reply.turn)) return;
    const name = this.#name(ticket);
    const names = [name, ...this.#names().filter((other) => other !== name)];
    try {
      for (const old of names.slice(MOST)) this.keys.removeItem(old);
      this.keys.setItem(LIST, JSON.stringify(names.slice(0, MOST)));
      this.keys.setItem(name, JSON.stringify({ reply, begunFor }));
    } catch {
      // Full or forbidden: this frame at least remembers.
    }
  }

  #names(): string[] {
    const names = parsed<unknown>(this.keys.getItem(LIST));
    return Array.isArray(names) ? names.map(String).filter((name) => name.startsWith(NAME)) : [];
  }

  /** One browser tab may see tickets of the same number in several helpdesks, and in several accounts of one. */
  #name(ticket: Ticket): string {
    return `${NAME}${this.host}:${keyOf(ticket)}`;
  }
}

function isPiece({ turn, edited }: Piece): boolean {
  const isText = (value: unknown) => typeof value === 'string';
  return isText(turn?.id) && isText(turn.text) && Array.isArray(turn.sources) && Array.isArray(turn.citations) && (edited === null || isText(edited));
}

function parsed<Value>(text: string | null): Value | null {
  try {
    return JSON.parse(text ?? 'null') as Value | null;
  } catch {
    return null; // something else wrote there
  }
}

// Keeps replies for as long as the helpdesk's tab is open: some helpdesks load the panel anew with each ticket.
import { isUnderWay } from '../core/conversation';
import type { Keys } from '../core/storage';
import { stateOf, type Ticket } from './host';
import { begunWork, type Piece, type Work } from './work';

/** A reply, and the state of the ticket for which it was begun. */
type Kept = Pick<Work, 'reply' | 'begunFor'>;

const LIST = 'support-bot:replies';
const MOST = 20; // tickets

export class KeptReplies {
  constructor(private readonly keys: Keys) {}

  /** Returns what has been done for a ticket: its draft while the ticket is as it was, and what an agent wrote anyhow. */
  work(ticket: Ticket): Work {
    const kept = parsed<Kept>(this.keys.getItem(key(ticket.id)));
    const isGood = kept?.reply && isPiece(kept.reply) && (kept.begunFor === stateOf(ticket) || kept.reply.edited !== null);
    return isGood ? { ...begunWork(ticket), reply: kept.reply, begunFor: String(kept.begunFor) } : begunWork(ticket);
  }

  /** Keeps a ticket's reply once it is whole; the ones of tickets opened long ago give way. */
  keep({ ticket, reply, begunFor }: Work): void {
    if (!ticket.id || !reply || isUnderWay(reply.turn)) return;
    const ids = [ticket.id, ...this.#ids().filter((id) => id !== ticket.id)];
    try {
      for (const id of ids.slice(MOST)) this.keys.removeItem(key(id));
      this.keys.setItem(LIST, JSON.stringify(ids.slice(0, MOST)));
      this.keys.setItem(key(ticket.id), JSON.stringify({ reply, begunFor }));
    } catch {
      // Full or forbidden: this frame at least remembers.
    }
  }

  #ids(): string[] {
    const ids = parsed<unknown>(this.keys.getItem(LIST));
    return Array.isArray(ids) ? ids.map(String) : [];
  }
}

function key(id: string): string {
  return `support-bot:reply:${id}`;
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

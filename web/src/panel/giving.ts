// Gives a reply to the helpdesk or to the clipboard, asks first about internal words, takes it back, and tells what became of it.
import { type Client, RequestFailed } from '../api/client';
import type { FateRequest, NoteRequest } from '../api/types';
import { internalClaims, without } from './claims';
import { copied } from './clipboard';
import { failureOf, type HostAdapter, HostFailed, type Insertion, keyOf, type Ticket, type Undo } from './host';
import { insertion } from './insertion';
import type { Desk } from './state';
import { type Piece, type PieceEvent, worded } from './work';
import type { Fate } from './wire';

type How = 'insert' | 'copy';

interface Collaborators {
  adapter: Pick<HostAdapter, 'capabilities' | 'insert'>;
  client: Pick<Client, 'tell'>;
  desk: () => Desk;
  show: (change: Partial<Desk>) => void;
  /** Takes in what has happened to a ticket's piece, whichever ticket is open by then. */
  happened: (piece: Piece, event: PieceEvent, ticket: Ticket) => void;
}

/** A reply and its ticket, both as they were when the agent pressed a button. */
interface Given {
  readonly reply: Piece;
  readonly ticket: Ticket;
}

export class Giving {
  #with: Collaborators;
  #undo: (Given & { take: Undo }) | null = null;
  #underWay = new Set<string>();

  constructor(collaborators: Collaborators) {
    this.#with = collaborators;
  }

  /** Gives the reply away, and asks first when it rests on internal articles: other agents may send a note on as it is. */
  insert(how: How): void {
    const given = this.#open();
    if (!given) return;
    const found = internalClaims(worded(given.reply), given.reply.turn);
    if (found.length) return this.#with.show({ confirming: { how, claims: found }, trouble: null });
    void this.#give(given, how, worded(given.reply));
  }

  /** Goes on after the agent was asked: with the claims, without them, or not at all. */
  confirm(answer: 'insert' | 'leave' | 'back'): void {
    const { confirming } = this.#with.desk();
    const given = this.#open();
    this.#with.show({ confirming: null });
    if (answer === 'back' || !confirming || !given) return;
    const words = worded(given.reply);
    void this.#give(given, confirming.how, answer === 'leave' ? without(words, confirming.claims) : words);
  }

  async undo(): Promise<void> {
    const inserted = this.#undo;
    if (!inserted) return;
    this.#undo = null;
    try {
      await inserted.take();
      this.#with.happened(inserted.reply, { type: 'fated', fate: null }, inserted.ticket);
      this.#showOf(inserted, { canUndo: false, undone: true });
    } catch {
      this.#showOf(inserted, { canUndo: false }); // the helpdesk has its own
    }
  }

  /** Forgets how to take back what was inserted into a ticket that is no longer open. */
  leave(): void {
    this.#undo = null;
  }

  discard(): void {
    const given = this.#open();
    if (!given) return;
    this.#settle(given, 'discarded');
    this.#with.show({ editing: false, confirming: null });
  }

  rate(rating: 'up' | 'down'): void {
    const given = this.#open();
    if (!given?.reply.fate) return;
    this.#with.happened(given.reply, { type: 'rated', rating }, given.ticket);
    this.#tell(given.reply, { fate: given.reply.fate, rating });
  }

  #open(): Given | null {
    const { work } = this.#with.desk();
    return work?.reply ? { reply: work.reply, ticket: work.ticket } : null;
  }

  /** Gives a reply once at a time; what comes of it is of its own ticket, though another be open by then. */
  async #give(given: Given, how: How, words: string): Promise<void> {
    const { id } = given.reply.turn;
    if (this.#underWay.has(id)) return;
    this.#underWay.add(id);
    this.#with.show({ trouble: null, undone: false });
    try {
      await this.#arrived(given, how, words);
    } catch (error) {
      const isNote = this.#with.adapter.capabilities.insert === 'note';
      this.#showOf(given, { trouble: isNote ? 'noteRefused' : failureOf(error) === 'silent' ? 'insertSilent' : 'insertRefused' });
      if (error instanceof RequestFailed && error.kind === 'unproved') this.#with.show({ signedIn: false, ended: true });
    } finally {
      this.#underWay.delete(id);
    }
  }

  async #arrived(given: Given, how: How, words: string): Promise<void> {
    const { adapter } = this.#with;
    const { insert } = adapter.capabilities;
    const draft = insertion(words, given.reply.turn.sources, { withLinks: this.#with.desk().withLinks });
    if (how === 'copy' || insert === 'copy') {
      await copied(draft.text);
      return this.#settle(given, 'copied', words);
    }
    const take = insert === 'note' ? await this.#note(given, draft) : await adapter.insert(draft, given.ticket.id);
    if (this.#isOpen(given)) this.#undo = take && { ...given, take };
    this.#showOf(given, { canUndo: take !== null });
    this.#settle(given, insert === 'note' ? 'noted' : 'inserted', words);
  }

  async #note({ reply, ticket }: Given, { text }: Insertion): Promise<null> {
    if (!ticket.chatwoot) throw new HostFailed('refused');
    const wanted: NoteRequest = { host: 'chatwoot', ...ticket.chatwoot, text };
    await this.#with.client.tell(`/api/v1/drafts/${reply.draftId}/note`, wanted);
    return null;
  }

  #settle(given: Given, fate: Fate, text = worded(given.reply)): void {
    this.#with.happened(given.reply, { type: 'fated', fate }, given.ticket);
    this.#tell(given.reply, { fate, text });
  }

  /** What becomes of drafts is counted; an agent is not kept waiting for it, nor told when it fails. */
  #tell({ draftId }: Piece, fate: FateRequest): void {
    if (draftId) void this.#with.client.tell(`/api/v1/drafts/${draftId}/fate`, fate).catch(() => {});
  }

  #isOpen({ reply, ticket }: Given): boolean {
    const open = this.#open();
    return open?.reply.turn.id === reply.turn.id && keyOf(open.ticket) === keyOf(ticket);
  }

  #showOf(given: Given, change: Partial<Desk>): void {
    if (this.#isOpen(given)) this.#with.show(change);
  }
}

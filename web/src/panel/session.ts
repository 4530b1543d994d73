// Opens tickets, drafts, asks, inserts and rates: everything that changes what the panel shows, whichever helpdesk it is in.
import { type Client, RequestFailed } from '../api/client';
import type { DraftRequest, FateRequest, NoteRequest } from '../api/types';
import { type Failure, isUnderWay } from '../core/conversation';
import type { AgentTokens, Credentials } from './agent';
import { internalClaims, without } from './claims';
import { copied } from './clipboard';
import { type Desk, OPENING, type Tab } from './state';
import { failureOf, type HostAdapter, HostFailed, type Insertion, isEmpty, sentTicket, type Ticket, type Undo } from './host';
import { insertion } from './insertion';
import type { KeptReplies } from './kept';
import { begunPiece, inPiece, type Piece, type Place, restored, withPiece, type Work, worded } from './work';
import { draftEvents, type Fate, type Style } from './wire';

interface Collaborators {
  adapter: HostAdapter;
  client: Client;
  tokens: AgentTokens;
  kept: KeptReplies;
  changed: () => void;
}

const NOTHING_OPEN: Ticket = { id: '', subject: '', customer: '', locale: '', messages: [] };
const RETRY_SECONDS = 30; // when a limit names no time

export class PanelSession {
  desk: Desk;
  #with: Collaborators;
  /** By ticket: what was done for one is found again when it is opened again. */
  #works = new Map<string, Work>();
  #streams = new Map<string, AbortController>();
  #undo: Undo | null = null;
  #afterSignIn: (() => void) | null = null;

  constructor(collaborators: Collaborators) {
    this.#with = collaborators;
    this.desk = { ...OPENING, signedIn: collaborators.tokens.isHeld };
  }

  /** Asks the helpdesk for its ticket, and drafts for it. */
  async open(): Promise<void> {
    this.#show({ opening: true, hostFailure: null });
    try {
      this.#opened(await this.#with.adapter.ready());
    } catch (error) {
      this.#opened(null);
      this.#show({ hostFailure: failureOf(error) });
    }
  }

  /** Takes in what the helpdesk tells later. */
  follow(): void {
    this.#with.adapter.onChange((ticket) => {
      if (!this.desk.opening) this.#opened(ticket);
    });
  }

  async signIn(credentials: Credentials): Promise<void> {
    this.#show({ signInFailure: null });
    try {
      await this.#with.tokens.signIn(credentials);
    } catch (error) {
      return this.#show({ signInFailure: failure(error) });
    }
    this.#show({ signedIn: true, ended: false });
    const [after, work] = [this.#afterSignIn, this.desk.work];
    this.#afterSignIn = null;
    if (after) after();
    else if (work) this.#begin(work);
  }

  turnTo(tab: Tab): void {
    this.#show({ tab });
  }

  /** Writes a reply, or the present one in another style. */
  draft(style: Style = ''): void {
    const work = this.desk.work;
    if (!work?.ticket.id) return;
    const words = style && work.reply ? worded(work.reply) : '';
    this.#show({ editing: false, trouble: null, confirming: null, canUndo: false, undone: false });
    void this.#write('reply', '/api/v1/drafts', { style, ...(words && { draft: words }) });
  }

  summarize(): void {
    void this.#write('summary', '/api/v1/drafts/summary', {});
  }

  type(question: string): void {
    this.#show({ question });
  }

  ask(): void {
    const question = this.desk.question.trim();
    if (!question) return;
    this.#show({ question: '' });
    void this.#write('asked', '/api/v1/drafts', { question }, question);
  }

  /** Writes a piece once more that failed. */
  retry(piece: Piece): void {
    const { work } = this.desk;
    if (piece === work?.summary) return this.summarize();
    if (piece === work?.reply) return this.draft();
    void this.#write('asked', '/api/v1/drafts', { question: piece.turn.question }, piece.turn.question);
  }

  stop(piece: Piece): void {
    this.#streams.get(piece.turn.id)?.abort();
    this.#in(piece, { type: 'stopped' });
  }

  /** Makes an answer to the agent's own question the reply. */
  useAsReply(piece: Piece): void {
    const { work } = this.desk;
    if (!work?.ticket.id) return;
    this.#keep(withPiece(work, 'reply', { ...piece, turn: { ...piece.turn, id: newId() }, fate: null }));
    this.#show({ tab: 'reply', editing: false });
  }

  edit(editing: boolean): void {
    this.#show({ editing });
  }

  write(text: string): void {
    if (this.desk.work?.reply) this.#in(this.desk.work.reply, { type: 'edited', text });
  }

  links(withLinks: boolean): void {
    this.#show({ withLinks });
  }

  /** Takes up again what was discarded, else the reply before this one. */
  restore(): void {
    const { work } = this.desk;
    if (work?.reply?.fate === 'discarded') return this.#in(work.reply, { type: 'fated', fate: null });
    if (work?.before) this.#keep(restored(work));
  }

  discard(): void {
    const reply = this.desk.work?.reply;
    if (!reply) return;
    this.#settle(reply, 'discarded');
    this.#show({ editing: false, confirming: null });
  }

  /** Gives the reply to the helpdesk, or to the clipboard; asks first when it rests on internal articles. */
  insert(how: 'insert' | 'copy'): void {
    const reply = this.desk.work?.reply;
    if (!reply) return;
    const isForAgents = how === 'insert' && this.#with.adapter.capabilities.insert === 'note';
    const found = isForAgents ? [] : internalClaims(worded(reply), reply.turn);
    if (found.length) return this.#show({ confirming: { how, claims: found }, trouble: null });
    void this.#give(reply, how, worded(reply));
  }

  /** Goes on after the agent was asked: with the claims, without them, or not at all. */
  confirm(answer: 'insert' | 'leave' | 'back'): void {
    const { confirming, work } = this.desk;
    this.#show({ confirming: null });
    if (answer === 'back' || !confirming || !work?.reply) return;
    const words = worded(work.reply);
    void this.#give(work.reply, confirming.how, answer === 'leave' ? without(words, confirming.claims) : words);
  }

  async undo(): Promise<void> {
    const reply = this.desk.work?.reply;
    if (!this.#undo || !reply) return;
    try {
      await this.#undo();
      this.#in(reply, { type: 'fated', fate: null });
      this.#show({ canUndo: false, undone: true });
    } catch {
      this.#show({ canUndo: false }); // the helpdesk has its own
    }
  }

  rate(rating: 'up' | 'down'): void {
    const reply = this.desk.work?.reply;
    if (!reply?.fate) return;
    this.#in(reply, { type: 'rated', rating });
    this.#tell(reply, { fate: reply.fate, rating });
  }

  #opened(ticket: Ticket | null): void {
    const open = ticket ?? NOTHING_OPEN;
    const isAnother = this.desk.work?.ticket.id !== open.id;
    const known = this.#works.get(open.id);
    const work = known ? { ...known, ticket: open } : this.#with.kept.work(open);
    this.#works.set(open.id, work);
    if (isAnother) this.#undo = null;
    this.#show({ opening: false, hostFailure: null, work, ...(isAnother && { editing: false, confirming: null, trouble: null, canUndo: false, undone: false }) });
    this.#begin(work);
  }

  /** Drafts for a ticket that has no reply yet. */
  #begin(work: Work): void {
    if (work.ticket.id && !work.reply && !isEmpty(work.ticket) && this.desk.signedIn) this.draft();
  }

  async #write(place: Place, path: string, asked: Partial<DraftRequest>, question = ''): Promise<void> {
    const { work } = this.desk;
    if (!work) return;
    if (place === 'reply' && work.reply && isUnderWay(work.reply.turn)) this.stop(work.reply);
    const piece = begunPiece(newId(), question);
    const key = work.ticket.id;
    const before = this.#works.get(key) ?? work;
    this.#keep(withPiece(before, place, piece));
    const stream = new AbortController();
    this.#streams.set(piece.turn.id, stream);
    try {
      for await (const { name, data } of this.#with.client.events(path, this.#body(work.ticket, asked), stream.signal)) {
        for (const event of draftEvents(name, data)) this.#in(piece, event, key);
      }
      this.#in(piece, { type: 'cut' }, key); // after `done` it changes nothing
    } catch (error) {
      if (stream.signal.aborted) return;
      if (error instanceof RequestFailed && error.kind === 'unproved') return this.#sessionEnded(before, () => void this.#write(place, path, asked, question));
      this.#in(piece, error instanceof RequestFailed ? { type: 'failed', failure: failure(error) } : { type: 'cut' }, key);
    } finally {
      this.#streams.delete(piece.turn.id);
    }
  }

  #body(ticket: Ticket, asked: Partial<DraftRequest>): DraftRequest {
    const { host } = this.#with.adapter;
    return { host, ...sentTicket(ticket), ...ticket.chatwoot, ...asked };
  }

  async #give(reply: Piece, how: 'insert' | 'copy', words: string): Promise<void> {
    const { adapter } = this.#with;
    const { insert } = adapter.capabilities;
    const ticket = this.desk.work?.ticket.id ?? '';
    const given = insertion(words, reply.turn.sources, { withLinks: this.desk.withLinks });
    this.#show({ trouble: null, undone: false });
    try {
      if (how === 'copy' || insert === 'copy') {
        await copied(given.text);
        return this.#settle(reply, 'copied', words);
      }
      this.#undo = insert === 'note' ? await this.#note(reply, given) : await adapter.insert(given, ticket);
      this.#show({ canUndo: this.#undo !== null });
      this.#settle(reply, insert === 'note' ? 'noted' : 'inserted', words);
    } catch (error) {
      this.#show({ trouble: insert === 'note' ? 'noteRefused' : failureOf(error) === 'silent' ? 'insertSilent' : 'insertRefused' });
      if (error instanceof RequestFailed && error.kind === 'unproved') this.#show({ signedIn: false, ended: true });
    }
  }

  async #note({ draftId }: Piece, { text }: Insertion): Promise<null> {
    const chatwoot = this.desk.work?.ticket.chatwoot;
    if (!chatwoot) throw new HostFailed('refused');
    const wanted: NoteRequest = { host: 'chatwoot', ...chatwoot, text };
    await this.#with.client.tell(`/api/v1/drafts/${draftId}/note`, wanted);
    return null;
  }

  #settle(piece: Piece, fate: Fate, text = worded(piece)): void {
    this.#in(piece, { type: 'fated', fate });
    this.#tell(piece, { fate, text });
  }

  /** What becomes of drafts is counted; an agent is not kept waiting for it, nor told when it fails. */
  #tell({ draftId }: Piece, fate: FateRequest): void {
    if (draftId) void this.#with.client.tell(`/api/v1/drafts/${draftId}/fate`, fate).catch(() => {});
  }

  #sessionEnded(before: Work, again: () => void): void {
    this.#keep(before);
    this.#afterSignIn = again;
    this.#show({ signedIn: false, ended: true });
  }

  #in(piece: Piece, event: Parameters<typeof inPiece>[2], key = this.desk.work?.ticket.id ?? ''): void {
    const work = this.#works.get(key);
    if (work) this.#keep(inPiece(work, piece.turn.id, event));
  }

  #keep(work: Work): void {
    this.#works.set(work.ticket.id, work);
    this.#with.kept.keep(work);
    if (this.desk.work?.ticket.id === work.ticket.id) this.#show({ work });
  }

  #show(change: Partial<Desk>): void {
    this.desk = { ...this.desk, ...change };
    this.#with.changed();
  }
}

function failure(error: unknown): Failure {
  if (!(error instanceof RequestFailed)) return { kind: 'unreachable', retryAt: null };
  const retryAt = error.kind === 'rate_limited' ? Date.now() + (error.retryAfter ?? RETRY_SECONDS) * 1000 : null;
  return { kind: error.kind, retryAt };
}

/** `crypto.randomUUID` is missing where a page has no TLS. */
function newId(): string {
  return `p${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
}

// Opens tickets, drafts and asks: what changes the panel's state, whichever helpdesk it is in, is done or handed on here.
import { type Client, RequestFailed } from '../api/client';
import type { DraftRequest } from '../api/types';
import { type Failure, isUnderWay } from '../core/conversation';
import type { AgentTokens, Credentials } from './agent';
import { Giving } from './giving';
import { failureOf, type HostAdapter, isEmpty, keyOf, sentTicket, type Ticket } from './host';
import type { KeptReplies } from './kept';
import { type Desk, OPENING, type Tab } from './state';
import { draftEvents, type Style } from './wire';
import { begunPiece, begunWork, inPiece, type Piece, type PieceEvent, type Place, restored, withdrawn, withPiece, type Work, worded } from './work';

interface Collaborators {
  adapter: HostAdapter;
  client: Pick<Client, 'events' | 'tell'>;
  tokens: Pick<AgentTokens, 'isHeld' | 'owner' | 'signIn'>;
  kept: KeptReplies;
  changed: () => void;
}

const NOTHING_OPEN: Ticket = { id: '', subject: '', customer: '', locale: '', messages: [] };
const DRAFTS = '/api/v1/drafts';
const SUMMARY = '/api/v1/drafts/summary';
const RETRY_SECONDS = 30; // when a limit names no time

export class PanelSession {
  desk: Desk;
  #with: Collaborators;
  /** By ticket: what was done for one is found again when it is opened again. */
  #works = new Map<string, Work>();
  #streams = new Map<string, AbortController>();
  #giving: Giving;
  /** What was asked when the session ended, and for which ticket. */
  #afterSignIn: { ticket: string; again: () => void } | null = null;

  constructor(collaborators: Collaborators) {
    this.#with = collaborators;
    this.desk = { ...OPENING, signedIn: collaborators.tokens.isHeld };
    if (collaborators.tokens.isHeld) collaborators.kept.of(collaborators.tokens.owner);
    this.#giving = new Giving({
      adapter: collaborators.adapter,
      client: collaborators.client,
      desk: () => this.desk,
      show: (change) => this.#show(change),
      happened: (piece, event, ticket) => this.#in(piece, event, keyOf(ticket)),
    });
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
    const { tokens } = this.#with;
    const before = tokens.owner;
    this.#show({ signInFailure: null });
    try {
      await tokens.signIn(credentials);
    } catch (error) {
      return this.#show({ signInFailure: failure(error) });
    }
    this.#with.kept.of(tokens.owner);
    if (before && tokens.owner !== before) this.#forget();
    this.#show({ signedIn: true, ended: false });
    const [after, work] = [this.#afterSignIn, this.desk.work];
    this.#afterSignIn = null;
    if (after && work && after.ticket === keyOf(work.ticket)) after.again();
    else if (work) this.#begin(work);
  }

  turnTo(tab: Tab): void {
    this.#show({ tab });
  }

  /** Writes a reply, or the present one in another style. */
  draft(style: Style = ''): void {
    const reply = this.desk.work?.reply;
    const words = style && reply ? worded(reply) : '';
    this.#reply({ style, ...(words && { draft: words }) });
  }

  summarize(): void {
    void this.#write('summary', SUMMARY, {});
  }

  type(question: string): void {
    this.#show({ question });
  }

  ask(): void {
    const question = this.desk.question.trim();
    if (!question) return;
    this.#show({ question: '' });
    void this.#write('asked', DRAFTS, { question });
  }

  /** Asks once more for a piece that failed, in the words of before. */
  retry(piece: Piece): void {
    const { work } = this.desk;
    if (piece === work?.summary) return this.summarize();
    if (piece === work?.reply) return this.#reply(piece.asked);
    void this.#write('asked', DRAFTS, piece.asked);
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
    this.#show({ tab: 'reply', editing: false, confirming: null });
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
    this.#giving.discard();
  }

  insert(how: 'insert' | 'copy'): void {
    this.#giving.insert(how);
  }

  confirm(answer: 'insert' | 'leave' | 'back'): void {
    this.#giving.confirm(answer);
  }

  undo(): Promise<void> {
    return this.#giving.undo();
  }

  rate(rating: 'up' | 'down'): void {
    this.#giving.rate(rating);
  }

  #opened(ticket: Ticket | null): void {
    const open = ticket ?? NOTHING_OPEN;
    const key = keyOf(open);
    const isAnother = !this.desk.work || keyOf(this.desk.work.ticket) !== key;
    const known = this.#works.get(key);
    const work = known ? { ...known, ticket: open } : this.#with.kept.work(open);
    this.#works.set(key, work);
    if (isAnother) this.#giving.leave();
    this.#show({ opening: false, hostFailure: null, work, ...(isAnother && { editing: false, confirming: null, trouble: null, canUndo: false, undone: false }) });
    this.#begin(work);
  }

  /** Drafts for a ticket that has no reply yet. */
  #begin(work: Work): void {
    if (work.ticket.id && !work.reply && !isEmpty(work.ticket) && this.desk.signedIn) this.draft();
  }

  #reply(asked: Partial<DraftRequest>): void {
    if (!this.desk.work?.ticket.id) return;
    this.#show({ editing: false, trouble: null, confirming: null, canUndo: false, undone: false });
    void this.#write('reply', DRAFTS, asked);
  }

  async #write(place: Place, path: string, asked: Partial<DraftRequest>): Promise<void> {
    const { work } = this.desk;
    if (!work) return;
    if (place === 'reply' && work.reply && isUnderWay(work.reply.turn)) this.stop(work.reply);
    const piece = begunPiece(newId(), asked);
    const key = keyOf(work.ticket);
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
      if (error instanceof RequestFailed && error.kind === 'unproved') {
        this.#keep(withdrawn(this.#works.get(key) ?? before, piece.turn.id, before));
        return this.#sessionEnded({ ticket: key, again: () => void this.#write(place, path, asked) });
      }
      this.#in(piece, error instanceof RequestFailed ? { type: 'failed', failure: failure(error) } : { type: 'cut' }, key);
    } finally {
      this.#streams.delete(piece.turn.id);
    }
  }

  #body(ticket: Ticket, asked: Partial<DraftRequest>): DraftRequest {
    const { host } = this.#with.adapter;
    return { host, ...sentTicket(ticket), ...ticket.chatwoot, ...asked };
  }

  /** Leaves nothing of the agent before to another one. */
  #forget(): void {
    for (const stream of this.#streams.values()) stream.abort();
    this.#works.clear();
    this.#afterSignIn = null;
    this.#giving.leave();
    const work = this.desk.work && begunWork(this.desk.work.ticket);
    this.#show({ work, question: '', editing: false, confirming: null, trouble: null, canUndo: false, undone: false });
    if (work) this.#works.set(keyOf(work.ticket), work);
  }

  #sessionEnded(after: { ticket: string; again: () => void }): void {
    this.#afterSignIn = after;
    this.#show({ signedIn: false, ended: true });
  }

  #in(piece: Piece, event: PieceEvent, key = keyOf(this.desk.work?.ticket ?? NOTHING_OPEN)): void {
    const work = this.#works.get(key);
    if (work) this.#keep(inPiece(work, piece.turn.id, event));
  }

  #keep(work: Work): void {
    this.#works.set(keyOf(work.ticket), work);
    this.#with.kept.keep(work);
    if (this.desk.work && keyOf(this.desk.work.ticket) === keyOf(work.ticket)) this.#show({ work });
  }

  #show(change: Partial<Desk>): void {
    this.desk = { ...this.desk, ...change };
    this.#with.changed();
  }
}

function failure(error: unknown): Failure {
  if (!(error instanceof RequestFailed)) return { kind: 'unreachable', retryAt: null };
  const retryAt = error.kind === 'rate_limited' ? Date.now() + (error.retryAfter ?? RETRY_SECONDS) * 1000 : null;
  return { kind: error.problem === 'key-refused' ? 'unproved' : error.kind, retryAt };
}

/** `crypto.randomUUID` is missing where a page has no TLS. */
function newId(): string {
  return `p${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
}

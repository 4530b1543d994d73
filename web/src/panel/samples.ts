// Tickets that never were, one for each state that the panel can be in, in the language asked for.
import type { CitationData, SourceData, VerdictData } from '../api/types';
import { SAYINGS, type Sayings } from '../design/sayings';
import type { Locale } from '../i18n/locale';
import { internalClaims } from './claims';
import type { Capabilities, Ticket } from './host';
import { type Desk, OPENING } from './state';
import { begunPiece, begunWork, inPiece, type PieceEvent, restored, withPiece, type Work } from './work';
import type { Fate } from './wire';

export interface PanelSample {
  id: string;
  name: string;
  desk: Desk;
  capabilities?: Capabilities;
  problem?: string;
  card?: number;
  /** 400 pixels, where 320 is the least. */
  isWide?: boolean;
}

const DONE: PieceEvent = { type: 'done', data: { status: 'complete', usage: { input_tokens: 0, cached_tokens: 0, output_tokens: 0 }, cost: 0, ms: { first_token: 1, total: 1 } } };
const NOTE: Capabilities = { insert: 'note', html: false };
const COPY: Capabilities = { insert: 'copy', html: false };

export function panelSamples(locale: Locale): PanelSample[] {
  const drawn = new Drawing(SAYINGS[locale]);
  return [...before(drawn), ...drafts(drawn), ...afterwards(drawn), ...troubles(drawn), ...besides(drawn)];
}

/** Draws desks around one ticket, whose draft rests on a public article and an internal one. */
class Drawing {
  readonly ticket: Ticket;
  readonly sources: readonly [SourceData, SourceData];
  readonly open: Desk;

  constructor(readonly sayings: Sayings) {
    const { question, returns, refunds } = sayings;
    this.ticket = { id: '7', subject: question, customer: 'Ada', locale: '', messages: [{ id: 'm1', from: 'customer', text: question, at: '2026-03-02T09:00:00Z' }] };
    this.sources = [source(1, returns, 'public'), source(2, refunds, 'internal')];
    this.open = { ...OPENING, opening: false, signedIn: true, work: begunWork(this.ticket) };
  }

  /** A desk whose reply these events have come to. */
  replied(...events: PieceEvent[]): Work {
    const work = withPiece(begunWork(this.ticket), 'reply', begunPiece('sample'));
    return [this.#problem(), ...events].reduce((after: Work, event) => inPiece(after, 'sample', event), work);
  }

  desk(work: Work, change: Partial<Desk> = {}): Desk {
    return { ...this.open, work, ...change };
  }

  /** What the server sends of a whole draft, its second source public unless it is to be internal. */
  whole(audience: 'public' | 'internal' = 'public', mode: VerdictData['mode'] = 'generated'): PieceEvent[] {
    const [first, second] = this.sources;
    const { answer: text } = this.sayings;
    const citations = [...citing(text, first), ...citing(text, second)].map((data): PieceEvent => ({ type: 'citation', data }));
    return [{ type: 'sources', data: { sources: [first, { ...second, audience }] } }, { type: 'delta', data: { text } }, ...citations, settled('answered', mode), DONE];
  }

  #problem(): PieceEvent {
    const { question, suggestions } = this.sayings;
    return { type: 'problem', data: { text: `${question} ${suggestions[1]}`, message_ids: ['m1'], language: '', customer: 'Ada' } };
  }
}

function before(drawn: Drawing): PanelSample[] {
  const signedOut: Desk = { ...OPENING, opening: false };
  const empty = begunWork({ ...drawn.ticket, subject: '', messages: [] });
  return [
    { id: 'opening', name: 'Opening the ticket', desk: { ...OPENING, signedIn: true } },
    { id: 'sign-in', name: 'Signing in', desk: signedOut },
    { id: 'sign-in-wrong', name: 'A key that is not known', desk: { ...signedOut, signInFailure: { kind: 'server', retryAt: null } } },
    { id: 'sign-in-problem', name: 'A helpdesk’s token that was refused', desk: signedOut, problem: 'Zendesk’s token has expired. Reload the page, or sign in.' },
    { id: 'session-ended', name: 'The session has ended', desk: { ...signedOut, ended: true } },
    { id: 'no-ticket', name: 'Not in a ticket', desk: drawn.desk(begunWork({ ...drawn.ticket, id: '' })) },
    { id: 'empty', name: 'An empty ticket', desk: drawn.desk(empty) },
    { id: 'silent', name: 'The helpdesk does not answer', desk: { ...drawn.open, work: null, hostFailure: 'silent' } },
    { id: 'host-refused', name: 'The helpdesk refuses', desk: { ...drawn.open, work: null, hostFailure: 'refused' } },
  ];
}

function drafts(drawn: Drawing): PanelSample[] {
  const { sayings, sources } = drawn;
  const begun: PieceEvent[] = [{ type: 'sources', data: { sources: [...sources] } }];
  const start = sayings.answer.split('\n').slice(0, 3).join('\n');
  const internal = drawn.replied(...drawn.whole('internal'));
  const { turn } = internal.reply!;
  const edited = drawn.replied(...drawn.whole(), { type: 'edited', text: `${sayings.answer.split('\n\n')[0]}\n\n${sayings.suggestions[1]}` });
  const confirming = { how: 'insert', claims: internalClaims(turn.text, turn) } as const;
  return [
    { id: 'searching', name: 'Searching', desk: drawn.desk(drawn.replied()) },
    { id: 'streaming', name: 'The draft comes', desk: drawn.desk(drawn.replied(...begun, { type: 'status', data: { stage: 'writing', detail: '' } }, { type: 'delta', data: { text: start } })) },
    { id: 'ready', name: 'A draft', desk: drawn.desk(drawn.replied(...drawn.whole())) },
    { id: 'ready-wide', name: 'A draft, 400 pixels wide', desk: drawn.desk(drawn.replied(...drawn.whole())), isWide: true },
    { id: 'internal', name: 'A draft on internal articles', desk: drawn.desk(internal) },
    { id: 'internal-wide', name: 'The same, 400 pixels wide', desk: drawn.desk(internal), isWide: true },
    { id: 'passage', name: 'A sentence’s passage', desk: drawn.desk(drawn.replied(...drawn.whole())), card: 0 },
    { id: 'passage-internal', name: 'An internal passage', desk: drawn.desk(internal), card: turn.citations.length - 1 },
    { id: 'confirm', name: 'Asked before internal words leave', desk: drawn.desk(internal, { confirming }) },
    { id: 'confirm-wide', name: 'Asked, 400 pixels wide', desk: drawn.desk(internal, { confirming }), isWide: true },
    { id: 'editing', name: 'Editing', desk: drawn.desk(drawn.replied(...drawn.whole()), { editing: true }) },
    { id: 'edited', name: 'Edited', desk: drawn.desk(edited) },
    { id: 'rewritten', name: 'Rewritten, the draft before kept', desk: drawn.desk(restored({ ...drawn.replied(...drawn.whole()), before: edited.reply })) },
    { id: 'skeleton', name: 'Passages, without a model', desk: drawn.desk(drawn.replied(...drawn.whole('public', 'extractive'))) },
    { id: 'nothing', name: 'Nothing solid found', desk: drawn.desk(drawn.replied(...begun, settled('no_answer'), DONE)) },
    { id: 'nothing-near', name: 'Nothing found at all', desk: drawn.desk(drawn.replied(settled('no_answer'), DONE)) },
  ];
}

function afterwards(drawn: Drawing): PanelSample[] {
  const fated = (fate: Fate, ...more: PieceEvent[]) => drawn.replied(...drawn.whole(), { type: 'fated', fate }, ...more);
  return [
    { id: 'inserted', name: 'Inserted, to be taken back and rated', desk: drawn.desk(fated('inserted'), { canUndo: true }) },
    { id: 'rated', name: 'Rated', desk: drawn.desk(fated('inserted', { type: 'rated', rating: 'up' })) },
    { id: 'undone', name: 'Taken back', desk: drawn.desk(drawn.replied(...drawn.whole()), { undone: true }) },
    { id: 'note', name: 'Where a draft becomes a note', desk: drawn.desk(drawn.replied(...drawn.whole())), capabilities: NOTE },
    { id: 'noted', name: 'Added as a note', desk: drawn.desk(fated('noted')), capabilities: NOTE },
    { id: 'copy', name: 'Where a draft can only be copied', desk: drawn.desk(drawn.replied(...drawn.whole())), capabilities: COPY },
    { id: 'copied', name: 'Copied', desk: drawn.desk(fated('copied')), capabilities: COPY },
    { id: 'discarded', name: 'Discarded', desk: drawn.desk(fated('discarded')) },
  ];
}

function troubles(drawn: Drawing): PanelSample[] {
  const whole = drawn.replied(...drawn.whole());
  const messages = [...drawn.ticket.messages, { id: 'm2', from: 'customer' as const, text: '?', at: '' }];
  const later = { ...drawn.ticket, messages };
  const edited = drawn.replied(...drawn.whole(), { type: 'edited', text: drawn.sayings.suggestions[1]! });
  const cut = drawn.replied(...drawn.whole().slice(0, 2), { type: 'cut' });
  const failed = (kind: 'offline' | 'server' | 'rate_limited', retryAt: number | null = null) => drawn.replied({ type: 'failed', failure: { kind, retryAt } });
  return [
    { id: 'changed', name: 'The ticket has changed', desk: drawn.desk({ ...whole, ticket: later }) },
    { id: 'changed-edited', name: 'The ticket has changed, the draft was edited', desk: drawn.desk({ ...edited, ticket: later }) },
    { id: 'interrupted', name: 'Interrupted', desk: drawn.desk(cut) },
    { id: 'stopped', name: 'Stopped', desk: drawn.desk(drawn.replied(...drawn.whole().slice(0, 2), { type: 'stopped' })) },
    { id: 'insert-silent', name: 'It is not known whether it was inserted', desk: drawn.desk(whole, { trouble: 'insertSilent' }) },
    { id: 'insert-refused', name: 'Not inserted', desk: drawn.desk(whole, { trouble: 'insertRefused' }) },
    { id: 'note-refused', name: 'Note not written', desk: drawn.desk(whole, { trouble: 'noteRefused' }), capabilities: NOTE },
    { id: 'offline', name: 'Offline', desk: drawn.desk(failed('offline')) },
    { id: 'server-error', name: 'Server error', desk: drawn.desk(failed('server')) },
    { id: 'limited', name: 'Too many at once', desk: drawn.desk(failed('rate_limited', Date.now() + 42_000)) },
  ];
}

function besides(drawn: Drawing): PanelSample[] {
  const { sayings } = drawn;
  const asked = (question: string, ...events: PieceEvent[]) => events.reduce((work: Work, event) => inPiece(work, 'asked', event), withPiece(begunWork(drawn.ticket), 'asked', begunPiece('asked', { question })));
  const ask = (work: Work, question = ''): Desk => drawn.desk(work, { tab: 'ask', question });
  const messages = Array.from({ length: 24 }, (_, place) => ({ id: `m${place + 1}`, from: place % 2 ? ('agent' as const) : ('customer' as const), text: sayings.question, at: '2026-03-02T09:00:00Z' }));
  const thread = begunWork({ ...drawn.ticket, messages });
  const references: PieceEvent[] = [1, 2].map((n) => ({ type: 'reference', data: { n, message_id: `m${n * 3}`, quote: sayings.question } }));
  const summed = [{ type: 'delta', data: { text: sayings.answer } } as PieceEvent, ...references, DONE].reduce((work: Work, event) => inPiece(work, 'summary', event), withPiece(thread, 'summary', begunPiece('summary')));
  return [
    { id: 'ask', name: 'Ask the articles', desk: ask(begunWork(drawn.ticket)) },
    { id: 'ask-typing', name: 'A question typed', desk: ask(begunWork(drawn.ticket), sayings.suggestions[2]) },
    { id: 'asked', name: 'Asked', desk: ask(asked(sayings.question, ...drawn.whole('internal'))) },
    { id: 'asked-nothing', name: 'Asked, nothing found', desk: ask(asked(sayings.outside, { type: 'sources', data: { sources: [drawn.sources[0]] } }, settled('no_answer'), DONE)) },
    { id: 'summary', name: 'A long thread', desk: drawn.desk(thread, { tab: 'summary' }) },
    { id: 'summarized', name: 'Summarised', desk: drawn.desk(summed, { tab: 'summary' }) },
    { id: 'summarized-message', name: 'The message behind a sentence', desk: drawn.desk(summed, { tab: 'summary' }), card: 0 },
    { id: 'hostile', name: 'A ticket that means harm', desk: drawn.desk(drawn.replied({ type: 'problem', data: { text: HOSTILE, message_ids: [], language: '', customer: '<b>Eve</b>' } }, ...drawn.whole())) },
  ];
}

const HOSTILE = `<img src=x onerror="alert(1)"><script>alert(2)</script> ${'w'.repeat(80)} [click](javascript:alert(3))`;

function source(n: number, { title, section, quote }: Sayings['returns'], audience: SourceData['audience']): SourceData {
  return { n, id: `sample-${n}`, title, url: `https://help.example.com/articles/${n}`, section, snippet: quote, updated: '2026-03-03', page: null, audience };
}

/** Returns a citation for each mark of a source; the samples have no character of two code units. */
function citing(text: string, from: SourceData): CitationData[] {
  const { n, id, title, url, section, updated, snippet } = from;
  return [...text.matchAll(new RegExp(`([^\\n\\]]*?)\\s*\\[${n}\\]`, 'g'))].map((mark) => {
    const end = mark.index + mark[1]!.trimEnd().length;
    return { n, source: id, title, url, section, quote: snippet, answer_start: mark.index, answer_end: end, source_start: 0, source_end: snippet.length, updated, page: null, verified: true };
  });
}

function settled(outcome: VerdictData['outcome'], mode: VerdictData['mode'] = 'generated'): PieceEvent {
  return { type: 'verdict', data: { outcome, mode, confidence: 0.9, degraded: mode === 'extractive' ? 'no_key' : null } };
}

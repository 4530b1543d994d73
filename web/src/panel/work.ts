// Turns what happens to a ticket's draft, questions and summary into them after it; nothing that an agent wrote is lost on the way.
import { EMPTY, type Failure, isUnderWay, reduce, type Turn } from '../core/conversation';
import type { CitationData, CustomerProblemData, DraftRequest, ReferenceData } from '../api/types';
import { reanchored } from './claims';
import { stateOf, type Ticket } from './host';
import type { DraftEvent, Fate } from './wire';

/** Something that is written for the agent: a reply, an answer, a summary. */
export interface Piece {
  readonly turn: Turn;
  /** What was asked for besides the ticket, so that it can be asked again. */
  readonly asked: Partial<DraftRequest>;
  readonly draftId: string | null;
  readonly problem: CustomerProblemData | null;
  readonly references: readonly ReferenceData[];
  /** What the agent has made of it, null as long as they have changed nothing. */
  readonly edited: string | null;
  readonly fate: Fate | null;
  readonly rating: 'up' | 'down' | null;
}

export type PieceEvent =
  | DraftEvent
  | { type: 'stopped' }
  | { type: 'cut' }
  | { type: 'failed'; failure: Failure }
  | { type: 'edited'; text: string }
  | { type: 'fated'; fate: Fate | null }
  | { type: 'rated'; rating: 'up' | 'down' };

/** All that has been done for one ticket. */
export interface Work {
  readonly ticket: Ticket;
  readonly reply: Piece | null;
  /** The state of the ticket for which the reply was begun. */
  readonly begunFor: string;
  /** The reply that the present one took the place of. */
  readonly before: Piece | null;
  readonly asked: readonly Piece[];
  readonly summary: Piece | null;
  readonly summarizedFor: string;
}

export type Place = 'reply' | 'summary' | 'asked';

export function begunWork(ticket: Ticket): Work {
  return { ticket, reply: null, begunFor: '', before: null, asked: [], summary: null, summarizedFor: '' };
}

export function begunPiece(id: string, asked: Partial<DraftRequest> = {}): Piece {
  const turn = reduce(EMPTY, { type: 'asked', id, question: asked.question ?? '' }).turns[0]!;
  return { turn, asked, draftId: null, problem: null, references: [], edited: null, fate: null, rating: null };
}

/** Returns the work with another piece in a place; a reply that it replaces can be taken up again. */
export function withPiece(work: Work, place: Place, piece: Piece): Work {
  if (place === 'asked') return { ...work, asked: [...work.asked, piece] };
  if (place === 'summary') return { ...work, summary: piece, summarizedFor: stateOf(work.ticket) };
  return { ...work, reply: piece, begunFor: stateOf(work.ticket), before: toRestore(work) };
}

/** Returns the work without a piece that was asked for in vain: what was there earlier is in its place again. */
export function withdrawn(work: Work, id: string, earlier: Work): Work {
  const { reply, begunFor, before, summary, summarizedFor } = earlier;
  return {
    ...work,
    ...(work.reply?.turn.id === id && { reply, begunFor, before }),
    ...(work.summary?.turn.id === id && { summary, summarizedFor }),
    asked: work.asked.filter(({ turn }) => turn.id !== id),
  };
}

/** Returns the work after something has happened to one of its pieces; a piece that is there no longer changes nothing. */
export function inPiece(work: Work, id: string, event: PieceEvent): Work {
  const after = (piece: Piece) => (piece.turn.id === id ? pieceAfter(piece, event) : piece);
  return {
    ...work,
    reply: work.reply && after(work.reply),
    before: work.before && after(work.before),
    summary: work.summary && after(work.summary),
    asked: work.asked.map(after),
  };
}

/** Returns the work with the reply that was there before in the place of the present one, and that one in its place. */
export function restored(work: Work): Work {
  return { ...work, reply: work.before, before: work.reply && worded(work.reply) ? work.reply : null };
}

/** Whether the ticket is another than the one that the reply was begun for. */
export function hasChanged({ reply, begunFor, ticket }: Work): boolean {
  return reply !== null && begunFor !== stateOf(ticket);
}

/** Returns the words of a piece as they are now. */
export function worded({ edited, turn }: Piece): string {
  return edited ?? turn.text;
}

/** Returns the citations whose claims still stand as they were written. */
export function citationsOf({ edited, turn }: Piece): readonly CitationData[] {
  return edited === null ? turn.citations : reanchored(turn.text, edited, turn.citations);
}

/** Whether there is a draft to insert: a refusal and a list of the nearest articles are none. */
export function isDraft(piece: Piece): boolean {
  const outcome = piece.turn.verdict?.outcome;
  return !isUnderWay(piece.turn) && worded(piece).trim() !== '' && (outcome === undefined || outcome === 'answered' || outcome === 'partial');
}

/** Returns what may be taken up again once the reply is replaced: half a draft takes the place of a whole one never. */
function toRestore({ reply, before }: Work): Piece | null {
  if (!reply || !worded(reply)) return before;
  const isWhole = reply.edited !== null || (isDraft(reply) && reply.turn.state === 'done');
  return isWhole || !before ? reply : before;
}

function pieceAfter(piece: Piece, event: PieceEvent): Piece {
  switch (event.type) {
    case 'begun':
      return { ...piece, draftId: event.data.draft_id };
    case 'problem':
      return { ...piece, problem: event.data };
    case 'reference':
      return { ...piece, references: [...piece.references, event.data] };
    case 'edited':
      return { ...piece, edited: event.text === piece.turn.text ? null : event.text };
    case 'fated':
      return { ...piece, fate: event.fate };
    case 'rated':
      return { ...piece, rating: event.rating };
    default:
      return { ...piece, turn: reduce({ id: null, turns: [piece.turn] }, event).turns[0]! };
  }
}

// Turns what happens in a conversation into the conversation after it.
import type { AnswerEvent } from '../api/events';
import type { FailureKind } from '../api/client';
import type { CitationData, DoneData, FeedbackRequest, HandoffData, SourceData, StatusData, VerdictData } from '../api/types';

/** How far an answer is. Only `asking` and `streaming` can still change by themselves. */
export type TurnState = 'asking' | 'streaming' | 'done' | 'stopped' | 'interrupted' | 'failed';

export type Rating = Pick<FeedbackRequest, 'rating' | 'reason'>;

/** Why a question has no answer, and from when (milliseconds since 1970) another try makes sense. */
export interface Failure {
  readonly kind: FailureKind;
  readonly retryAt: number | null;
}

/** A question with what has come back for it. */
export interface Turn {
  readonly id: string;
  readonly question: string;
  readonly state: TurnState;
  readonly messageId: string | null;
  readonly stage: StatusData['stage'];
  readonly text: string;
  readonly sources: readonly SourceData[];
  readonly citations: readonly CitationData[];
  readonly verdict: VerdictData | null;
  readonly handoff: HandoffData | null;
  /** Whether something broke after text was already shown. */
  readonly brokeOff: boolean;
  readonly status: DoneData['status'] | null;
  readonly failure: Failure | null;
  readonly rating: Rating | null;
}

export interface Conversation {
  readonly id: string | null;
  readonly turns: readonly Turn[];
}

export type ConversationEvent =
  | AnswerEvent
  | { type: 'asked'; id: string; question: string }
  | { type: 'again' }
  | { type: 'stopped' }
  | { type: 'cut' }
  | { type: 'failed'; failure: Failure }
  | { type: 'withdrawn'; id: string }
  | { type: 'rated'; id: string; rating: Rating };

export const EMPTY: Conversation = { id: null, turns: [] };

/** Returns the conversation after an event; what the server sends belongs to the last question. */
export function reduce(conversation: Conversation, event: ConversationEvent): Conversation {
  switch (event.type) {
    case 'asked':
      return { ...conversation, turns: [...conversation.turns, asked(event.id, event.question)] };
    case 'withdrawn':
      return { ...conversation, turns: conversation.turns.filter((turn) => turn.id !== event.id) };
    case 'rated':
      return {
        ...conversation,
        turns: conversation.turns.map((turn) => (turn.id === event.id ? { ...turn, rating: event.rating } : turn)),
      };
    case 'again':
      return { ...conversation, turns: conversation.turns.map((turn, place, { length }) => (place === length - 1 ? begun(turn) : turn)) };
    case 'meta':
      return { ...inLastTurn(conversation, event), id: event.data.conversation_id };
    default:
      return inLastTurn(conversation, event);
  }
}

/** Returns the conversation as it is found again after the page was left: what was under way has broken off. */
export function resumed(conversation: Conversation): Conversation {
  return {
    ...conversation,
    turns: conversation.turns.map((turn) => (isUnderWay(turn) ? { ...turn, state: 'interrupted' } : turn)),
  };
}

export function isUnderWay(turn: Turn | undefined): boolean {
  return turn?.state === 'asking' || turn?.state === 'streaming';
}

function asked(id: string, question: string): Turn {
  return {
    id,
    question,
    state: 'asking',
    messageId: null,
    stage: 'searching',
    text: '',
    sources: [],
    citations: [],
    verdict: null,
    handoff: null,
    brokeOff: false,
    status: null,
    failure: null,
    rating: null,
  };
}

/** Returns a turn whose answer comes once more from its beginning. */
function begun({ id, question, messageId }: Turn): Turn {
  return { ...asked(id, question), messageId };
}

type TurnEvent = Exclude<ConversationEvent, { type: 'asked' | 'withdrawn' | 'rated' | 'again' }>;

function inLastTurn(conversation: Conversation, event: TurnEvent): Conversation {
  const last = conversation.turns.at(-1);
  if (!last || !isUnderWay(last)) return conversation; // what arrives after a stop is not shown
  return { ...conversation, turns: [...conversation.turns.slice(0, -1), turnAfter(last, event)] };
}

function turnAfter(turn: Turn, event: TurnEvent): Turn {
  switch (event.type) {
    case 'meta':
      return { ...turn, messageId: event.data.message_id };
    case 'status':
      return { ...turn, stage: event.data.stage };
    case 'sources':
      return { ...turn, sources: [...turn.sources, ...event.data.sources] };
    case 'delta':
      return { ...turn, state: 'streaming', text: turn.text + event.data.text };
    case 'citation':
      return { ...turn, citations: [...turn.citations, event.data] };
    case 'verdict':
      return { ...turn, verdict: event.data };
    case 'handoff':
      return { ...turn, handoff: event.data };
    case 'error':
      return turn.text ? { ...turn, brokeOff: true } : { ...turn, failure: { kind: 'server', retryAt: null } };
    case 'done':
      return { ...turn, status: event.data.status, state: endState(turn, event.data) };
    case 'stopped':
      return { ...turn, state: 'stopped' };
    case 'cut':
      return { ...turn, state: 'interrupted' };
    case 'failed':
      return { ...turn, state: 'failed', failure: event.failure };
  }
}

function endState(turn: Turn, { status }: DoneData): TurnState {
  if (turn.failure) return 'failed';
  return turn.brokeOff || status === 'interrupted' ? 'interrupted' : 'done';
}

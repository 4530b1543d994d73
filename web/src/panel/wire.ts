// What the agent's side of the API carries besides what an answer's stream does.
import { type AnswerEvent, answerEvent } from '../api/events';
import type { ThreadMessage } from './host';

export type Style = '' | 'shorter' | 'longer' | 'friendlier' | 'formal';

export interface DraftRequest {
  host: string;
  ticket_id: string;
  subject: string;
  customer: string;
  messages: ThreadMessage[];
  locale: string;
  style?: Style;
  /** To be written in another style. */
  draft?: string;
  /** Of the agent's own; the thread then only says what it is about. */
  question?: string;
  account_id?: number;
  conversation_id?: number;
}

/** What was found to be the customer's problem. */
export interface ProblemData {
  text: string;
  message_ids: string[];
  language: string;
  customer: string;
}

/** The thread's message that a sentence of a summary comes from. */
export interface ReferenceData {
  n: number;
  message_id: string;
  quote: string;
}

export type Fate = 'inserted' | 'copied' | 'noted' | 'discarded';

export interface FateRequest {
  fate: Fate;
  text?: string;
  rating?: 'up' | 'down' | null;
}

export interface AgentToken {
  token: string;
  expires_in: number; // seconds
}

export type DraftEvent =
  | AnswerEvent
  | { type: 'begun'; data: { draft_id?: string } }
  | { type: 'problem'; data: ProblemData }
  | { type: 'reference'; data: ReferenceData };

/** Returns what an event tells; `meta` tells two things. */
export function draftEvents(name: string, data: string): DraftEvent[] {
  if (name === 'problem' || name === 'reference') return [{ type: name, data: JSON.parse(data) }];
  const event = answerEvent(name, data);
  if (!event) return [];
  return event.type === 'meta' ? [{ type: 'begun', data: event.data as { draft_id?: string } }, event] : [event];
}

// What the agent's side of the API carries besides what an answer's stream does.
import { type AnswerEvent, answerEvent } from '../api/events';
import type { CustomerProblemData, DraftMeta, DraftRequest, FateRequest, ReferenceData } from '../api/types';

export type Style = NonNullable<DraftRequest['style']>;

export type Fate = FateRequest['fate'];

export type DraftEvent =
  | AnswerEvent
  | { type: 'begun'; data: DraftMeta }
  | { type: 'problem'; data: CustomerProblemData }
  | { type: 'reference'; data: ReferenceData };

/** Returns what an event tells; `meta` tells two things. */
export function draftEvents(name: string, data: string): DraftEvent[] {
  if (name === 'problem' || name === 'reference') return [{ type: name, data: JSON.parse(data) }];
  const event = answerEvent(name, data);
  if (!event) return [];
  return event.type === 'meta' ? [{ type: 'begun', data: event.data as DraftMeta }, event] : [event];
}

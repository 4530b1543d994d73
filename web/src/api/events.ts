// What an answer's stream carries, one type for each event that the widget knows.
import type { CitationData, DeltaData, DoneData, HandoffData, Meta, Problem, SourcesData, StatusData, VerdictData } from './types';

interface Payloads {
  meta: Meta;
  status: StatusData;
  sources: SourcesData;
  delta: DeltaData;
  citation: CitationData;
  verdict: VerdictData;
  handoff: HandoffData;
  error: Problem;
  done: DoneData;
}

export type AnswerEvent = { [Name in keyof Payloads]: { type: Name; data: Payloads[Name] } }[keyof Payloads];

const KNOWN: Record<keyof Payloads, true> = {
  meta: true,
  status: true,
  sources: true,
  delta: true,
  citation: true,
  verdict: true,
  handoff: true,
  error: true,
  done: true,
};

/** Returns an event as the widget reads it, or null when a newer server sent one that it does not know. */
export function answerEvent(name: string, data: string): AnswerEvent | null {
  if (!Object.hasOwn(KNOWN, name)) return null;
  return { type: name, data: JSON.parse(data) } as AnswerEvent;
}

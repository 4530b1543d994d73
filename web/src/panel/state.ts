// What the panel shows: one value, drawn anew whenever it changes.
import type { Failure } from '../core/conversation';
import type { Claim } from './claims';
import type { HostFailure } from './host';
import type { Work } from './work';

export type Tab = 'reply' | 'ask' | 'summary';

/** Why a draft did not arrive where it was sent. */
export type Trouble = 'insertSilent' | 'insertRefused' | 'noteRefused';

/** What the panel shows. */
export interface Desk {
  readonly tab: Tab;
  /** Whether the helpdesk has said which ticket is open, or failed to. */
  readonly opening: boolean;
  readonly hostFailure: HostFailure | null;
  readonly signedIn: boolean;
  /** Whether somebody was signed in before. */
  readonly ended: boolean;
  readonly signInFailure: Failure | null;
  readonly work: Work | null;
  /** A question that is being typed. */
  readonly question: string;
  readonly editing: boolean;
  readonly withLinks: boolean;
  /** The claims that the agent is asked about before the draft leaves. */
  readonly confirming: { readonly how: 'insert' | 'copy'; readonly claims: readonly Claim[] } | null;
  readonly trouble: Trouble | null;
  readonly canUndo: boolean;
  readonly undone: boolean;
}

export const OPENING: Desk = {
  tab: 'reply',
  opening: true,
  hostFailure: null,
  signedIn: false,
  ended: false,
  signInFailure: null,
  work: null,
  question: '',
  editing: false,
  withLinks: true,
  confirming: null,
  trouble: null,
  canUndo: false,
  undone: false,
};

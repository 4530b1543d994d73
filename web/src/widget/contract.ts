// What the launcher and the conversation, two files on the wire, know of each other.
import type { Locale } from '../i18n/locale';
import type { Config, Given } from './settings';

export type Detail = Record<string, string | number | boolean | null>;

/** What the launcher gives. */
export interface Host {
  element: HTMLElement;
  root: HTMLElement;
  shadow: ShadowRoot;
  launcher: HTMLButtonElement;
  given: Given;
  /** Takes in what the server says, and returns the language that then holds. */
  configured: (config: Config) => Locale;
  emit: (name: string, detail?: Detail) => void;
  close: () => void;
  /** Tells of an answer that came while the panel was closed. */
  unread: () => void;
}

export interface State {
  answering: boolean;
  conversationId: string | null;
  messages: number;
}

/** What the conversation gives. */
export interface MountedConversation {
  show: (open: boolean) => void;
  ask: (text: string, submit: boolean) => void;
  /** Shows the form to a person, where there is one. */
  talk: () => void;
  update: (given: Given) => Promise<void>;
  reset: () => void;
  state: () => State;
  destroy: () => void;
}

export interface ConversationModule {
  mount: (host: Host) => Promise<MountedConversation>;
}

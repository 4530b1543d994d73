// Keeps a conversation and a draft in the browser's storage, or in memory where the page may not store.
import { type Conversation, EMPTY, type Turn } from './conversation';

export type Keys = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const VERSION = 1;
const LIFETIME = 30 * 24 * 60 * 60 * 1000;
const MOST_TURNS = 50;

interface Kept {
  version: typeof VERSION;
  saved: number; // milliseconds since 1970
  conversation: Conversation;
}

export class ConversationStore {
  #keys: Keys;
  readonly #conversation: string;
  readonly #draft: string;
  readonly #form: string;
  readonly #token: string;

  constructor(
    persistence: string,
    origin: string,
    private readonly now: () => number = Date.now,
  ) {
    this.#keys = storage(persistence);
    this.#conversation = `support-bot:${origin}:conversation`;
    this.#draft = `support-bot:${origin}:draft`;
    this.#form = `support-bot:${origin}:handoff`;
    this.#token = `support-bot:${origin}:token`;
  }

  /** Returns the conversation as it was kept; an answer may have been under way. */
  conversation(): Conversation {
    const kept = parsed(this.#keys.getItem(this.#conversation));
    if (!kept || this.now() - kept.saved > LIFETIME) return EMPTY;
    return kept.conversation;
  }

  draft(): string {
    return this.#keys.getItem(this.#draft) ?? '';
  }

  keep(conversation: Conversation): void {
    const kept: Kept = {
      version: VERSION,
      saved: this.now(),
      conversation: { ...conversation, turns: conversation.turns.slice(-MOST_TURNS) },
    };
    this.#set(this.#conversation, conversation.turns.length ? JSON.stringify(kept) : '');
  }

  keepDraft(draft: string): void {
    this.#set(this.#draft, draft);
  }

  /** Returns what is written to a person and not sent yet. */
  form(): string {
    return this.#keys.getItem(this.#form) ?? '';
  }

  keepForm(form: string): void {
    this.#set(this.#form, form);
  }

  token(): string {
    return this.#keys.getItem(this.#token) ?? '';
  }

  keepToken(token: string): void {
    this.#set(this.#token, token);
  }

  /** Whether a change that another tab made to this key is a change of the conversation. */
  owns(key: string | null): boolean {
    return key === this.#conversation;
  }

  #set(key: string, value: string): void {
    try {
      if (value) this.#keys.setItem(key, value);
      else this.#keys.removeItem(key);
    } catch {
      this.#keys = new Memory(); // full or forbidden: this page at least remembers
      this.#keys.setItem(key, value);
    }
  }
}

class Memory implements Keys {
  #values = new Map<string, string>();

  getItem(key: string): string | null {
    return this.#values.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.#values.set(key, value);
  }

  removeItem(key: string): void {
    this.#values.delete(key);
  }
}

/** Returns where a page may keep something: `session`, `local`, or `none` for as long as it stays. */
export function storage(persistence: string): Keys {
  if (persistence === 'none') return new Memory();
  try {
    const found = persistence === 'session' ? window.sessionStorage : window.localStorage;
    found.getItem('');
    return found;
  } catch {
    return new Memory(); // the browser or a sandbox forbids it
  }
}

function parsed(text: string | null): Kept | null {
  try {
    const kept = JSON.parse(text ?? 'null') as Kept | null;
    return kept?.version === VERSION && kept.conversation.turns.every(isTurn) ? kept : null;
  } catch {
    return null; // another script of the page wrote something else there
  }
}

function isTurn(turn: Turn): boolean {
  const texts = [turn.id, turn.question, turn.state, turn.text];
  return texts.every((text) => typeof text === 'string') && Array.isArray(turn.sources) && Array.isArray(turn.citations);
}

// Turns the site key of a page, and the proof of its customer if there is one, into the token that a request carries.
import type { SessionRequest, SessionToken } from './types';

/** What is kept of a token between pages. */
interface Held {
  token: string;
  owner: string;
  /** Milliseconds since 1970. */
  until: number;
}

interface Collaborators {
  /** Asks the server; throws when it gives no token. */
  issue: (asked: SessionRequest, before: string) => Promise<SessionToken>;
  siteKey: string;
  /** What the website's backend has signed for its customer, empty for anybody. */
  proof: () => Promise<string>;
  /** The conversation that a visitor takes along who proves to be a customer, empty for none. */
  conversation: () => string;
  kept: { read: () => string; write: (text: string) => void };
  /** A customer has left, or another one has come. */
  left: () => void;
  now?: () => number;
}

const EARLY = 60_000; // milliseconds before its end at which a token is renewed

export class Tokens {
  #with: Collaborators;
  #held: Held | null;
  #getting: Promise<string> | null = null;
  #askers = 0; // that have been told apart

  constructor(collaborators: Collaborators) {
    this.#with = collaborators;
    this.#held = parsed(collaborators.kept.read());
  }

  /** Returns a token that is good for now; empty for a page without a site key, which needs none. */
  async current(): Promise<string> {
    if (!this.#with.siteKey) return '';
    const now = (this.#with.now ?? Date.now)();
    return this.#held && now < this.#held.until - EARLY ? this.#held.token : this.renewed();
  }

  /** Returns another token, for the same visitor; requests that want one at once share it. */
  renewed(): Promise<string> {
    this.#getting ??= this.#get().finally(() => {
      this.#getting = null;
    });
    return this.#getting;
  }

  /** Asks anew who it is that asks, before the next request. */
  forget(): void {
    this.#askers += 1;
    if (this.#held) this.#held = { ...this.#held, until: 0 };
  }

  get isCustomers(): boolean {
    return isCustomers(this.#held);
  }

  /** Forgets the visitor altogether. */
  end(): void {
    this.#askers += 1;
    this.#held = null;
    this.#with.kept.write('');
  }

  async #get(): Promise<string> {
    const [before, asker] = [this.#held, this.#askers];
    const asked = { site_key: this.#with.siteKey, proof: await this.#with.proof(), conversation_id: this.#with.conversation() };
    const { token, owner, expires_in } = await this.#with.issue(asked, before?.token ?? '');
    if (asker !== this.#askers) return this.#get(); // somebody else asks by now
    this.#held = { token, owner, until: (this.#with.now ?? Date.now)() + expires_in * 1000 };
    this.#with.kept.write(JSON.stringify(this.#held));
    if (isCustomers(before) && before?.owner !== owner) this.#with.left();
    return token;
  }
}

function isCustomers(held: Held | null): boolean {
  return Boolean(held?.owner.startsWith('customer:'));
}

function parsed(text: string): Held | null {
  try {
    const held = JSON.parse(text) as Partial<Held> | null;
    const isWhole = typeof held?.token === 'string' && typeof held.owner === 'string' && typeof held.until === 'number';
    return isWhole ? (held as Held) : null;
  } catch {
    return null; // nothing, or another script of the page wrote something else there
  }
}

// Turns what an agent signs in with into the token that requests carry, kept in memory and for a reload of the frame.
import { RequestFailed } from '../api/client';
import type { AgentToken } from '../api/types';

export type Credentials = { key: string } | { auth_secret: string; agent: string };

interface Held {
  token: string;
  /** Milliseconds since 1970. */
  until: number;
}

interface Collaborators {
  /** Asks the server with credentials, or for another token with the one that still holds. */
  issue: (credentials: Partial<Record<'key' | 'auth_secret' | 'agent', string>>, before: string) => Promise<Pick<AgentToken, 'token' | 'expires_in'>>;
  /** What lets the agent in again by itself, null where there is nothing. */
  standing?: () => Credentials | null;
  kept: { read: () => string; write: (text: string) => void };
  now?: () => number;
}

const EARLY = 60_000; // milliseconds before its end at which a token is renewed
const FIRST_LIFE = 3_600_000; // of the token that comes with the page
/** Problems by which the server says that a token lets nobody in any more; after any other it may be as good as before. */
const ENDED = ['key-refused', 'proof-refused', 'token-expired', 'token-missing', 'token-refused'];

export class AgentTokens {
  #with: Collaborators;
  #held: Held | null;
  #owner: string;
  #getting: Promise<string> | null = null;

  constructor(collaborators: Collaborators) {
    this.#with = collaborators;
    this.#held = parsed(collaborators.kept.read());
    this.#owner = ownerOf(this.#held?.token ?? '');
  }

  /** Whether somebody is signed in, as far as is known here. */
  get isHeld(): boolean {
    return this.#held !== null;
  }

  /** Who signed in last, as the token says; empty when it does not. */
  get owner(): string {
    return this.#owner;
  }

  /** Takes the token that the page came with. */
  take(token: string): void {
    this.#hold(token, FIRST_LIFE);
  }

  /** Rejects with RequestFailed when the server gives no token for these. */
  async signIn(credentials: Credentials): Promise<void> {
    const { token, expires_in } = await this.#with.issue(credentials, '');
    this.#hold(token, expires_in * 1000);
  }

  /** Returns a token that is good for now. Rejects as `unproved` when the agent has to sign in. */
  async current(): Promise<string> {
    if (this.#held && this.#now() < this.#held.until - EARLY) return this.#held.token;
    return this.renewed().catch((error: unknown) => {
      if (!hasEnded(error) && this.#held && this.#now() < this.#held.until) return this.#held.token; // it is good for a minute yet
      throw error;
    });
  }

  /** Returns another token by the one before, which may have ended; requests that want one at once share it. */
  renewed(): Promise<string> {
    this.#getting ??= this.#another().finally(() => {
      this.#getting = null;
    });
    return this.#getting;
  }

  async #another(): Promise<string> {
    if (!this.#held) throw this.#ended();
    try {
      const { token, expires_in } = await this.#with.issue({}, this.#held.token);
      return this.#hold(token, expires_in * 1000);
    } catch (error) {
      if (!hasEnded(error)) throw error;
      return this.#letInAgain();
    }
  }

  async #letInAgain(): Promise<string> {
    const standing = this.#with.standing?.();
    if (!standing) throw this.#ended();
    try {
      const { token, expires_in } = await this.#with.issue(standing, '');
      return this.#hold(token, expires_in * 1000);
    } catch (error) {
      throw hasEnded(error) ? this.#ended() : error;
    }
  }

  #hold(token: string, life: number): string {
    this.#owner = ownerOf(token);
    this.#held = { token, until: this.#now() + life };
    this.#with.kept.write(JSON.stringify(this.#held));
    return token;
  }

  #ended(): RequestFailed {
    this.#held = null;
    this.#with.kept.write('');
    return new RequestFailed('unproved');
  }

  #now(): number {
    return (this.#with.now ?? Date.now)();
  }
}

function hasEnded(error: unknown): boolean {
  return error instanceof RequestFailed && (error.kind === 'unproved' || ENDED.includes(error.problem));
}

/** Returns whom a token names. The server alone may trust it: here it only tells one agent from another. */
function ownerOf(token: string): string {
  try {
    const claims = JSON.parse(atob(token.split('.')[1]!.replace(/-/g, '+').replace(/_/g, '/'))) as { sub?: unknown };
    return typeof claims.sub === 'string' ? claims.sub : '';
  } catch {
    return '';
  }
}

function parsed(text: string): Held | null {
  try {
    const held = JSON.parse(text) as Partial<Held> | null;
    return typeof held?.token === 'string' && typeof held.until === 'number' ? (held as Held) : null;
  } catch {
    return null; // nothing, or something else
  }
}

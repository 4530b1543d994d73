// Turns questions and ratings into requests to one server, and its refusals into failures that the widget can name.
import { type AnswerEvent, answerEvent } from './events';
import { type ServerSentEvent, serverSentEvents } from './stream';
import type { Tokens } from './tokens';
import type { ChatRequest, FeedbackRequest, Problem, SessionRequest, SessionToken, WidgetConfig } from './types';

export type FailureKind = 'offline' | 'unreachable' | 'rate_limited' | 'refused' | 'unproved' | 'server';

/** Why a request brought nothing; `retryAfter` is in seconds, null when the server named no time. */
export class RequestFailed extends Error {
  constructor(
    readonly kind: FailureKind,
    readonly retryAfter: number | null = null,
    /** The last part of the problem's type. */
    readonly problem = '',
  ) {
    super(kind);
  }
}

/** Problems of a token that another token mends, and those that only the page can, by proving who asks. */
const MENDED = ['token-expired', 'token-refused', 'token-missing'];
const UNPROVED = ['proof-refused', 'token-missing'];

/** Failures after which another try may reach the server. */
export const AWAY: readonly FailureKind[] = ['offline', 'unreachable'];

/** Milliseconds before each try to go on with a stream that was cut: together less than the server waits for it. */
const PAUSES = [300, 1_000, 2_000, 4_000, 8_000, 8_000];

export class Client {
  /** Set once, by whoever makes both: tokens are asked for by this client, and its requests carry them. */
  tokens: Pick<Tokens, 'current' | 'renewed'> | null = null;

  constructor(private readonly base: string) {}

  /** Resolves once it is known who asks. */
  async ready(): Promise<void> {
    await this.tokens?.current();
  }

  async session(asked: SessionRequest, before: string): Promise<SessionToken> {
    const response = await this.#request('/api/v1/sessions', posted(asked, 'application/json'), before);
    return (await response.json()) as SessionToken;
  }

  /**
   * Yields an answer's events as they come, on as many connections as it takes; throws RequestFailed when there is no
   * answer to read. The same question with the same key is asked once.
   */
  async *answer(asked: ChatRequest, key: string, signal: AbortSignal): AsyncGenerator<AnswerEvent> {
    const { headers, ...init } = posted(asked, 'text/event-stream');
    const response = await this.#authorized('/api/v1/chat', { ...init, headers: { ...headers, 'Idempotency-Key': key }, signal });
    yield* this.#followed(response, signal);
  }

  /** Yields the events of an answer that was begun before, from the first one on. */
  async *again(messageId: string, signal: AbortSignal): AsyncGenerator<AnswerEvent> {
    yield* this.#followed(await this.#rest(messageId, '', signal), signal);
  }

  /** Ends an answer that nobody wants to read to its end. */
  async stop(messageId: string): Promise<void> {
    await this.#authorized(`/api/v1/chat/${messageId}/stop`, { method: 'POST' });
  }

  async rate(feedback: FeedbackRequest): Promise<void> {
    await this.#authorized('/api/v1/feedback', posted(feedback, 'application/json'));
  }

  /** Sends an object and returns what is answered; the same one with the same key is taken once. */
  async send<Answer>(path: string, body: object, key = ''): Promise<Answer> {
    const { headers, ...init } = posted(body, 'application/json');
    const response = await this.#authorized(path, { ...init, headers: { ...headers, ...(key && { 'Idempotency-Key': key }) } });
    return (await response.json()) as Answer;
  }

  /** Sends an object to which nothing is answered. */
  async tell(path: string, body: object): Promise<void> {
    await this.#authorized(path, posted(body, 'application/json'));
  }

  /** Yields the events of a stream that is not taken up again once it is cut. */
  async *events(path: string, body: object, signal: AbortSignal): AsyncGenerator<ServerSentEvent> {
    const response = await this.#authorized(path, { ...posted(body, 'text/event-stream'), signal });
    yield* serverSentEvents(response.body!);
  }

  /** Sends an object with a token of its own, or none. */
  async signIn<Answer>(path: string, body: object, token: string): Promise<Answer> {
    const response = await this.#request(path, posted(body, 'application/json'), token);
    return (await response.json()) as Answer;
  }

  async get<Answer>(path: string): Promise<Answer> {
    return (await (await this.#authorized(path, {})).json()) as Answer;
  }

  async config(signal: AbortSignal): Promise<WidgetConfig> {
    const response = await this.#request('/api/v1/widget/config', { signal });
    return (await response.json()) as WidgetConfig;
  }

  /** Yields a stream's events, and what comes behind the last of them when its connection is cut. */
  async *#followed(response: Response, signal: AbortSignal): AsyncGenerator<AnswerEvent> {
    let last = '';
    for (const pause of PAUSES) {
      try {
        for await (const { id, name, data } of serverSentEvents(response.body!)) {
          last = id;
          const event = answerEvent(name, data);
          if (event) yield event;
          if (name === 'done') return;
        }
      } catch (error) {
        if (signal.aborted) throw error;
      }
      if (!last) return;
      await new Promise((resolve) => setTimeout(resolve, pause));
      signal.throwIfAborted();
      try {
        response = await this.#rest(last.slice(0, last.lastIndexOf(':')), last, signal);
      } catch (error) {
        if (!(error instanceof RequestFailed) || !AWAY.includes(error.kind)) return;
        response = new Response('');
      }
      if (response.status === 204) return;
    }
  }

  #rest(messageId: string, last: string, signal: AbortSignal): Promise<Response> {
    const headers = { Accept: 'text/event-stream', ...(last && { 'Last-Event-ID': last }) };
    return this.#authorized(`/api/v1/chat/${messageId}/stream`, { headers, signal });
  }

  /** Sends a request with a token; where that has ended, sends it once again with another. */
  async #authorized(path: string, init: RequestInit): Promise<Response> {
    const token = (await this.tokens?.current()) ?? '';
    init.signal?.throwIfAborted();
    try {
      return await this.#request(path, init, token);
    } catch (error) {
      if (!token || !(error instanceof RequestFailed) || !MENDED.includes(error.problem)) throw error;
      return this.#request(path, init, (await this.tokens?.renewed()) ?? '');
    }
  }

  async #request(path: string, init: RequestInit, token = ''): Promise<Response> {
    const headers = { ...(init.headers as Record<string, string>), ...(token && { Authorization: `Bearer ${token}` }) };
    let response: Response;
    try {
      response = await fetch(this.base + path, { ...init, headers, credentials: 'omit' });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new RequestFailed(navigator.onLine ? 'unreachable' : 'offline');
    }
    if (!response.ok) throw await refusal(response);
    return response;
  }
}

function posted(body: object, accept: string): RequestInit {
  return {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Accept: accept },
    body: JSON.stringify(body),
  };
}

async function refusal(response: Response): Promise<RequestFailed> {
  const after = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
  const retryAfter = Number.isNaN(after) ? null : after;
  const said = (await response.json().catch(() => ({}))) as Partial<Problem>; // a proxy's page is no problem of ours
  const problem = String(said.type).split('/').at(-1)!;
  return new RequestFailed(kind(response.status, problem), retryAfter, problem);
}

function kind(status: number, problem: string): FailureKind {
  if (status === 429) return 'rate_limited';
  if (status === 422 || status === 413) return 'refused';
  return UNPROVED.includes(problem) ? 'unproved' : 'server';
}

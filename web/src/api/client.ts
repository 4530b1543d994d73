// Turns questions and ratings into requests to one server, and its refusals into failures that the widget can name.
import { type AnswerEvent, answerEvent } from './events';
import { EventStreamDecoder } from './stream';
import type { ChatRequest, FeedbackRequest, WidgetConfig } from './types';

export type FailureKind = 'offline' | 'unreachable' | 'rate_limited' | 'refused' | 'server';

/** Why a request brought nothing; `retryAfter` is in seconds, null when the server named no time. */
export class RequestFailed extends Error {
  constructor(
    readonly kind: FailureKind,
    readonly retryAfter: number | null = null,
  ) {
    super(kind);
  }
}

export class Client {
  constructor(private readonly base: string) {}

  /** Yields an answer's events as they come; throws RequestFailed when there is no answer to read. */
  async *answer(asked: ChatRequest, signal: AbortSignal): AsyncGenerator<AnswerEvent> {
    const response = await this.#request('/api/v1/chat', { ...posted(asked, 'text/event-stream'), signal });
    const reader = response.body!.getReader();
    const decoder = new EventStreamDecoder();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      for (const { name, data } of decoder.feed(value)) {
        const event = answerEvent(name, data);
        if (event) yield event;
      }
    }
  }

  async rate(feedback: FeedbackRequest): Promise<void> {
    await this.#request('/api/v1/feedback', posted(feedback, 'application/json'));
  }

  async config(signal: AbortSignal): Promise<WidgetConfig> {
    const response = await this.#request('/api/v1/widget/config', { signal });
    return (await response.json()) as WidgetConfig;
  }

  async #request(path: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(this.base + path, { ...init, credentials: 'omit' });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw new RequestFailed(navigator.onLine ? 'unreachable' : 'offline');
    }
    if (!response.ok) throw refusal(response);
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

function refusal(response: Response): RequestFailed {
  const after = Number.parseInt(response.headers.get('Retry-After') ?? '', 10);
  const retryAfter = Number.isNaN(after) ? null : after;
  if (response.status === 429) return new RequestFailed('rate_limited', retryAfter);
  if (response.status === 422 || response.status === 413) return new RequestFailed('refused');
  return new RequestFailed('server', retryAfter);
}

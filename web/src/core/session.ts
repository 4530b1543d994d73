// Asks, stops, retries and rates: everything that changes a conversation, whoever shows it.
import { AWAY, type Client, RequestFailed } from '../api/client';
import type { AnswerEvent } from '../api/events';
import { type Conversation, type ConversationEvent, EMPTY, type Failure, isUnderWay, type Rating, reduce, resumed, type Turn } from './conversation';
import type { ConversationStore } from './storage';

const RETRY_SECONDS = 30; // when a limit names no time, or its header is not ours to read

/** Who asks, as far as it tells which articles suit them. */
export interface Asker {
  locale: string;
  product: string;
}

interface Collaborators {
  client: Client;
  asker: () => Asker;
  store: ConversationStore;
  emit: (name: string, detail?: Record<string, string | number | boolean | null>) => void;
  changed: () => void;
}

export class Session {
  conversation: Conversation;
  draft: string;
  #with: Collaborators;
  #asking: AbortController | null = null;
  #life = new AbortController();

  constructor(collaborators: Collaborators) {
    this.#with = collaborators;
    const kept = collaborators.store.conversation();
    this.conversation = resumed(kept);
    this.draft = collaborators.store.draft();
    const { signal } = this.#life;
    window.addEventListener('online', () => this.#sendKept(), { signal });
    window.addEventListener('pagehide', () => this.#keep(), { signal });
    window.addEventListener('storage', (event) => this.#follow(event), { signal });
    void this.#goOn(kept.turns.at(-1));
  }

  get busy(): boolean {
    return isUnderWay(this.conversation.turns.at(-1));
  }

  write(draft: string): void {
    this.draft = draft;
    this.#with.store.keepDraft(draft);
    this.#with.changed();
  }

  /** Asks what is written. */
  send(): void {
    const question = this.draft.trim();
    if (this.busy || !question) return;
    this.write('');
    void this.ask(question);
  }

  /** Asks one question and follows its answer to the end; while another is answered, the question waits as a draft. */
  async ask(question: string, id = newId()): Promise<void> {
    if (this.busy) return this.write(this.draft ? `${this.draft}\n${question}` : question);
    this.#apply({ type: 'asked', id, question });
    this.#keep();
    this.#with.emit('message:sent');
    await this.#followed((signal) => this.#answer(question, id, signal));
  }

  stop(): void {
    if (!this.busy) return;
    this.#letGo();
    this.#apply({ type: 'stopped' });
    this.#keep();
    this.#with.emit('answer:stopped');
  }

  /** Asks a turn's question again; one that brought nothing gives way to the new one, and may have reached the server. */
  retry(id: string): void {
    const turn = this.conversation.turns.find((found) => found.id === id);
    if (!turn || this.busy) return;
    if (!turn.text) this.#apply({ type: 'withdrawn', id });
    void this.ask(turn.question, turn.failure && AWAY.includes(turn.failure.kind) ? id : newId());
  }

  /** Gives a question that was refused back as a draft, before what is written already. */
  edit(id: string): void {
    const turn = this.conversation.turns.find((found) => found.id === id);
    if (!turn || this.busy) return;
    this.#apply({ type: 'withdrawn', id });
    this.#keep();
    this.write(this.draft ? `${turn.question}\n${this.draft}` : turn.question);
  }

  /** Rejects when the server did not take the rating, which then is not shown either. */
  async rate(id: string, rating: Rating, comment: string): Promise<void> {
    const messageId = this.conversation.turns.find((turn) => turn.id === id)?.messageId;
    if (!messageId) return;
    await this.#with.client.rate({ message_id: messageId, ...rating, comment });
    this.#apply({ type: 'rated', id, rating });
    this.#keep();
    this.#with.emit('feedback', { id: messageId, value: rating.rating, reason: rating.reason ?? null });
  }

  reset(): void {
    this.#letGo();
    this.conversation = EMPTY;
    this.#keep();
    this.#with.changed();
  }

  /** Leaves nothing of whoever was here. */
  leave(): void {
    this.write('');
    this.#with.store.keepForm('');
    this.reset();
  }

  /** Forgets what another customer asked; the question that is being asked now is whoever's is here. */
  forget(): void {
    this.#with.store.keepForm('');
    this.conversation = { id: null, turns: this.busy ? this.conversation.turns.slice(-1) : [] };
    this.#keep();
    this.#with.changed();
  }

  end(): void {
    this.#keep();
    this.#life.abort();
    this.#asking?.abort();
  }

  /** Goes on with an answer that was under way when the page was left. */
  async #goOn(turn: Turn | undefined): Promise<void> {
    if (!isUnderWay(turn) || !turn?.messageId) return;
    const { messageId } = turn;
    await this.#with.client.ready().catch(() => {}); // a customer who left has taken their conversation along
    if (this.busy || this.conversation.turns.at(-1)?.id !== turn.id) return;
    this.#apply({ type: 'again' });
    await this.#followed((signal) => this.#with.client.again(messageId, signal));
  }

  async *#answer(question: string, key: string, signal: AbortSignal): AsyncGenerator<AnswerEvent> {
    await this.#with.client.ready(); // a customer who left has taken their conversation along
    signal.throwIfAborted();
    const asked = {
      message: question,
      ...this.#with.asker(),
      ...(this.conversation.id && { conversation_id: this.conversation.id }),
    };
    yield* this.#with.client.answer(asked, key, signal);
  }

  async #followed(answer: (signal: AbortSignal) => AsyncGenerator<AnswerEvent>): Promise<void> {
    const asking = new AbortController();
    this.#asking = asking;
    try {
      for await (const event of answer(asking.signal)) {
        if (asking.signal.aborted) return;
        this.#receive(event);
      }
      if (this.busy) this.#apply({ type: 'cut' }); // the stream ended without its `done`
      this.#settled();
    } catch (error) {
      if (!asking.signal.aborted) this.#failed(error);
    }
    this.#keep();
  }

  #receive(event: AnswerEvent): void {
    this.#apply(event);
    if (event.type === 'meta') {
      this.#keep(); // so that another page can go on with it
      this.#with.emit('answer:start', { id: event.data.message_id });
    }
    if (event.type === 'handoff') this.#with.emit('handoff:offer', { reason: event.data.reason, url: event.data.url });
  }

  /** Ends the answer that is under way here and at the server. */
  #letGo(): void {
    const last = this.conversation.turns.at(-1);
    this.#asking?.abort();
    if (isUnderWay(last) && last?.messageId) void this.#with.client.stop(last.messageId).catch(() => {}); // it ends anyhow
  }

  #settled(): void {
    const turn = this.conversation.turns.at(-1);
    if (turn?.state !== 'done') return this.#with.emit('answer:error', { kind: turn?.failure?.kind ?? 'interrupted' });
    const outcome = turn.verdict?.outcome ?? null;
    this.#with.emit('answer:done', { id: turn.messageId, outcome, sources: turn.sources.length });
  }

  #failed(error: unknown): void {
    if (error instanceof RequestFailed) this.#apply({ type: 'failed', failure: failure(error) });
    else this.#apply(this.conversation.turns.at(-1)?.text ? { type: 'cut' } : { type: 'failed', failure: BROKEN });
    this.#with.emit('answer:error', { kind: error instanceof RequestFailed ? error.kind : 'interrupted' });
  }

  #sendKept(): void {
    const last = this.conversation.turns.at(-1);
    if (last?.failure?.kind === 'offline') this.retry(last.id);
  }

  /** Shows what another tab of the site did. */
  #follow(event: StorageEvent): void {
    if (this.busy || !this.#with.store.owns(event.key)) return;
    this.conversation = resumed(this.#with.store.conversation());
    this.#with.changed();
  }

  #apply(event: ConversationEvent): void {
    this.conversation = reduce(this.conversation, event);
    this.#with.changed();
  }

  #keep(): void {
    this.#with.store.keep(this.conversation);
  }
}

const BROKEN: Failure = { kind: 'unreachable', retryAt: null };

function failure({ kind, retryAfter }: RequestFailed): Failure {
  if (kind !== 'rate_limited') return { kind, retryAt: null };
  return { kind, retryAt: Date.now() + (retryAfter ?? RETRY_SECONDS) * 1000 };
}

/** `crypto.randomUUID` is missing where a page has no TLS. */
function newId(): string {
  return `t${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
}

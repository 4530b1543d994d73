// Turns a conversation of Front's into the open ticket, and a draft into one of Front's.
import type Front from '@frontapp/plugin-sdk';
import type { ApplicationMessage, SingleConversationContext, contextUpdates } from '@frontapp/plugin-sdk';
import { type HostAdapter, HostFailed, inTime, type ThreadMessage, type Ticket, type Undo } from './host';

export type Context = typeof contextUpdates extends { subscribe: (next: (context: infer Found) => void) => unknown } ? Found : never;
type Single = Omit<SingleConversationContext, 'hostId' | 'entryPointId'>;

interface Client {
  contexts: { subscribe: (next: (context: Context) => void) => unknown };
  createDraft: typeof Front.createDraft;
}

/** A conversation as it was read. */
interface Read {
  readonly ticket: Ticket;
  readonly single: Single;
  readonly lastInbound: string;
}

const MOST_PAGES = 10;

export function frontTickets({ contexts, createDraft }: Client): HostAdapter {
  const tellers: ((ticket: Ticket | null) => void)[] = [];
  let current: Context | null = null;
  let reading: Promise<Read | null> | null = null;
  /** What was told last: a draft goes there, or nowhere once Front shows another. */
  let told: Read | null = null;

  const readAgain = (context: Context): Promise<Ticket | null> => {
    const place = inTime(read(context)).catch(failed);
    reading = place;
    const isNewest = () => reading === place;
    return place.then(
      (found) => {
        if (isNewest()) told = found;
        return found?.ticket ?? null;
      },
      (error: unknown) => {
        if (isNewest()) reading = null;
        throw error;
      },
    );
  };
  const first = new Promise<Ticket | null>((resolve, reject) => {
    contexts.subscribe((context) => {
      current = context;
      const tell = (ticket: Ticket | null) => current === context && tellers.forEach((each) => each(ticket));
      const ticket = readAgain(context);
      ticket.then(resolve, reject);
      ticket.then(tell, () => idOf(context) !== told?.ticket.id && tell(null)); // what is shown is not what is open
    });
  });
  return {
    host: 'front',
    capabilities: { insert: 'draft', html: true },
    ready: () => inTime(current && !reading ? readAgain(current) : first),
    onChange: (tell) => void tellers.push(tell),
    insert: async ({ html }, ticket) => {
      if (told?.ticket.id !== ticket || !current || idOf(current) !== ticket) throw new HostFailed('refused', 'another conversation is open');
      return inserted(told, html, createDraft).catch(failed);
    },
    theme: () => '',
    onTheme: () => {},
    agent: () => current?.teammate.id ?? '',
    locale: () => '',
    resize: () => {},
  };
}

function idOf(context: Context): string | undefined {
  return context.type === 'singleConversation' ? (context as Single).conversation.id : undefined;
}

async function read(context: Context): Promise<Read | null> {
  if (context.type !== 'singleConversation') return null;
  const single = context as Single;
  const messages = await listed(single);
  const lastInbound = messages.filter(({ status }) => status === 'inbound').at(-1)?.id ?? messages.at(-1)?.id ?? '';
  const { id, subject, recipient } = single.conversation;
  const thread = [...messages.map(threadMessage), ...(await notes(single))].sort((one, other) => one.at.localeCompare(other.at));
  return { ticket: { id, subject: subject ?? '', customer: recipient?.name ?? '', locale: '', messages: thread }, single, lastInbound };
}

async function listed(context: Single): Promise<ApplicationMessage[]> {
  const found: ApplicationMessage[] = [];
  let page = await context.listMessages();
  for (let pages = 1; ; pages += 1) {
    found.push(...page.results);
    if (!page.nextPageToken || pages === MOST_PAGES) break;
    page = await context.listMessages(page.nextPageToken);
  }
  return found.sort((one, other) => Number(one.date) - Number(other.date));
}

async function notes(context: Single): Promise<ThreadMessage[]> {
  if (!('listComments' in context.functionArities)) return []; // as in a context that has none
  const { results } = await context.listComments();
  return results.map(({ id, content, createdAt }) => ({ id, from: 'note', text: content.body, at: createdAt.toISOString() }));
}

function threadMessage({ id, status, content, date }: ApplicationMessage): ThreadMessage {
  const body = content?.body ?? '';
  const from = status === 'inbound' ? 'customer' : 'agent';
  return { id, from, ...(content?.type === 'html' ? { html: body } : { text: body }), at: date ? date.toISOString() : '' };
}

/** Puts a draft into the one that the conversation has, else makes it one. */
async function inserted({ single, lastInbound }: Read, body: string, createDraft: Client['createDraft']): Promise<Undo | null> {
  const content = { body, type: 'html' } as const;
  const { draftId } = single.conversation;
  if (!draftId) {
    const replyOptions = { type: 'reply', originalMessageId: lastInbound } as const;
    const { id } = await inTime(createDraft({ content, ...(lastInbound && { replyOptions: replyOptions as never }) }));
    return () => inTime(single.updateDraft(id, { updateMode: 'replace', content: { body: '', type: 'html' } }));
  }
  const before = await inTime(single.fetchDraft(draftId));
  await inTime(single.updateDraft(draftId, { updateMode: 'insert', content }));
  return before ? () => inTime(single.updateDraft(draftId, { updateMode: 'replace', content: before.content })) : null;
}

function failed(error: unknown): never {
  throw error instanceof HostFailed ? error : new HostFailed('refused', String(Object(error).message ?? error));
}

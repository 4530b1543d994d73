// Front's side panel, by its own plugin SDK: turns the selected conversation into our ticket, and a draft into one of Front's.
import Front, { type ApplicationMessage, type SingleConversationContext, contextUpdates } from '@frontapp/plugin-sdk';
import { type HostAdapter, HostFailed, inTime, type ThreadMessage, type Ticket, type Undo } from './host';

type Context = typeof contextUpdates extends { subscribe: (next: (context: infer Found) => void) => unknown } ? Found : never;
type Single = Omit<SingleConversationContext, 'hostId' | 'entryPointId'>;

const MOST_PAGES = 10;

export function connected(): HostAdapter {
  const tellers: ((ticket: Ticket | null) => void)[] = [];
  let current: Single | null = null;
  let lastInbound = '';
  let agent = '';
  let newest = 0;

  const read = async (context: Context): Promise<Ticket | null> => {
    const single = context.type === 'singleConversation' ? (context as Single) : null;
    current = single;
    if (!single) return null;
    const messages = await listed(single);
    lastInbound = messages.filter(({ status }) => status === 'inbound').at(-1)?.id ?? messages.at(-1)?.id ?? '';
    const { id, subject, recipient } = single.conversation;
    const thread = [...messages.map(threadMessage), ...(await notes(single))].sort((one, other) => one.at.localeCompare(other.at));
    return { id, subject: subject ?? '', customer: recipient?.name ?? '', locale: '', messages: thread };
  };
  const first = new Promise<Ticket | null>((resolve, reject) => {
    contextUpdates.subscribe((context) => {
      newest += 1;
      const place = newest;
      agent = context.teammate.id;
      const ticket = inTime(read(context)).catch(failed);
      ticket.then(resolve, reject);
      const told = (found: Ticket | null) => place === newest && tellers.forEach((tell) => tell(found));
      ticket.then(told, () => {}); // the first one's failure is shown, another context may be read
    });
  });
  return {
    host: 'front',
    capabilities: { insert: 'draft', html: true },
    ready: () => inTime(first),
    onChange: (tell) => void tellers.push(tell),
    insert: ({ html }) => inserted(current, html, lastInbound).catch(failed),
    theme: () => '',
    onTheme: () => {},
    agent: () => agent,
    locale: () => '',
    resize: () => {},
  };
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
async function inserted(context: Single | null, body: string, originalMessageId: string): Promise<Undo | null> {
  if (!context) throw new HostFailed('refused');
  const content = { body, type: 'html' } as const;
  const { draftId } = context.conversation;
  if (!draftId) {
    const replyOptions = { type: 'reply', originalMessageId } as const;
    const { id } = await inTime(Front.createDraft({ content, ...(originalMessageId && { replyOptions: replyOptions as never }) }));
    return () => inTime(context.updateDraft(id, { updateMode: 'replace', content: { body: '', type: 'html' } }));
  }
  const before = await inTime(context.fetchDraft(draftId));
  await inTime(context.updateDraft(draftId, { updateMode: 'insert', content }));
  return before ? () => inTime(context.updateDraft(draftId, { updateMode: 'replace', content: before.content })) : null;
}

function failed(error: unknown): never {
  throw error instanceof HostFailed ? error : new HostFailed('refused', String(Object(error).message ?? error));
}

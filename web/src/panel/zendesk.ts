// Zendesk's sidebar, by its own client: turns a ticket of the App Framework into ours, and a draft into HTML at the cursor.
import ZAFClient from 'zendesk_app_framework_sdk';
import { type HostAdapter, HostFailed, inTime, type ThreadMessage, type Ticket } from './host';

interface Said {
  author?: { name?: string; role?: string };
  channel?: { name?: string };
  message?: { content?: string; contentType?: string };
  timestamp?: string;
}

/** As the framework answers; a path that it could not read is missing. */
interface Answer {
  'ticket.id'?: number;
  'ticket.subject'?: string;
  'ticket.description'?: string;
  'ticket.requester'?: { name?: string; locale?: string };
  'ticket.conversation'?: Said[];
  'currentUser.locale'?: string;
  colorScheme?: string;
  errors?: Record<string, unknown>;
}

const PATHS = ['ticket.id', 'ticket.subject', 'ticket.description', 'ticket.requester', 'ticket.conversation', 'currentUser.locale', 'colorScheme'] as const;
/** What may have come to the ticket, or brought it back to the screen. */
const CHANGES = ['ticket.conversation.changed', 'ticket.comments.changed', 'app.activated'] as const;

export function connected(): HostAdapter {
  const client = ZAFClient.init();
  if (!client) throw new HostFailed('refused', 'Zendesk opens the panel with its own origin and app_guid in the address');
  let theme = themeOf(new URLSearchParams(location.search).get('colorScheme'));
  let locale = '';
  const account = new URLSearchParams(location.search).get('origin') ?? '';

  const read = async (): Promise<Ticket | null> => {
    const answer = (await answered(client.get([...PATHS]))) as Answer;
    theme = themeOf(answer.colorScheme) || theme;
    locale = answer['currentUser.locale'] ?? '';
    const ticket = ticketOf(answer);
    return ticket && { ...ticket, account };
  };
  return {
    host: 'zendesk',
    capabilities: { insert: 'cursor', html: true },
    ready: read,
    onChange: (tell) => {
      const again = () => void read().then(tell, () => {}); // the next change may be read
      for (const name of CHANGES) client.on(name, again);
    },
    insert: async ({ html }) => {
      await answered(client.invoke('ticket.editor.insert', html));
      return null; // the editor's own undo takes it back
    },
    theme: () => theme,
    onTheme: (tell) =>
      client.on('colorScheme.changed', (scheme) => {
        theme = themeOf(scheme);
        tell();
      }),
    agent: () => '', // the page came with a token of theirs
    locale: () => locale,
    resize: (height) => void client.invoke('resize', { width: '100%', height: `${height}px` }).catch(() => {}), // it stays as it is
  };
}

/** Resolves as the promise does; the client resolves to its own TimeoutError where it means to reject with it. */
async function answered(promise: Promise<object>): Promise<object> {
  const answer = await inTime(promise).catch((error: unknown) => {
    throw error instanceof HostFailed ? error : new HostFailed('refused', String(Object(error).message ?? error));
  });
  if ((answer as Partial<Error>).name === 'TimeoutError') throw new HostFailed('silent');
  return answer;
}

export function ticketOf(answer: Answer): Ticket | null {
  if (answer['ticket.id'] === undefined) return null;
  return {
    id: String(answer['ticket.id']),
    subject: answer['ticket.subject'] ?? '',
    customer: answer['ticket.requester']?.name ?? '',
    locale: answer['ticket.requester']?.locale ?? '',
    messages: (answer['ticket.conversation'] ?? described(answer)).map(threadMessage),
  };
}

/** Returns the ticket's first message, where its conversation cannot be read. */
function described({ 'ticket.description': content }: Answer): Said[] {
  return content ? [{ author: { role: 'end-user' }, message: { content } }] : [];
}

function threadMessage({ author, channel, message, timestamp }: Said, place: number): ThreadMessage {
  const from = channel?.name === 'internal' ? 'note' : author?.role === 'end-user' ? 'customer' : 'agent';
  const content = message?.content ?? '';
  const isHtml = message?.contentType === 'text/html';
  return { id: String(place), from, ...(isHtml ? { html: content } : { text: content }), at: timestamp ?? '' };
}

function themeOf(scheme: unknown): 'light' | 'dark' | '' {
  return scheme === 'dark' || scheme === 'light' ? scheme : '';
}

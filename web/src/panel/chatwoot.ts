// Chatwoot's dashboard app: turns the context that its page posts, a JSON string signed by nobody, into the open ticket.
import { type HostAdapter, HostFailed, inTime, isFromHost, tellHost, type ThreadMessage, type Ticket } from './host';

const FETCH = 'chatwoot-dashboard-app:fetch-info';

/** As Chatwoot's page sends it; whatever is missing or of another type counts as nothing. */
interface Context {
  conversation?: { id?: number; account_id?: number; messages?: Message[]; meta?: { sender?: { name?: string } }; additional_attributes?: { mail_subject?: string } };
  contact?: { name?: string; additional_attributes?: { locale?: string } };
  theme?: string;
}

interface Message {
  id?: number;
  content?: string | null;
  /** 0 from the customer, 1 from an agent, 2 what happened, 3 sent by a template. */
  message_type?: number;
  private?: boolean;
  created_at?: number; // seconds since 1970
}

const INCOMING = 0;
const OUTGOING = 1;

export function chatwoot(hosts: readonly string[]): HostAdapter {
  const tellers: ((ticket: Ticket | null) => void)[] = [];
  const themeTellers: (() => void)[] = [];
  let theme: 'light' | 'dark' | '' = '';
  let settle: (ticket: Ticket | null) => void = () => {};
  const first = new Promise<Ticket | null>((resolve) => {
    settle = resolve;
  });

  window.addEventListener('message', (event) => {
    const context = isFromHost(event, hosts) ? contextOf(event.data) : null;
    if (!context) return;
    theme = context.theme === 'dark' || context.theme === 'light' ? context.theme : '';
    for (const tell of themeTellers) tell();
    const said = ticketOf(context);
    const ticket = said && { ...said, account: `${event.origin} ${context.conversation?.account_id ?? 0}` };
    settle(ticket);
    for (const tell of tellers) tell(ticket);
  });

  return {
    host: 'chatwoot',
    capabilities: { insert: 'note', html: false },
    ready: () => {
      tellHost(FETCH, hosts);
      return inTime(first);
    },
    onChange: (tell) => void tellers.push(tell),
    insert: () => Promise.reject(new HostFailed('refused', 'Chatwoot takes a note from the server alone')),
    theme: () => theme,
    onTheme: (tell) => void themeTellers.push(tell),
    agent: () => '',
    locale: () => '',
    resize: () => {},
  };
}

function contextOf(data: unknown): Context | null {
  if (typeof data !== 'string') return null;
  try {
    const message = JSON.parse(data) as { event?: string; data?: Context } | null;
    return message?.event === 'appContext' ? (message.data ?? {}) : null;
  } catch {
    return null; // some other message of the page
  }
}

export function ticketOf({ conversation, contact }: Context): Ticket | null {
  if (typeof conversation?.id !== 'number') return null;
  const { id, account_id = 0, messages = [], meta, additional_attributes } = conversation;
  return {
    id: String(id),
    subject: additional_attributes?.mail_subject ?? '',
    customer: contact?.name ?? meta?.sender?.name ?? '',
    locale: '',
    messages: messages.flatMap(threadMessage),
    ...(account_id > 0 && { chatwoot: { account_id, conversation_id: id } }),
  };
}

function threadMessage({ id, content, message_type, private: isNote, created_at }: Message): ThreadMessage[] {
  if (message_type !== INCOMING && message_type !== OUTGOING) return [];
  const from = isNote ? 'note' : message_type === INCOMING ? 'customer' : 'agent';
  const at = created_at ? new Date(created_at * 1000).toISOString() : '';
  return [{ id: String(id ?? ''), from, text: content ?? '', at }];
}

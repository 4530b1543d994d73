// The form to a person, loaded when somebody wants one: joins it to the server and to what is kept.
import { render } from 'preact';
import type { HandoffRequest, HandoffStatus, NearestRequest, SourcesData } from '../api/types';
import type { Client } from '../api/client';
import type { Conversation } from '../core/conversation';
import type { Asker } from '../core/session';
import type { ConversationStore } from '../core/storage';
import { Handoff } from '../design/Handoff';
import styles from '../design/handoff.css';
import { TextsContext } from '../design/texts';
import type { Texts } from '../i18n/texts';

/** What the conversation gives. */
export interface Handing {
  slot: HTMLElement;
  shadow: ShadowRoot;
  texts: Texts;
  client: Client;
  store: ConversationStore;
  asker: () => Asker;
  conversation: Conversation;
  emit: (name: string, detail?: Record<string, string | number | boolean | null>) => void;
  sourceOpened: (n: number, url: string) => void;
  onBack: () => void;
}

export interface HandoffModule {
  mountHandoff: (handing: Handing) => void;
}

const sheet = new CSSStyleSheet();
sheet.replaceSync(styles);

export function mountHandoff({ slot, shadow, texts, client, store, asker, conversation, emit, sourceOpened, onBack }: Handing): void {
  if (!shadow.adoptedStyleSheets.includes(sheet)) shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, sheet];
  const nearest = async (message: string) => {
    const asked: NearestRequest = { message, ...asker() };
    return (await client.send<SourcesData>('/api/v1/handoff/nearest', asked)).sources;
  };
  const send = async ({ key, ...form }: { key: string; email: string; name: string; message: string }) => {
    const wanted: HandoffRequest = { ...form, ...(conversation.id && { conversation_id: conversation.id }) };
    const status = await client.send<HandoffStatus>('/api/v1/handoff', wanted, key);
    emit('handoff:sent', { id: status.handoff_id, ticket: status.ticket });
    return status;
  };
  const becameOf = async (id: string) => {
    const status = await client.get<HandoffStatus>(`/api/v1/handoff/${id}`);
    if (status.ticket) emit('handoff:ticket', { id, ticket: status.ticket });
    return status;
  };
  render(
    <TextsContext.Provider value={texts}>
      <Handoff
        turns={conversation.turns}
        kept={store.form()}
        keep={(form) => store.keepForm(form)}
        {...{ send, becameOf, nearest, sourceOpened, onBack }}
      />
    </TextsContext.Provider>,
    slot,
  );
}

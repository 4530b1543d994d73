// The conversation, loaded when someone wants help: joins the session to the panel that shows it.
import { render } from 'preact';
import { Client } from '../api/client';
import { Tokens } from '../api/tokens';
import { Session } from '../core/session';
import { formKept } from '../core/form';
import { ConversationStore } from '../core/storage';
import { Panel } from '../design/Panel';
import panelStyles from '../design/panel.css';
import { PANEL_MEASURES, PANEL_TOKENS, tokenStyles } from '../design/tokens';
import { accentTexts } from '../design/colour';
import { Texts } from '../i18n/texts';
import { type Locale, tagOf } from '../i18n/locale';
import { ownAccent, setOwn } from './appearance';
import { loadCatalogue } from './catalogues';
import type { Host, MountedConversation } from './contract';
import type { HandoffModule } from './handoff';
import { type Config, type Given, launcherSettings, panelSettings } from './settings';
import { modal } from './sheet';

const LONGEST_PRODUCT = 100; // characters that the server takes
const PHONE = '(max-width: 639.98px)';

export async function mount(host: Host): Promise<MountedConversation> {
  const life = new AbortController();
  const client = new Client(panelSettings(host.given).apiBase);
  const config = await client.config(life.signal).catch((): Config => ({})); // without it, the page's own settings do
  const dressed = (given: Given): Promise<Texts> => {
    const locale = host.configured(config);
    const theme = host.root.dataset['theme'] === 'dark' ? 'dark' : 'light';
    setOwn(host.root, accentTexts(ownAccent(launcherSettings(given, config)), theme));
    return textsIn(locale);
  };
  const reach = { handoff: config.handoff ?? 'agent', handoff_url: config.handoff_url ?? '' };
  let given = host.given;
  let settings = panelSettings(given, config);
  let texts = await dressed(host.given);
  let open = false;
  let freed: (() => void) | null = null;
  let handing = false; // whether the form to a person is shown

  const styles = new CSSStyleSheet();
  styles.replaceSync(tokenStyles(PANEL_TOKENS, PANEL_MEASURES) + panelStyles);
  host.shadow.adoptedStyleSheets = [...host.shadow.adoptedStyleSheets, styles];
  const slot = document.createElement('div');
  host.root.prepend(slot);

  const store = new ConversationStore(settings.persist, new URL(settings.apiBase).origin);
  const tokens = new Tokens({
    issue: (asked, before) => client.session(asked, before),
    siteKey: settings.siteKey,
    proof: () => proof(given['identify']),
    kept: { read: () => store.token(), write: (text) => store.keepToken(text) },
    conversation: () => session.conversation.id ?? '',
    left: () => session.forget(),
  });
  client.tokens = tokens;
  const asker = () => ({
    locale: tagOf(launcherSettings(given, config).locale, navigator.languages),
    product: [...settings.product].slice(0, LONGEST_PRODUCT).join(''),
  });
  const session: Session = new Session({
    client,
    asker,
    store,
    emit: (name, detail) => {
      host.emit(name, detail);
      if (name === 'answer:done' && !open) host.unread();
    },
    changed: () => paint(),
  });
  let awaited = Boolean(formKept(store.form(), '').sent); // a message to a person was still on its way
  const phone = matchMedia(PHONE);
  const isSheet = () => open && phone.matches && settings.mode === 'bubble';
  const input = () => slot.querySelector<HTMLElement>(handing ? '.handoff input' : '.composer textarea');
  const byTurn = (id: string) => session.conversation.turns.find((turn) => turn.id === id)?.messageId ?? null;
  const asking = (ask: () => void) => () => {
    ask();
    input()?.focus();
  };

  const talk = async () => {
    const { mountHandoff } = (await import(new URL('handoff.js', import.meta.url).href)) as HandoffModule;
    handing = true;
    paint();
    const form = slot.querySelector<HTMLElement>('.aside')!;
    const { conversation } = session;
    const { emit, shadow } = host;
    const { sourceOpened } = actions;
    mountHandoff({ slot: form, shadow, texts, client, store, asker, conversation, emit, sourceOpened, onBack });
  };
  const onBack = () => {
    handing = false;
    paint();
    slot.querySelector<HTMLElement>('button.talk')?.focus();
  };

  const actions = {
    talk: () => {
      host.emit('handoff:open', { url: null });
      void talk().catch(() => {}); // the next click may reach the server
    },
    draft: (draft: string) => session.write(draft),
    send: () => session.send(),
    ask: (question: string) => asking(() => void session.ask(question))(),
    stop: asking(() => session.stop()),
    reset: asking(() => {
      handing = false;
      session.reset();
    }),
    close: host.close,
    retry: (id: string) => asking(() => session.retry(id))(),
    edit: (id: string) => asking(() => session.edit(id))(),
    rate: session.rate.bind(session),
    copied: (id: string) => host.emit('copy', { id: byTurn(id) }),
    personAsked: (url: string) => host.emit('handoff:open', { url }),
    sourceOpened: (n: number, url: string) => host.emit('source:click', { n, url }),
  };
  const paint = () => {
    if (life.signal.aborted) return;
    const { conversation, draft } = session;
    const { mode } = settings;
    const aside = handing && <div class="aside" />;
    render(
      <Panel {...{ mode, open, texts, conversation, draft, actions, reach, aside }} modal={isSheet()} own={settings} />,
      slot,
    );
  };
  const layOut = () => {
    freed?.();
    freed = isSheet() ? modal(host.element, slot) : null;
    host.root.toggleAttribute('data-sheet', isSheet());
    paint();
  };
  const leave = () => {
    handing = false;
    session.leave();
    tokens.end();
  };
  if (isSignedOut(given) && tokens.isCustomers) leave();
  phone.addEventListener('change', layOut, { signal: life.signal });
  host.launcher.setAttribute('aria-controls', 'panel');
  paint();

  return {
    show(shown) {
      open = shown;
      layOut();
      if (settings.mode !== 'bubble') return;
      if (shown && awaited) void talk().catch(() => {});
      awaited = false;
      if (shown) input()?.focus();
      else host.launcher.focus();
    },
    ask(text, submit) {
      handing = false;
      if (submit) void session.ask(text.trim());
      else session.write(session.draft ? `${session.draft}\n${text}` : text);
      input()?.focus();
    },
    talk() {
      if (reach.handoff === 'form' && !handing) actions.talk();
    },
    async update(changed: Given) {
      if (changed['identify'] !== given['identify']) {
        if (isSignedOut(changed) && (given['identify'] || tokens.isCustomers)) leave();
        else tokens.forget();
      }
      given = changed;
      settings = panelSettings(given, config);
      texts = await dressed(given);
      layOut();
    },
    reset: leave,
    state: () => ({
      answering: session.busy,
      conversationId: session.conversation.id,
      messages: session.conversation.turns.length,
    }),
    destroy() {
      life.abort();
      session.end();
      freed?.();
      render(null, slot);
      slot.remove();
    },
  };
}

/** Returns what the page's backend signed for its customer: given as it is, or by a function that gets it anew. */
async function proof(identified: unknown): Promise<string> {
  const token: unknown = Object(identified).token;
  return String((typeof token === 'function' ? await token() : token) ?? '');
}

/** Whether the page has said that its customer is one no more; a page that says nothing may say it later. */
function isSignedOut(given: Given): boolean {
  return 'identify' in given && !given['identify'];
}

async function textsIn(locale: Locale): Promise<Texts> {
  return new Texts(await loadCatalogue(locale), locale);
}

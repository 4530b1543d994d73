// The panel's page: finds the helpdesk that holds it, signs the agent in, and draws what the session says.
import { h, render } from 'preact';
import { Client } from '../api/client';
import { type Keys, storage } from '../core/storage';
import panelStyles from '../design/panel.css';
import { LAUNCHER_TOKENS, PANEL_MEASURES, PANEL_TOKENS, tokenStyles } from '../design/tokens';
import { direction, localeOf } from '../i18n/locale';
import { setOwn } from '../widget/appearance';
import { AgentTokens, type Credentials } from './agent';
import { chatwoot } from './chatwoot';
import { type Actions, Desk } from './Desk';
import deskStyles from './desk.css';
import { generic } from './generic';
import type { HostAdapter } from './host';
import { KeptReplies } from './kept';
import { ENGLISH, loadTexts, type PanelTexts } from './i18n/texts';
import { PanelSession } from './session';
import type { AgentToken } from '../api/types';

const KEPT = 'support-bot:agent';
const HEIGHT = 640; // pixels in a sidebar that gives as much as it is asked for
const FONT_SIZE = '13.5px';
const DARK = '(prefers-color-scheme: dark)';

interface HostModule {
  connected: () => HostAdapter;
}

/** Returns the way to the helpdesk that the address names; the two with a client of their own lie beside this script. */
async function adapterOf(host: string | null, hosts: readonly string[]): Promise<HostAdapter> {
  if (host === 'chatwoot') return chatwoot(hosts);
  if (host !== 'zendesk' && host !== 'front') return generic(hosts);
  const address = new URL(`${host}.js`, import.meta.url).href;
  return ((await import(address)) as HostModule).connected();
}

function meta(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? '';
}

function agentTokens(client: Client, keys: Keys, standing: () => Credentials | null): AgentTokens {
  const tokens = new AgentTokens({
    issue: (credentials, before) => client.signIn<AgentToken>('/api/v1/agents/sessions', credentials, before),
    standing,
    kept: { read: () => keys.getItem(KEPT) ?? '', write: (text) => keys.setItem(KEPT, text) },
  });
  const given = meta('agent-token');
  if (given) tokens.take(given);
  return tokens;
}

function drawnRoot(): HTMLElement {
  const styles = new CSSStyleSheet();
  styles.replaceSync(tokenStyles({ ...LAUNCHER_TOKENS, ...PANEL_TOKENS }, PANEL_MEASURES) + panelStyles + deskStyles);
  document.adoptedStyleSheets = [styles];
  const root = document.createElement('div');
  root.className = 'root';
  setOwn(root, { 'font-size': FONT_SIZE });
  document.body.replaceChildren(root);
  return root;
}

async function main(): Promise<void> {
  const address = new URLSearchParams(location.search);
  const adapter = await adapterOf(address.get('host'), meta('panel-hosts').split(' ').filter(Boolean));
  const client = new Client('');
  const keys = storage('session'); // in memory where the browser forbids it
  const secret = address.get('auth_secret');
  const standing = () => (secret ? { auth_secret: secret, agent: adapter.agent() } : null);
  const tokens = agentTokens(client, keys, standing);
  client.tokens = tokens;
  const kept = new KeptReplies(keys, adapter.host);
  const root = drawnRoot();
  const dark = matchMedia(DARK);
  let texts: PanelTexts = ENGLISH;

  const session: PanelSession = new PanelSession({ adapter, client, tokens, kept, changed: () => paint() });
  const actions = bound(session);
  const paint = () => render(h(Desk, { desk: session.desk, capabilities: adapter.capabilities, actions, texts, problem: meta('sign-in-reason') }), root);
  const dress = async () => {
    root.dataset['theme'] = adapter.theme() || (dark.matches ? 'dark' : 'light');
    const locale = localeOf(adapter.locale() || 'auto', navigator.languages);
    if (locale !== texts.locale) texts = await loadTexts(locale);
    document.documentElement.lang = root.lang = texts.locale;
    root.dir = direction(texts.locale);
    paint();
  };

  dark.addEventListener('change', () => void dress());
  adapter.onTheme(() => void dress());
  adapter.resize(HEIGHT);
  void dress();
  session.follow();
  await session.open();
  await dress(); // now the helpdesk has said in which language
  const credentials = standing();
  if (credentials && !tokens.isHeld) await session.signIn(credentials);
}

/** Returns the session's methods, so that they can be handed on one by one. */
function bound(session: PanelSession): Actions {
  const names = ['open', 'signIn', 'turnTo', 'draft', 'summarize', 'type', 'ask', 'retry', 'stop', 'useAsReply', 'edit', 'write', 'links', 'restore', 'discard', 'insert', 'confirm', 'undo', 'rate'] as const;
  return Object.fromEntries(names.map((name) => [name, (session[name] as (...values: never[]) => unknown).bind(session)])) as unknown as Actions;
}

void main();

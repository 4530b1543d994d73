// Turns what a page says about the widget, in attributes or by script, into settings with no gaps.
import type { WidgetConfig } from '../api/types';
import { DEFAULT_ACCENT } from '../design/tokens';

/** What a page gave, unchecked: `data-*` attributes, `window.supportBotSettings`, `SupportBot('update', …)`. */
export type Given = Readonly<Record<string, unknown>>;

/** What the server says where the page says nothing. */
export type Config = Partial<WidgetConfig>;

export type Mode = 'bubble' | 'inline' | 'page';

/** What the launcher needs to know; a value that means nothing acts as the one given here. */
const LAUNCHER = {
  /** As #rrggbb. */
  accent: DEFAULT_ACCENT,
  /** Or `light`, or `dark`. */
  theme: 'auto',
  /** Or `start`. */
  position: 'end',
  /** Or `none`. */
  launcher: 'bubble',
  launcherLabel: '',
  /** A selector of the page's own controls that open the widget. */
  openSelector: '',
  /** `true`, or an attribute without a value. */
  openOnLoad: 'false',
  /** A language tag, or `auto` for the browser's languages. */
  locale: 'auto',
  zIndex: '',
  /** From the edges of the window: CSS lengths. */
  offsetX: '',
  offsetY: '',
};

/** What the conversation needs to know. */
const PANEL = {
  /** Where the API is; the script's own origin unless given. */
  apiBase: '',
  /** That `sites add` made; without one no token is asked for. */
  siteKey: '',
  title: 'Help',
  subtitle: '',
  greeting: '',
  placeholder: '',
  disclaimer: '',
  /** That the page is about, as articles name it. */
  product: '',
  /** Or `session`, or `none`. */
  persist: 'local',
};

export type LauncherSettings = typeof LAUNCHER & { mode: Mode };
export type PanelSettings = typeof PANEL & { mode: Mode; suggestions: readonly string[] };

export function launcherSettings(given: Given, config: Config = {}): LauncherSettings {
  return { ...filled(LAUNCHER, given, config), mode: mode(given) };
}

export function panelSettings(given: Given, config: Config = {}): PanelSettings {
  const suggestions = given['suggestions'] ?? config.suggestions ?? [];
  const items: unknown[] = Array.isArray(suggestions) ? suggestions : String(suggestions).split('|');
  return {
    ...filled(PANEL, given, config),
    mode: mode(given),
    suggestions: items.map((item) => String(item).trim()).filter(Boolean),
  };
}

export function mode(given: Given): Mode {
  return given['mode'] === 'inline' || given['mode'] === 'page' ? given['mode'] : 'bubble';
}

function filled<Texts extends Record<string, string>>(defaults: Texts, given: Given, config: Given): Texts {
  const texts = Object.entries(defaults).map(([name, text]) => [name, String(given[name] ?? config[name] ?? text).trim()]);
  return Object.fromEntries(texts) as Texts;
}

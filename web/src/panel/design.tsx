// Draws every state of the agent's panel on the page /design?surface=panel, as wide as a helpdesk's sidebar.
import { render } from 'preact';
import { place } from '../design/Card';
import type { Catalogue } from '../i18n/catalogue';
import type { Locale } from '../i18n/locale';
import { setOwn } from '../widget/appearance';
import { type Actions, Desk } from './Desk';
import type { Capabilities } from './host';
import { words as arabic } from './i18n/ar';
import { words as german } from './i18n/de';
import { words as english } from './i18n/en';
import { PanelTexts } from './i18n/texts';
import type { Words } from './i18n/words';
import { words as simplified } from './i18n/zh-Hans';
import { words as traditional } from './i18n/zh-Hant';
import { panelSamples } from './samples';

const WORDS: Record<Locale, Words> = { en: english, 'zh-Hant': traditional, 'zh-Hans': simplified, de: german, ar: arabic };
const CURSOR: Capabilities = { insert: 'cursor', html: true };

/** What an action does here, whichever it is. */
const nothing = () => Promise.resolve();
const ACTIONS = new Proxy({}, { get: () => nothing }) as Actions;

export function drawPanel(stages: (id: string, name: string) => HTMLElement[], catalogue: Catalogue, locale: Locale): void {
  const texts = new PanelTexts(catalogue, WORDS[locale], locale);
  for (const { id, name, desk, capabilities = CURSOR, problem = '', card, isWide = false } of panelSamples(locale)) {
    for (const root of stages(id, name)) {
      root.toggleAttribute('data-wide', isWide);
      setOwn(root, { 'font-size': '13.5px' });
      render(<Desk {...{ desk, capabilities, texts, problem }} actions={ACTIONS} {...(card !== undefined && { card })} />, root);
      if (card !== undefined) place(root.querySelector('[data-card]'), [...root.querySelectorAll<HTMLElement>('.chip')].at(card) ?? null);
    }
  }
}

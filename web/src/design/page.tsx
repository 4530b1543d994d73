// The page /design: every component and every state of the widget, or of the panel, light beside dark, in any language.
import { type ComponentChildren, render } from 'preact';
import { catalogue as arabic } from '../i18n/ar';
import { catalogue as german } from '../i18n/de';
import type { Catalogue } from '../i18n/catalogue';
import { catalogue as english } from '../i18n/en';
import { LAUNCHER_TEXTS } from '../i18n/launcher';
import { direction, LOCALES, type Locale, localeOf } from '../i18n/locale';
import { Texts } from '../i18n/texts';
import { catalogue as simplified } from '../i18n/zh-Hans';
import { catalogue as traditional } from '../i18n/zh-Hant';
import deskStyles from '../panel/desk.css';
import { drawPanel } from '../panel/design';
import { setOwn } from '../widget/appearance';
import launcherStyles from '../widget/launcher.css';
import { Button, IconButton } from './Button';
import { place } from './Card';
import { Chip } from './Chip';
import { ICONS, type IconName } from './icons';
import { Handoff, type HandoffShown } from './Handoff';
import handoffStyles from './handoff.css';
import { Icon } from './Icon';
import { drawnLauncher } from './launcher';
import { Notice } from './Notice';
import pageStyles from './page.css';
import { Panel, type PanelActions, type PanelTexts, type Reach } from './Panel';
import panelStyles from './panel.css';
import { Progress } from './Progress';
import { accentTexts, onAccent } from './colour';
import { type Sample, samples } from './samples';
import { SAYINGS } from './sayings';
import type { Conversation } from '../core/conversation';
import stageStyles from './stage.css';
import { LAUNCHER_MEASURES, LAUNCHER_TOKENS, PANEL_MEASURES, PANEL_TOKENS, tokenStyles } from './tokens';

type Theme = 'light' | 'dark';

const CATALOGUES: Record<Locale, Catalogue> = { en: english, 'zh-Hant': traditional, 'zh-Hans': simplified, de: german, ar: arabic };
const TOKENS = { ...LAUNCHER_TOKENS, ...PANEL_TOKENS };

const address = new URLSearchParams(location.search);
const locale = localeOf(address.get('locale') ?? 'en', []);
const surface = address.get('surface') === 'panel' ? 'panel' : 'widget';
const texts = new Texts(CATALOGUES[locale], locale);
const sayings = SAYINGS[locale];
const OWN: PanelTexts = {
  title: sayings.title,
  subtitle: '',
  greeting: '',
  placeholder: '',
  suggestions: sayings.suggestions,
  disclaimer: '',
};

const FORM: Reach = { handoff: 'form', handoff_url: '' };

const nothing = () => undefined;
const ACTIONS: PanelActions = {
  draft: nothing,
  send: nothing,
  ask: nothing,
  stop: nothing,
  reset: nothing,
  close: nothing,
  retry: nothing,
  edit: nothing,
  rate: () => Promise.resolve(),
  copied: nothing,
  sourceOpened: nothing,
  personAsked: nothing,
  talk: nothing,
};

const styles = sheet(
  tokenStyles(TOKENS, { ...LAUNCHER_MEASURES, ...PANEL_MEASURES }) + launcherStyles + panelStyles + handoffStyles + deskStyles + stageStyles,
);

function sheet(text: string): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return made;
}

/** Returns a root like the widget's, in a shadow of its own, once for each theme. */
function stages(id: string, name: string): HTMLElement[] {
  const section = document.createElement('section');
  section.id = id;
  const heading = document.createElement('h2');
  heading.textContent = name;
  const row = document.createElement('div');
  section.append(heading, row);
  document.querySelector('main')!.append(section);
  return (['light', 'dark'] as const).map((theme) => stage(row, theme));
}

function stage(row: HTMLElement, theme: Theme): HTMLElement {
  const host = document.createElement('div');
  host.className = `stage ${theme}`;
  const frame = document.createElement('div');
  host.append(frame);
  row.append(host);
  const shadow = frame.attachShadow({ mode: 'open' });
  shadow.adoptedStyleSheets = [styles];
  const root = document.createElement('div');
  root.className = 'root';
  root.dataset['theme'] = theme;
  root.lang = locale;
  root.dir = direction(locale);
  shadow.append(root);
  return root;
}

function drawSample({ id, name, conversation, draft = '', shown, suggestions, title, mode = 'bubble', phone = false, away, accent, reach = FORM, handoff }: Sample): void {
  for (const root of stages(id, name)) {
    root.toggleAttribute('data-sheet', phone);
    if (accent) colour(root, accent);
    const own = { ...OWN, ...(title && { title }), ...(suggestions && { suggestions }) };
    const state = { conversation, draft, texts, own, ...(shown && { shown }) };
    const aside = handoff && <div class="aside">{drawnForm(conversation, handoff)}</div>;
    render(<Panel mode={mode} open modal={false} actions={ACTIONS} {...{ reach, aside }} {...state} />, root);
    place(root.querySelector('[data-card]'), [...root.querySelectorAll<HTMLElement>('.chip')].at(shown?.card ?? 0) ?? null);
    if (away) root.querySelector('.log')?.scrollTo({ top: 0 });
  }
}

function drawnForm({ turns }: Conversation, shown: HandoffShown) {
  const never = () => new Promise<never>(nothing);
  return <Handoff kept="" keep={nothing} send={never} becameOf={never} nearest={never} sourceOpened={nothing} onBack={nothing} {...{ turns, shown }} />;
}

function colour(root: HTMLElement, accent: string): void {
  const theme = root.dataset['theme'] === 'dark' ? 'dark' : 'light';
  setOwn(root, { accent, 'on-accent': onAccent(accent), ...accentTexts(accent, theme) });
}

function drawLaunchers(): void {
  const [help, unread, failed] = LAUNCHER_TEXTS[locale];
  for (const root of stages('launcher', 'Launcher: idle, unread, out of reach')) {
    for (const [badge, label] of [['', help], ['2', `${help}, 2 ${unread}`], ['!', failed]] as const) {
      const launcher = drawnLauncher();
      launcher.button.ariaLabel = label;
      launcher.button.ariaExpanded = 'false';
      launcher.badge.textContent = badge;
      root.append(launcher.button);
    }
  }
}

function drawHeading(): void {
  render(
    <>
      <h1>Design</h1>
      <nav aria-label="Languages">
        {LOCALES.map((each) => (
          <a key={each} href={`?surface=${surface}&locale=${each}`} aria-current={each === locale ? 'page' : undefined}>
            {each}
          </a>
        ))}
      </nav>
    </>,
    document.querySelector('header')!,
  );
}

function Pieces({ children }: { children: ComponentChildren }) {
  return <div class="pieces">{children}</div>;
}

function drawComponents(): void {
  for (const root of stages('components', 'Components')) {
    render(
      <div class="panel sheet">
        <div class="swatches">
          {Object.keys(TOKENS).map((token) => (
            <div key={token}>
              <i ref={(swatch) => swatch?.style.setProperty('background', `var(--_${token})`)} />
              {token}
            </div>
          ))}
        </div>
        <Pieces>
          <Button>Quiet</Button>
          <Button disabled>Disabled</Button>
          <IconButton icon="up" label="Helpful" onClick={nothing} />
          <IconButton icon="down" label="Not helpful" pressed onClick={nothing} />
          <span>
            A claim. <Chip n={1} title="Return an item" open={false} onClick={nothing} />{' '}
            <Chip n={2} title="Refunds" open onClick={nothing} />
          </span>
        </Pieces>
        <Pieces>
          {(Object.keys(ICONS) as IconName[]).map((icon) => (
            <Icon key={icon} name={icon} />
          ))}
        </Pieces>
        <Progress stage="reading" />
        <Notice kind="quiet" action={<Button>Ask again</Button>}>
          A quiet notice.
        </Notice>
        <Notice kind="warn" action={<Button>Try again</Button>}>
          A warning.
        </Notice>
        <Notice kind="danger" action={<Button>Try again</Button>}>
          A failure.
        </Notice>
      </div>,
      root,
    );
  }
}

document.adoptedStyleSheets = [sheet(pageStyles)];
drawHeading();
if (surface === 'panel') {
  drawPanel(stages, CATALOGUES[locale], locale);
} else {
  drawLaunchers();
  drawComponents();
  for (const sample of samples(locale)) drawSample(sample);
}

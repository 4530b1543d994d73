// The page /design: every component and every state of the widget, light beside dark, one section each.
import { type ComponentChildren, render } from 'preact';
import { catalogue as arabic } from '../i18n/ar';
import { catalogue as german } from '../i18n/de';
import { catalogue as english } from '../i18n/en';
import { direction } from '../i18n/locale';
import { Texts } from '../i18n/texts';
import { catalogue as chinese } from '../i18n/zh-Hant';
import launcherStyles from '../widget/launcher.css';
import { Button, IconButton } from './Button';
import { place } from './Card';
import { Chip } from './Chip';
import { ICONS, type IconName } from './icons';
import { Icon } from './Icon';
import { drawnLauncher } from './launcher';
import { Notice } from './Notice';
import pageStyles from './page.css';
import { Panel, type PanelActions, type PanelTexts } from './Panel';
import panelStyles from './panel.css';
import { Progress } from './Progress';
import { type Sample, SAMPLES } from './samples';
import stageStyles from './stage.css';
import { LAUNCHER_MEASURES, LAUNCHER_TOKENS, PANEL_MEASURES, PANEL_TOKENS, tokenStyles } from './tokens';

type Theme = 'light' | 'dark';

const CATALOGUES = { en: english, de: german, ar: arabic, 'zh-Hant': chinese };
const TOKENS = { ...LAUNCHER_TOKENS, ...PANEL_TOKENS };

const OWN: PanelTexts = {
  title: 'Acme Help',
  subtitle: '',
  greeting: '',
  placeholder: '',
  suggestions: ['How do I return something I ordered?', 'Where is my parcel?', 'How do I change my delivery address?'],
  disclaimer: '',
};

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
};

const styles = sheet(
  tokenStyles(TOKENS, { ...LAUNCHER_MEASURES, ...PANEL_MEASURES }) + launcherStyles + panelStyles + stageStyles,
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
  shadow.append(root);
  return root;
}

function drawSample({ id, name, locale, conversation, draft = '', shown, phone = false, away }: Sample): void {
  for (const root of stages(id, name)) {
    const language = locale ?? 'en';
    root.lang = language;
    root.dir = direction(language);
    root.toggleAttribute('data-sheet', phone);
    const texts = new Texts(CATALOGUES[language], language);
    const state = { conversation, draft, texts, ...(shown && { shown }) };
    render(<Panel mode="bubble" open modal={false} own={OWN} actions={ACTIONS} {...state} />, root);
    place(root.querySelector('[data-card]'), root.querySelector('.chip'));
    if (away) root.querySelector('.log')?.scrollTo({ top: 0 });
  }
}

function drawLaunchers(): void {
  for (const root of stages('launcher', 'Launcher: idle, unread, out of reach')) {
    for (const badge of ['', '2', '!']) {
      const launcher = drawnLauncher();
      launcher.button.ariaLabel = badge ? `Help, ${badge}` : 'Help';
      launcher.badge.textContent = badge;
      root.append(launcher.button);
    }
  }
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
drawLaunchers();
drawComponents();
for (const sample of SAMPLES) drawSample(sample);

// The element <support-bot>: settings in, events out, and the launcher that loads the conversation on intent.
import { type Launcher, drawnLauncher } from '../design/launcher';
import { LAUNCHER_MEASURES, LAUNCHER_TOKENS, tokenStyles } from '../design/tokens';
import { LAUNCHER_TEXTS } from '../i18n/launcher';
import type { Locale } from '../i18n/locale';
import { dress } from './appearance';
import type { ConversationModule, Detail, MountedConversation, State } from './contract';
import launcherStyles from './launcher.css';
import { type Config, type Given, launcherSettings } from './settings';

/** Where this script came from: the conversation lies beside it, and the API at its origin. */
const SCRIPT = (document.currentScript as HTMLScriptElement | null)?.src || location.href;

const INTENT = ['pointerenter', 'focus'] as const;
const DARK = '(prefers-color-scheme: dark)';

export class SupportBotElement extends HTMLElement {
  /** What came by script rather than by attribute. */
  #called: Given = {};
  #config: Config = {};
  #settings = launcherSettings({});
  #locale: Locale = 'en';
  #shadow = this.attachShadow({ mode: 'open' });
  #root = document.createElement('div');
  #launcher: Launcher = drawnLauncher();
  #life: AbortController | null = null;
  #conversation: Promise<MountedConversation> | null = null;
  #mounted: MountedConversation | null = null;
  #open = false;
  #unread = 0;

  connectedCallback(): void {
    if (this.#life) return; // it was only moved
    this.#life = new AbortController();
    this.#draw();
    this.#listen(this.#life.signal);
    queueMicrotask(() => this.emit('ready')); // calls that waited for this script listen first
    if (this.#settings.mode !== 'bubble' || ['', 'true'].includes(this.#settings.openOnLoad)) void this.open();
  }

  disconnectedCallback(): void {
    queueMicrotask(() => {
      if (!this.isConnected) this.#end();
    });
  }

  /** What is known of the conversation comes in once it is loaded. */
  get state(): Partial<State> & { open: boolean; unread: number } {
    return { ...this.#mounted?.state(), open: this.#open, unread: this.#unread };
  }

  async open(): Promise<void> {
    if (this.#open) return;
    this.#open = true;
    this.#paint();
    const mounted = await this.#load().catch(() => {});
    if (!mounted) {
      this.#open = false;
      return this.#paint(true);
    }
    if (!this.#open || !this.#life) return;
    this.#tellUnread(0);
    mounted.show(true);
    this.emit('open');
  }

  close(): void {
    if (!this.#open || this.#settings.mode !== 'bubble') return;
    this.#open = false;
    this.#paint();
    this.#mounted?.show(false);
    this.emit('close');
  }

  toggle(): void {
    if (this.#open) this.close();
    else void this.open();
  }

  show(): void {
    this.#root.hidden = false;
  }

  hide(): void {
    this.close();
    this.#root.hidden = true;
  }

  /** Opens the widget with a question written, or asked at once. */
  ask(text: string, { submit = false }: { submit?: boolean } = {}): Promise<void> {
    return this.#opened((mounted) => mounted.ask(text, submit));
  }

  /** Opens the widget with the form to a person, where there is one. */
  handoff(): Promise<void> {
    return this.#opened((mounted) => mounted.talk());
  }

  update(given: Given): void {
    this.#called = { ...this.#called, ...given };
    if (!this.#life) return;
    this.#dress();
    void this.#mounted?.update(this.#given);
  }

  reset(): void {
    // What is stored goes even when the conversation was never opened.
    this.#load().then((mounted) => mounted.reset(), () => {});
  }

  emit(name: string, detail: Detail = {}): void {
    this.dispatchEvent(new CustomEvent(`support-bot:${name}`, { detail, bubbles: true, composed: true }));
  }

  /** What the page says; what it leaves open is the server's to say. */
  get #given(): Given {
    return { apiBase: new URL(SCRIPT).origin, ...this.dataset, ...this.#called };
  }

  #draw(): void {
    this.#root.className = 'root';
    this.#root.replaceChildren(this.#launcher.button);
    this.#shadow.adoptedStyleSheets = [sheet()];
    this.#shadow.replaceChildren(this.#root);
    this.#dress();
  }

  #listen(signal: AbortSignal): void {
    const { button } = this.#launcher;
    button.addEventListener('click', () => this.toggle(), { signal });
    for (const name of INTENT) {
      button.addEventListener(name, () => this.#module().catch(() => {}), { signal });
    }
    matchMedia(DARK).addEventListener('change', () => this.update({}), { signal });
    document.addEventListener('click', ({ target }) => this.#openFrom(target), { signal });
  }

  #openFrom(target: EventTarget | null): void {
    const { openSelector } = this.#settings;
    if (openSelector && target instanceof Element && target.closest(openSelector)) void this.open();
  }

  #dress(): Locale {
    this.#settings = launcherSettings(this.#given, this.#config);
    this.#locale = dress(this, this.#root, this.#settings, matchMedia(DARK).matches);
    this.#paint();
    return this.#locale;
  }

  #paint(failed = false): void {
    const { button, badge } = this.#launcher;
    const { launcher, launcherLabel, mode } = this.#settings;
    const [help, unread, reason] = LAUNCHER_TEXTS[this.#locale];
    const label = failed ? reason : launcherLabel || help;
    button.hidden = launcher === 'none' || mode !== 'bubble';
    button.ariaExpanded = String(this.#open);
    button.ariaLabel = this.#unread ? `${label}, ${this.#unread} ${unread}` : label;
    button.title = failed ? reason : '';
    badge.textContent = failed ? '!' : String(this.#unread || '');
  }

  #tellUnread(count: number): void {
    if (count === this.#unread) return;
    this.#unread = count;
    this.#paint();
    this.emit('unread', { count });
  }

  #module(): Promise<ConversationModule> {
    return import(new URL('conversation.js', SCRIPT).href) as Promise<ConversationModule>;
  }

  async #opened(act: (mounted: MountedConversation) => void): Promise<void> {
    await this.open();
    this.#load().then(act, () => {}); // another call may have opened it, and be loading still
  }

  #load(): Promise<MountedConversation> {
    this.#conversation ??= this.#mount().catch((error: unknown) => {
      this.#conversation = null; // the next try may reach the server
      throw error;
    });
    return this.#conversation;
  }

  async #mount(): Promise<MountedConversation> {
    const life = this.#life;
    const { mount } = await this.#module();
    const mounted = await mount({
      element: this,
      root: this.#root,
      shadow: this.#shadow,
      launcher: this.#launcher.button,
      given: this.#given,
      configured: (config) => {
        this.#config = config;
        return this.#dress();
      },
      emit: (name, detail) => this.emit(name, detail),
      close: () => this.close(),
      unread: () => this.#tellUnread(this.#unread + 1),
    });
    if (!life || life.signal.aborted) mounted.destroy();
    this.#mounted = mounted;
    return mounted;
  }

  #end(): void {
    this.#life?.abort();
    this.#mounted?.destroy();
    this.#life = this.#conversation = this.#mounted = null;
    this.#open = false;
    this.#shadow.replaceChildren();
    this.#shadow.adoptedStyleSheets = [];
  }
}

function sheet(): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(tokenStyles(LAUNCHER_TOKENS, LAUNCHER_MEASURES) + launcherStyles);
  return made;
}

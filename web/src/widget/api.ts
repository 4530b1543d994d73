// Turns calls of the global function SupportBot, made before or after the script has loaded, into what its element does.
import { SupportBotElement } from './element';
import type { Given } from './settings';

type Listener = (detail: unknown) => void;

export interface Api {
  (command: string, ...values: unknown[]): unknown;
  q?: ArrayLike<unknown>[];
  /** Resolves to the element once it is on the page. */
  ready: Promise<SupportBotElement>;
}

/** Returns the function that pages call; `start` puts an element on the page. */
export function api(start: (settings: Given) => SupportBotElement): Api {
  let element: SupportBotElement | null = null;
  let settle: (element: SupportBotElement) => void;
  const ready = new Promise<SupportBotElement>((resolve) => {
    settle = resolve;
  });

  const commands: Record<string, (bot: SupportBotElement, ...values: never[]) => unknown> = {
    get: (bot) => bot.state,
    destroy: (bot) => {
      bot.remove();
      element = null;
    },
  };
  for (const name of ['locale', 'theme', 'identify'] as const) {
    commands[name] = (bot, value) => bot.update({ [name]: value });
  }
  for (const name of ['open', 'close', 'toggle', 'show', 'hide', 'reset', 'ask', 'handoff', 'update'] as const) {
    commands[name] = (bot, ...values) => (bot[name] as (...given: never[]) => unknown)(...values);
  }

  const call = (command: string, ...values: unknown[]): unknown => {
    if (command === 'start') return started(Object(values[0]));
    if (command === 'on') return listening(values[0] as string, values[1] as Listener);
    const run = commands[command];
    if (!run) throw new Error(`SupportBot has no "${command}"`);
    return element && run(element, ...(values as never[]));
  };
  const started = (settings: Given): void => {
    if (element?.isConnected) return element.update(settings);
    element = start(settings);
    settle(element);
  };
  /** Listens on the document, where events of whichever element the page has arrive. */
  const listening = (name: string, listener: Listener): (() => void) => {
    const heard = (event: Event) => listener((event as CustomEvent).detail);
    document.addEventListener(`support-bot:${name}`, heard);
    return () => document.removeEventListener(`support-bot:${name}`, heard);
  };
  return Object.assign(call, { ready });
}

// The script that a page loads: defines the element, puts one on the page, and answers the calls that came before it.
import { api, type Api } from './api';
import { SupportBotElement } from './element';
import { type Given, mode } from './settings';

declare global {
  interface Window {
    SupportBot?: Partial<Api>;
    supportBotSettings?: unknown;
  }
}

const NAME = 'support-bot';

function start(settings: Given): SupportBotElement {
  const written = document.querySelector<SupportBotElement>(NAME);
  const element = written ?? (document.createElement(NAME) as SupportBotElement);
  element.update(settings);
  if (!written) place(element, settings);
  return element;
}

/** Appends to the root, not the body, which some sites swap for another on every visit. */
function place(element: SupportBotElement, settings: Given): void {
  const selector = String(settings['target'] ?? 'body');
  if (mode(settings) === 'bubble') return void document.documentElement.append(element);
  const append = () => document.querySelector(selector)?.append(element);
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', append, { once: true });
  else append();
}

function main(): void {
  const script = document.currentScript;
  const settings = { ...script?.dataset, ...Object(window.supportBotSettings) } as Given;
  if (customElements.get(NAME)) {
    (window.SupportBot as Api)('start', settings); // the page loaded the script again, as a swap of its body does
    return;
  }
  customElements.define(NAME, SupportBotElement);
  const queued = Array.from(window.SupportBot?.q ?? []);
  const call = api(start);
  window.SupportBot = call;
  call('start', settings);
  for (const values of queued) call(...(Array.from(values) as [string]));
}

main();

// Turns settings into what the styles read: attributes and variables of the widget's root.
import { onAccent } from '../design/colour';
import { DEFAULT_ACCENT } from '../design/tokens';
import { direction, type Locale, localeOf } from '../i18n/locale';
import type { LauncherSettings } from './settings';

/** Dresses the element and its root, and returns the language that its texts are in. */
export function dress(element: HTMLElement, root: HTMLElement, settings: LauncherSettings, prefersDark: boolean): Locale {
  const { position, launcher, mode, zIndex } = settings;
  const locale = localeOf(settings.locale, navigator.languages);
  const theme = ['light', 'dark'].includes(settings.theme) ? settings.theme : prefersDark ? 'dark' : 'light';
  Object.assign(root.dataset, { theme, position, launcher });
  root.lang = locale;
  root.dir = direction(locale);
  element.setAttribute('mode', mode);
  element.style.setProperty('--_own-z-index', zIndex); // stacking is the element's, outside its root
  const accent = ownAccent(settings);
  setOwn(root, { accent, 'on-accent': onAccent(accent), 'offset-x': settings.offsetX, 'offset-y': settings.offsetY });
  return locale;
}

/** Returns the accent that takes the place of ours, "" for none: ours has a form for the dark that no rule would find. */
export function ownAccent({ accent }: LauncherSettings): string {
  return accent === DEFAULT_ACCENT || !onAccent(accent) ? '' : accent;
}

/** Gives tokens the settings' values; "" gives them back their own. */
export function setOwn(root: HTMLElement, values: Record<string, string>): void {
  for (const [name, value] of Object.entries(values)) root.style.setProperty(`--_own-${name}`, value);
}

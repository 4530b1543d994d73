// Turns language tags as pages and browsers write them into one of the languages that the widget speaks.

export const LOCALES = ['en', 'zh-Hant', 'zh-Hans', 'de', 'ar'] as const;
export type Locale = (typeof LOCALES)[number];

/** Returns the first of the tags that the widget speaks, else English; `auto` means the browser's languages. */
export function localeOf(tag: string, preferred: readonly string[]): Locale {
  const tags = tag === 'auto' ? preferred : [tag];
  return tags.map(match).find(Boolean) ?? 'en';
}

export function direction(locale: Locale): 'rtl' | 'ltr' {
  return locale === 'ar' ? 'rtl' : 'ltr';
}

function match(tag: string): Locale | undefined {
  const [language, ...rest] = tag.toLowerCase().split(/[-_]/);
  if (language !== 'zh') return LOCALES.find((locale) => locale === language);
  return /hant|tw|hk|mo/.test(rest.join()) ? 'zh-Hant' : 'zh-Hans';
}

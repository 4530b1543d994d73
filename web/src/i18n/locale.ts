// Turns language tags as pages and browsers write them into one of the languages that the widget speaks.

export const LOCALES = ['en', 'zh-Hant', 'zh-Hans', 'de', 'ar'] as const;
const TAG = /^[a-z]{2,8}([-_][a-z0-9]{1,8})*$/i; // as the server takes it
const LONGEST_TAG = 35;
export type Locale = (typeof LOCALES)[number];

/** Returns the first of the tags that the widget speaks, else English; `auto` means the browser's languages. */
export function localeOf(tag: string, preferred: readonly string[]): Locale {
  const tags = tag === 'auto' ? preferred : [tag];
  return tags.map(match).find(Boolean) ?? 'en';
}

/** Returns the first of the tags, as it is, that has a tag's form, else nothing; `auto` means the browser's languages. */
export function tagOf(tag: string, preferred: readonly string[]): string {
  const tags = tag === 'auto' ? preferred : [tag];
  return tags.find((each) => each.length <= LONGEST_TAG && TAG.test(each)) ?? '';
}

export function direction(locale: Locale): 'rtl' | 'ltr' {
  return locale === 'ar' ? 'rtl' : 'ltr';
}

function match(tag: string): Locale | undefined {
  const [language, ...rest] = tag.toLowerCase().split(/[-_]/);
  if (language !== 'zh') return LOCALES.find((locale) => locale === language);
  return /hant|tw|hk|mo/.test(rest.join()) ? 'zh-Hant' : 'zh-Hans';
}

// Turns the widget's catalogue and the panel's own words into the texts of one language.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Catalogue, Plural } from '../../i18n/catalogue';
import type { Locale } from '../../i18n/locale';
import { filled, Texts } from '../../i18n/texts';
import { catalogue as english, words as englishWords } from './en';
import type { Words } from './words';

type Name<Kind> = { [Key in keyof Words]: Words[Key] extends Kind ? Key : never }[keyof Words];

export class PanelTexts extends Texts {
  constructor(
    catalogue: Catalogue,
    private readonly words: Words,
    locale: Locale,
  ) {
    super(catalogue, locale);
  }

  /** Returns a text of the panel, its `{name}` places filled. */
  say(name: Name<string>, values: Record<string, string> = {}): string {
    return filled(this.words[name], values);
  }

  /** Returns a text of the panel in the plural form that the count needs. */
  many(name: Name<Plural>, n: number): string {
    return this.plural(this.words[name], n);
  }
}

export const ENGLISH = new PanelTexts(english, englishWords, 'en');
export const PanelTextsContext = createContext(ENGLISH);

export function useWords(): PanelTexts {
  return useContext(PanelTextsContext);
}

interface Language {
  catalogue: Catalogue;
  words: Words;
}

/** Returns a language's texts, or English ones where they cannot be loaded. */
export async function loadTexts(locale: Locale): Promise<PanelTexts> {
  if (locale === 'en') return ENGLISH;
  const address = new URL(`locale-${locale}.js`, import.meta.url).href;
  const loaded = (await import(address).catch(() => null)) as Language | null;
  return loaded ? new PanelTexts(loaded.catalogue, loaded.words, locale) : ENGLISH;
}

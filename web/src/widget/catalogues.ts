// Loads the texts of a language; English is always at hand.
import type { Catalogue } from '../i18n/catalogue';
import { catalogue as english } from '../i18n/en';
import type { Locale } from '../i18n/locale';

/** Returns a language's texts, or English ones where they cannot be loaded. */
export async function loadCatalogue(locale: Locale): Promise<Catalogue> {
  if (locale === 'en') return english;
  const address = new URL(`locale-${locale}.js`, import.meta.url).href;
  const loaded = (await import(address).catch(() => null)) as { catalogue: Catalogue } | null;
  return loaded?.catalogue ?? english;
}

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locale } from '../../i18n/locale';
import { words as ar } from './ar';
import { words as de } from './de';
import { words as en } from './en';
import type { Words } from './words';
import { words as zhHans } from './zh-Hans';
import { words as zhHant } from './zh-Hant';

const LANGUAGES: Record<Locale, Words> = { en, de, ar, 'zh-Hant': zhHant, 'zh-Hans': zhHans };

test('every language has a text for each of its plural forms', () => {
  for (const [locale, words] of Object.entries(LANGUAGES)) {
    const needed = new Intl.PluralRules(locale).resolvedOptions().pluralCategories.sort();
    for (const [name, forms] of Object.entries(words)) {
      if (typeof forms === 'object') assert.deepEqual(Object.keys(forms).sort(), needed, `${locale} ${name}`);
    }
  }
});

test('every language fills the same places', () => {
  const places = (text: unknown) => [...new Set(JSON.stringify(text).match(/\{(?!n\})\w+\}/g))].sort();
  for (const [locale, words] of Object.entries(LANGUAGES)) {
    for (const name of Object.keys(en) as (keyof Words)[]) {
      assert.deepEqual(places(words[name]), places(en[name]), `${locale} ${name}`);
    }
  }
});

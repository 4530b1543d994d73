import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catalogue as ar } from './ar';
import type { Catalogue } from './catalogue';
import { catalogue as de } from './de';
import { catalogue as en } from './en';
import { type Locale, localeOf, tagOf } from './locale';
import { Texts } from './texts';
import { catalogue as zhHans } from './zh-Hans';
import { catalogue as zhHant } from './zh-Hant';

const CATALOGUES: Record<Locale, Catalogue> = { en, de, ar, 'zh-Hant': zhHant, 'zh-Hans': zhHans };

test('every language has a text for each of its plural forms', () => {
  for (const [locale, catalogue] of Object.entries(CATALOGUES)) {
    const needed = new Intl.PluralRules(locale).resolvedOptions().pluralCategories.sort();
    for (const [name, forms] of Object.entries(catalogue)) {
      if (typeof forms === 'object') assert.deepEqual(Object.keys(forms).sort(), needed, `${locale} ${name}`);
    }
  }
});

test('every language fills the same places', () => {
  const places = (text: unknown) => [...new Set(JSON.stringify(text).match(/\{\w+\}/g))].sort();
  for (const [locale, catalogue] of Object.entries(CATALOGUES)) {
    for (const name of Object.keys(en) as (keyof Catalogue)[]) {
      assert.deepEqual(places(catalogue[name]), places(en[name]), `${locale} ${name}`);
    }
  }
});

test('tags as browsers and frameworks write them find their language', () => {
  const found = { 'zh-TW': 'zh-Hant', zh_HK: 'zh-Hant', 'zh-Hant-TW': 'zh-Hant', zh: 'zh-Hans', 'zh-CN': 'zh-Hans', de_AT: 'de', 'ar-EG': 'ar', fr: 'en' };
  for (const [tag, locale] of Object.entries(found)) assert.equal(localeOf(tag, []), locale, tag);
  assert.equal(localeOf('auto', ['fr-FR', 'de-CH', 'en']), 'de');
});

test('the server is told the first tag that is one', () => {
  assert.equal(tagOf('auto', ['pt-BR', 'en']), 'pt-BR');
  assert.equal(tagOf('zh_TW', ['en']), 'zh_TW');
  for (const wrong of ['', 'no tag', 'x', `en-${'abcdefgh-'.repeat(4)}`]) assert.equal(tagOf(wrong, ['en']), '', wrong);
});

test('numbers and dates are written as the language writes them', () => {
  const texts = new Texts(en, 'en');
  assert.equal(texts.count('backedBy', 1), 'Backed by 1 article');
  assert.equal(texts.count('backedBy', 2), 'Backed by 2 articles');
  assert.equal(texts.updated('2026-03-03'), 'Updated 3 Mar 2026');
  assert.equal(texts.updated(''), '');
});

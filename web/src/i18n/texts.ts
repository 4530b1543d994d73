// Turns a catalogue into the texts of one language with numbers and dates as it writes them.
import type { Catalogue, Plural } from './catalogue';
import type { Locale } from './locale';

type Name<Kind> = { [Key in keyof Catalogue]: Catalogue[Key] extends Kind ? Key : never }[keyof Catalogue];

export class Texts {
  #plurals: Intl.PluralRules;
  #numbers: Intl.NumberFormat;
  #dates: Intl.DateTimeFormat;

  constructor(
    private readonly catalogue: Catalogue,
    readonly locale: Locale,
  ) {
    this.#plurals = new Intl.PluralRules(locale);
    this.#numbers = new Intl.NumberFormat(locale);
    const tag = locale === 'en' ? 'en-GB' : locale; // 3 Mar 2026, which nobody reads as the third of another month
    this.#dates = new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
  }

  /** Returns a text, its `{name}` places filled. */
  text(name: Name<string>, values: Record<string, string> = {}): string {
    return filled(this.catalogue[name], values);
  }

  /** Returns a text in the plural form that the count needs. */
  count(name: Name<Plural>, n: number): string {
    return this.plural(this.catalogue[name], n);
  }

  /** Returns the one of these forms that the count needs. */
  plural(forms: Plural, n: number): string {
    return filled(forms[this.#plurals.select(n)] ?? forms.other, { n: this.number(n) });
  }

  number(n: number): string {
    return this.#numbers.format(n);
  }

  /** Returns "Updated 3 Mar 2026" for an ISO date, or "" for none. */
  updated(date: string): string {
    const time = Date.parse(date);
    return Number.isNaN(time) ? '' : this.text('updated', { date: this.#dates.format(time) });
  }
}

export function filled(text: string, values: Record<string, string>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => values[name] ?? place);
}

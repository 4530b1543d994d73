// Finds the `[n]` marks of an answer and the citation that each one stands for.
import type { CitationData } from '../api/types';

const MARK = /\[(\d{1,3})\]/g;
/** What may stand between a claim and its mark: other marks, and the end of a sentence or a listing. */
const BETWEEN = /^[^\p{L}\p{N}]*(?:\[\d{1,3}\][^\p{L}\p{N}]*)*$/u;

/** One mark: its number, and the citation whose claim it closes once that has arrived. */
export interface Mark {
  readonly n: number;
  readonly citation: CitationData | undefined;
}

export interface MarkedText {
  /** The text with each mark of a known source turned into `[\uE000i]`, i the index into `marks`. */
  readonly text: string;
  readonly marks: readonly Mark[];
}

/**
 * Returns the text with its marks made unmistakable. Brackets stay, because Markdown reads what follows `**` by them; numbers
 * that name no source stay as they are.
 */
export function markedText(text: string, known: ReadonlySet<number>, citations: readonly CitationData[]): MarkedText {
  const marks: Mark[] = [];
  const clean = text.replace(/\uE000/g, '');
  const prepared = clean.replace(MARK, (mark, digits: string, position: number) => {
    const n = Number(digits);
    if (!known.has(n)) return mark;
    marks.push({ n, citation: citationAt(clean.slice(0, position), n, citations) });
    return `[\uE000${marks.length - 1}]`;
  });
  return { text: prepared, marks };
}

/** Returns the citation whose claim ends where the text does; a mark whose own has not arrived has none. */
export function citationAt(text: string, n: number, citations: readonly CitationData[]): CitationData | undefined {
  const characters = [...text];
  const closed = citations.filter((citation) => {
    const ends = citation.n === n && citation.answer_end <= characters.length;
    return ends && BETWEEN.test(characters.slice(citation.answer_end).join(''));
  });
  return closed.at(-1);
}

/** Returns the length in Unicode code points, in which the server counts. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

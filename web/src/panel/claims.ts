// Finds what a draft says and on which passages it says it, also after the agent has changed its words.
import type { CitationData, SourceData } from '../api/types';
import { citationAt } from '../core/marks';

/** The marks of one claim, with the space before them and the full stop behind. */
const MARKS = /(?:[ \t]*\[\d{1,3}\])+/g;
/** Where a sentence may end, with its marks and the space behind: "12.5", "e.g. the post" and an address go on. */
const SENTENCE_END = /[.!?؟]["”’)\]]*(?:[ \t]*\[\d{1,3}\])*[ \t]+(?!\p{Ll})|[。！？]["”’」』）\]]*(?:[ \t]*\[\d{1,3}\])*[ \t]*|\n/gu;
/** A word before a full stop that may be an abbreviation, such as "Dr." or "z.B.": what stands before it is taken along. */
const SHORT_WORD = /(?:^|[^\p{L}\p{N}])(?:\p{L}\.)*\p{L}{1,3}$/u;
/** What of Markdown belongs to the claim that it stands before: the signs of a heading, and of words that stand out. */
const OPENING = /(?:(?<=^|\n)#{1,6}[ \t]+)?[*_~]*$/;
const WORD = /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|[\p{L}\p{N}]+/gu;

/** A claim and its marks; `start` to `end` of the text in UTF-16, the marks from `marks` on. */
export interface Claim {
  readonly start: number;
  readonly marks: number;
  readonly end: number;
  readonly numbers: readonly number[];
}

/** A draft as it was written, whatever an agent has made of it. */
export interface WrittenDraft {
  readonly text: string;
  readonly sources: readonly SourceData[];
  readonly citations: readonly CitationData[];
}

/** Returns the claims that are marked with sources that there are, in the order of the text. */
export function claims(text: string, sources: readonly SourceData[], citations: readonly CitationData[]): Claim[] {
  const known = new Set(sources.map(({ n }) => n));
  return [...text.matchAll(MARKS)].flatMap((run) => {
    const numbers = [...run[0].matchAll(/\d+/g)].map(([n]) => Number(n)).filter((n) => known.has(n));
    if (!numbers.length) return [];
    const before = text.slice(0, run.index);
    const starts = numbers.flatMap((n) => citationAt(before, n, citations)?.answer_start ?? []);
    const start = starts.length ? codeUnits(text, Math.min(...starts)) : (sentenceStarts(bare(before)).at(-1) ?? 0);
    return [{ start: start - OPENING.exec(text.slice(0, start))![0].length, marks: run.index, end: run.index + run[0].length, numbers }];
  });
}

/**
 * Returns the claims that rest on internal passages, whatever else they rest on: by their marks, and where an agent has
 * changed a sentence, by its words.
 */
export function internalClaims(text: string, written: WrittenDraft): Claim[] {
  const { sources, citations } = written;
  const internal = new Set(sources.filter(({ audience }) => audience === 'internal').map(({ n }) => n));
  const ofInternal = ({ numbers }: Claim) => numbers.some((n) => internal.has(n));
  const marked = claims(text, sources, reanchored(written.text, text, citations)).filter(ofInternal);
  if (text === written.text) return apart(marked);
  const said = claims(written.text, sources, citations).filter(ofInternal);
  return apart([...marked, ...reworded(text, written.text, said)]);
}

/** Returns the sentences that are not as they were and that have the words of one of the claims of before. */
function reworded(text: string, written: string, said: readonly Claim[]): Claim[] {
  const known = new Set(sentences(written).map(({ start, end }) => written.slice(start, end).trim()));
  const wanted = said.map(({ start, marks }) => words(written.slice(start, marks)));
  return sentences(text).filter(({ start, end }) => {
    const sentence = text.slice(start, end);
    return !known.has(sentence.trim()) && wanted.some((claim) => areAlike(claim, words(sentence)));
  });
}

/** Whether half of a claim is in a sentence, or most of a sentence in a claim; the agent is rather asked once too often. */
function areAlike(claim: ReadonlySet<string>, sentence: ReadonlySet<string>): boolean {
  const shared = [...claim].filter((word) => sentence.has(word)).length;
  return shared > 0 && (shared * 2 >= claim.size || (shared >= 3 && shared * 3 >= sentence.size * 2));
}

function words(text: string): Set<string> {
  return new Set(text.replace(MARKS, ' ').toLowerCase().match(WORD));
}

/** Returns the claims in the order of the text, those that share words with another as one. */
function apart(found: readonly Claim[]): Claim[] {
  const merged: Claim[] = [];
  for (const claim of [...found].sort((one, other) => one.start - other.start)) {
    const last = merged.at(-1);
    if (!last || claim.start >= last.end) merged.push(claim);
    else {
      const { marks, end } = claim.end > last.end ? claim : last;
      merged[merged.length - 1] = { start: last.start, marks, end, numbers: [...last.numbers, ...claim.numbers] };
    }
  }
  return merged;
}

/** Returns the text without these claims, and without what is then left empty. */
export function without(text: string, left: readonly Claim[]): string {
  const kept = left.reduceRight((rest, { start, end }) => rest.slice(0, start) + rest.slice(stopAfter(rest, start, end)), text);
  return kept
    .replace(/^[ \t]*(?:[-*+]|\d+[.)])?[ \t]*$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .replace(/[ \t]+$/gm, '')
    .trim();
}

/** Returns the citations whose claims stand in the changed text as they were, moved to where they now are. */
export function reanchored(original: string, changed: string, citations: readonly CitationData[]): CitationData[] {
  if (original === changed) return [...citations];
  const characters = [...original];
  return citations.flatMap((citation) => {
    const claim = characters.slice(citation.answer_start, citation.answer_end).join('');
    const found = claim ? changed.indexOf(claim) : -1;
    if (found < 0) return [];
    const start = [...changed.slice(0, found)].length;
    return [{ ...citation, answer_start: start, answer_end: start + [...claim].length }];
  });
}

/** A full stop that stands behind the marks belongs to the claim before them, and the space where another is before the claim. */
function stopAfter(text: string, start: number, end: number): number {
  const behind = start > 0 && !/\s/.test(text[start - 1]!) ? /^[.!?。！？؟]?/ : /^[.!?。！？؟]?[ \t]*/;
  return end + behind.exec(text.slice(end))![0].length;
}

/** Returns the sentences as claims of no source. */
function sentences(text: string): Claim[] {
  const starts = sentenceStarts(text);
  return starts.map((start, place) => {
    const end = start + text.slice(start, starts[place + 1]).trimEnd().length;
    return { start, marks: end, end, numbers: [] };
  });
}

/** Returns where sentences begin; in doubt, none does. */
function sentenceStarts(text: string): number[] {
  const mayAbbreviate = (stop: string, place: number) => /^\.[^[]*$/.test(stop) && SHORT_WORD.test(text.slice(Math.max(0, place - 12), place));
  const ends = [...text.matchAll(SENTENCE_END)].filter(({ 0: stop, index }) => !mayAbbreviate(stop, index));
  return [0, ...ends.map(({ 0: stop, index }) => index + stop.length)];
}

/** Returns a claim's text without the full stop before its marks. */
function bare(text: string): string {
  return text.trimEnd().replace(/(?<![.!?。！？؟])[.!?。！？؟]+$/, '');
}

function codeUnits(text: string, codePoints: number): number {
  return [...text].slice(0, codePoints).join('').length;
}

// Finds what a draft says and on which passages it says it, also after the agent has changed its words.
import type { CitationData, SourceData } from '../api/types';
import { citationAt } from '../core/marks';

/** The marks of one claim, with the space before them and the full stop behind. */
const MARKS = /(?:[ \t]*\[\d{1,3}\])+/g;
const SENTENCE_END = /[.!?。！？؟\n]["”’)\]]*\s*/g;

/** A claim and its marks; `start` to `end` of the text in UTF-16, the marks from `marks` on. */
export interface Claim {
  readonly start: number;
  readonly marks: number;
  readonly end: number;
  readonly numbers: readonly number[];
}

/** Returns the claims that are marked with sources that there are, in the order of the text. */
export function claims(text: string, sources: readonly SourceData[], citations: readonly CitationData[]): Claim[] {
  const known = new Set(sources.map(({ n }) => n));
  return [...text.matchAll(MARKS)].flatMap((run) => {
    const numbers = [...run[0].matchAll(/\d+/g)].map(([n]) => Number(n)).filter((n) => known.has(n));
    if (!numbers.length) return [];
    const before = text.slice(0, run.index);
    const citation = numbers.map((n) => citationAt(before, n, citations)).find(Boolean);
    const start = citation ? codeUnits(text, citation.answer_start) : lastSentence(before);
    return [{ start, marks: run.index, end: run.index + run[0].length, numbers }];
  });
}

/** Returns the claims that rest on internal passages alone, so that no customer may read where they come from. */
export function internalClaims(text: string, sources: readonly SourceData[], citations: readonly CitationData[]): Claim[] {
  const internal = new Set(sources.filter(({ audience }) => audience === 'internal').map(({ n }) => n));
  return claims(text, sources, citations).filter(({ numbers }) => numbers.every((n) => internal.has(n)));
}

/** Returns the text without these claims, and without what is then left empty. */
export function without(text: string, left: readonly Claim[]): string {
  const kept = left.reduceRight((rest, { start, end }) => rest.slice(0, start) + rest.slice(stopAfter(rest, end)), text);
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

/** A full stop that stands behind the marks belongs to the claim before them. */
function stopAfter(text: string, end: number): number {
  return end + /^[.!?。！？؟]?[ \t]*/.exec(text.slice(end))![0].length;
}

function lastSentence(text: string): number {
  const body = text.trimEnd().replace(/[.!?。！？؟]+$/, '');
  const last = [...body.matchAll(SENTENCE_END)].at(-1);
  return last ? last.index + last[0].length : 0;
}

function codeUnits(text: string, codePoints: number): number {
  return [...text].slice(0, codePoints).join('').length;
}

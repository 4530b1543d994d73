// Turns how an answer was settled into words, never percentages.
import type { Texts } from '../i18n/texts';
import type { Turn } from './conversation';

/** Returns what an answer rests on, or "" for one that claims nothing. */
export function confidenceWords(turn: Turn, texts: Texts): string {
  switch (turn.verdict?.outcome) {
    case 'answered':
      return texts.count('backedBy', citedArticles(turn));
    case 'partial':
      return texts.text('partly');
    case 'no_answer':
      return texts.text('notCovered');
    default:
      return '';
  }
}

function citedArticles(turn: Turn): number {
  const cited = turn.citations.map((citation) => citation.source);
  return new Set(cited.length ? cited : turn.sources.map((source) => source.id)).size;
}

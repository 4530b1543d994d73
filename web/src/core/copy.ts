// Turns an answer into plain text with its sources, to be pasted elsewhere.
import type { Texts } from '../i18n/texts';
import type { Turn } from './conversation';
import { sourceLink } from './links';

export function copiedText(turn: Turn, texts: Texts): string {
  if (!turn.sources.length) return turn.text;
  const heading = turn.verdict?.outcome === 'no_answer' ? texts.text('nearest') : texts.text('sources', { n: texts.number(turn.sources.length) });
  const lines = turn.sources.map((source) => `[${source.n}] ${source.title}\n${sourceLink(source.url) ?? ''}`.trimEnd());
  return `${turn.text}\n\n${heading}\n${lines.join('\n')}`;
}

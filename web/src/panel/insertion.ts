// Turns a draft into what a helpdesk is given: plain text and simple HTML, without marks, with links to public articles.
import { Lexer, type Token, type Tokens } from 'marked';
import type { SourceData } from '../api/types';
import { answerLink, sourceLink } from '../core/links';
import type { Insertion } from './host';

const MARK = /[ \t]*\[(\d{1,3})\]/g;
const DEEPEST = 12;

/** Returns the draft as it is inserted; its public articles' links follow it where they are wanted. */
export function insertion(text: string, sources: readonly SourceData[], { withLinks }: { withLinks: boolean }): Insertion {
  const tokens = Lexer.lex(unmarked(text, sources));
  const links = withLinks ? publicLinks(text, sources) : [];
  const listed = links.map(({ title, url }) => `<a href="${escaped(url)}">${escaped(title)}</a>`).join('<br>');
  return {
    text: [plainBlocks(tokens), links.map(({ title, url }) => `${title}: ${url}`).join('\n')].filter(Boolean).join('\n\n'),
    html: tokens.map((token) => htmlBlock(token, 0)).join('') + (listed && `<p>${listed}</p>`),
  };
}

/** Returns the text without the marks of its sources; other numbers in brackets are the text's own. */
export function unmarked(text: string, sources: readonly SourceData[]): string {
  const known = new Set(sources.map(({ n }) => n));
  const bare = text.replace(MARK, (mark, n: string) => (known.has(Number(n)) ? '' : mark));
  return bare.replace(/\n{3,}/g, '\n\n').trim();
}

/** Returns the links of the articles that the text cites and that anybody may read. */
export function publicLinks(text: string, sources: readonly SourceData[]): { title: string; url: string }[] {
  const cited = new Set([...text.matchAll(MARK)].map(([, n]) => Number(n)));
  const links = sources.flatMap(({ n, audience, title, url }) => {
    const link = audience === 'public' && cited.has(n) ? sourceLink(url) : null;
    return link ? [{ title, url: link }] : [];
  });
  return links.filter(({ url }, place) => links.findIndex((other) => other.url === url) === place);
}

function htmlBlock(token: Token, depth: number): string {
  if (depth > DEEPEST) return escaped(token.raw);
  const blocks = (tokens: Token[] = []) => tokens.map((child) => htmlBlock(child, depth + 1)).join('');
  const inlines = (tokens: Token[] = []) => tokens.map((child) => htmlInline(child, depth + 1)).join('');
  switch (token.type) {
    case 'space':
    case 'def':
    case 'hr':
      return '';
    case 'heading':
      return `<p><strong>${inlines(token['tokens'])}</strong></p>`;
    case 'paragraph':
      return `<p>${inlines(token['tokens'])}</p>`;
    case 'code':
      return `<pre>${escaped(token['text'])}</pre>`;
    case 'blockquote':
      return `<blockquote>${blocks(token['tokens'])}</blockquote>`;
    case 'list':
      return htmlList(token as Tokens.List, (item) => blocks(item.tokens));
    case 'table':
      return rows(token as Tokens.Table).map((cells) => `<p>${cells.map((cell) => inlines(cell.tokens)).join(' | ')}</p>`).join('');
    default:
      return htmlInline(token, depth);
  }
}

function htmlList(token: Tokens.List, body: (item: Tokens.ListItem) => string): string {
  const tag = token.ordered ? 'ol' : 'ul';
  const start = token.ordered && Number(token.start) > 1 ? ` start="${Number(token.start)}"` : '';
  return `<${tag}${start}>${token.items.map((item) => `<li>${body(item)}</li>`).join('')}</${tag}>`;
}

function htmlInline(token: Token, depth: number): string {
  if (depth > DEEPEST) return escaped(token.raw);
  const children = () => (token as { tokens?: Token[] }).tokens?.map((child) => htmlInline(child, depth + 1)).join('');
  switch (token.type) {
    case 'strong':
      return `<strong>${children()}</strong>`;
    case 'em':
      return `<em>${children()}</em>`;
    case 'codespan':
      return `<code>${escaped(token['text'])}</code>`;
    case 'br':
      return '<br>';
    case 'link': {
      const address = answerLink(token['href']);
      return address ? `<a href="${escaped(address)}">${children()}</a>` : (children() ?? '');
    }
    case 'escape':
      return escaped(token['text']);
    case 'text':
    case 'del':
      return children() ?? escaped(token['text']);
    default:
      return escaped(token.raw); // HTML and images stay the text that they are
  }
}

function plainBlocks(tokens: Token[] = [], gap = '\n\n'): string {
  return tokens.map(plainBlock).filter(Boolean).join(gap);
}

function plainBlock(token: Token): string {
  switch (token.type) {
    case 'space':
    case 'def':
    case 'hr':
      return '';
    case 'code':
      return token['text'];
    case 'blockquote':
      return plainBlocks(token['tokens']);
    case 'list':
      return plainList(token as Tokens.List);
    case 'table':
      return rows(token as Tokens.Table).map((cells) => cells.map((cell) => plainInlines(cell.tokens)).join(' | ')).join('\n');
    default:
      return plainInlines((token as { tokens?: Token[] }).tokens ?? [token]);
  }
}

function plainList(token: Tokens.List): string {
  const first = Number(token.start) || 1;
  const items = token.items.map((item, place) => {
    const sign = token.ordered ? `${first + place}. ` : '- ';
    return sign + plainBlocks(item.tokens, '\n').replace(/\n/g, `\n${' '.repeat(sign.length)}`);
  });
  return items.join('\n');
}

function plainInlines(tokens: Token[] = []): string {
  return tokens.map(plainInline).join('');
}

function plainInline(token: Token): string {
  const { tokens } = token as { tokens?: Token[] };
  if (token.type === 'br') return '\n';
  if (token.type === 'link') {
    const [words, address] = [plainInlines(tokens), answerLink(token['href'])];
    return !address || address === words || token['href'] === words ? words : `${words} (${address})`;
  }
  if (tokens) return plainInlines(tokens);
  return token.type === 'codespan' || token.type === 'escape' || token.type === 'text' ? token['text'] : token.raw;
}

function rows(table: Tokens.Table): Tokens.TableCell[][] {
  return [table.header, ...table.rows];
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

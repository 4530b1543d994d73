import { Lexer, type Token, type Tokens } from 'marked';
import { Component, type ComponentChildren, h } from 'preact';
import { useMemo } from 'preact/hooks';
import type { CitationData, SourceData } from '../api/types';
import { answerLink } from '../core/links';
import { type Mark, markedText } from '../core/marks';
import { Chip } from './Chip';

interface ProseProps {
  text: string;
  sources: readonly SourceData[];
  citations: readonly CitationData[];
  openMark: number | null;
  onMark: (index: number, mark: Mark, chip: HTMLButtonElement) => void;
}

const MARK = /\[\uE000(\d+)\]/;
const DEEPEST = 12;

/** An answer's Markdown as nodes of an allow-list; whatever else stands in it is shown as text. */
export function Prose({ text, sources, citations, openMark, onMark }: ProseProps) {
  const marked = useMemo(() => markedText(text, new Set(sources.map((source) => source.n)), citations), [text, sources, citations]);
  const tokens = useMemo(() => Lexer.lex(marked.text), [marked.text]);
  const known = new Map(sources.map((source) => [source.n, source]));
  const chips: Chips = {
    at: (index) => {
      const mark = marked.marks[index];
      if (!mark) return null;
      const open = openMark === index;
      const { title = '', audience } = known.get(mark.n) ?? {};
      return <Chip n={mark.n} title={title} audience={audience} open={open} onClick={(button) => onMark(index, mark, button)} />;
    },
    asTyped: (typed) => typed.replace(new RegExp(MARK, 'g'), (_, index) => `[${marked.marks[Number(index)]?.n ?? ''}]`),
  };
  return (
    <div class="prose">
      {tokens.map((token, position) => {
        const marks = [...token.raw.matchAll(new RegExp(MARK, 'g'))].map((match) => Number(match[1]));
        const state = marks.map((index) => `${index}-${marked.marks[index]?.citation?.answer_end}${openMark === index ? 'o' : ''}`);
        return <Block key={position} token={token} version={`${token.raw}\n${state.join()}`} chips={chips} />;
      })}
    </div>
  );
}

interface Chips {
  at: (index: number) => ComponentChildren;
  /** Returns text in which marks mean nothing, such as code, with its brackets as they came. */
  asTyped: (text: string) => string;
}

/** One block of an answer, drawn again only while its own text or chips still change. */
class Block extends Component<{ token: Token; version: string; chips: Chips }> {
  override shouldComponentUpdate(next: Readonly<{ version: string }>): boolean {
    return next.version !== this.props.version;
  }

  render() {
    return block(this.props.token, this.props.chips, 0);
  }
}

function block(token: Token, chips: Chips, depth: number): ComponentChildren {
  if (depth > DEEPEST) return chips.asTyped(token.raw);
  const blocks = (tokens: Token[] = []) => tokens.map((child) => block(child, chips, depth + 1));
  const inlines = (tokens: Token[] = []) => tokens.map((child) => inline(child, chips, depth + 1));
  switch (token.type) {
    case 'space':
    case 'def':
      return null;
    case 'heading':
      return h(`h${Math.min(token['depth'] + 3, 6)}`, { dir: 'auto' }, inlines(token['tokens']));
    case 'paragraph':
      return (
        <p dir="auto" class={onlyMarks(token.raw) ? 'marks' : undefined}>
          {inlines(token['tokens'])}
        </p>
      );
    case 'code':
      return (
        <pre>
          <code>{chips.asTyped(token['text'])}</code>
        </pre>
      );
    case 'blockquote':
      return <blockquote>{blocks(token['tokens'])}</blockquote>;
    case 'list':
      return list(token as Tokens.List, blocks);
    case 'table':
      return table(token as Tokens.Table, inlines);
    case 'hr':
      return <hr />;
    default:
      return inline(token, chips, depth);
  }
}

function list(token: Tokens.List, blocks: (tokens?: Token[]) => ComponentChildren) {
  const items = token.items.map((item) => <li>{blocks(item.tokens)}</li>);
  return token.ordered ? <ol dir="auto" start={token.start === '' ? 1 : token.start}>{items}</ol> : <ul dir="auto">{items}</ul>;
}

function table(token: Tokens.Table, inlines: (tokens?: Token[]) => ComponentChildren) {
  return (
    <div class="table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {token.header.map((cell) => (
              <th dir="auto" scope="col">
                {inlines(cell.tokens)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {token.rows.map((row) => (
            <tr>
              {row.map((cell) => (
                <td dir="auto">{inlines(cell.tokens)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function inline(token: Token, chips: Chips, depth: number): ComponentChildren {
  if (depth > DEEPEST) return chips.asTyped(token.raw);
  const children = () => (token as { tokens?: Token[] }).tokens?.map((child) => inline(child, chips, depth + 1));
  switch (token.type) {
    case 'strong':
      return <strong>{children()}</strong>;
    case 'em':
      return <em>{children()}</em>;
    case 'del':
      return <del>{children()}</del>;
    case 'codespan':
      return <code>{chips.asTyped(token['text'])}</code>;
    case 'br':
      return <br />;
    case 'link':
      return link(token as Tokens.Link, children, chips);
    case 'escape':
      return token['text'];
    case 'checkbox':
      return token['checked'] ? '☑ ' : '☐ ';
    case 'text':
      return children() ?? withChips(token['text'], chips);
    default:
      return withChips(token.raw, chips); // HTML and images stay the text that they are
  }
}

function link(token: Tokens.Link, children: () => ComponentChildren, chips: Chips): ComponentChildren {
  const mark = /^\uE000(\d+)$/.exec(token.text); // a mark that happens to look like a link
  if (mark) return chips.at(Number(mark[1]));
  const address = answerLink(chips.asTyped(token.href));
  if (!address) return children();
  return (
    <a href={address} target="_blank" rel="noopener noreferrer nofollow">
      {children()}
    </a>
  );
}

function withChips(text: string, chips: Chips): ComponentChildren {
  return text.split(MARK).map((piece, index) => (index % 2 ? chips.at(Number(piece)) : piece));
}

function onlyMarks(text: string): boolean {
  return text.replace(new RegExp(MARK, 'g'), '').trim() === '';
}

// Conversations that never happened, one for each state that the widget can be in, in the language asked for.
import type { CitationData, SourceData, VerdictData } from '../api/types';
import type { Conversation, Turn } from '../core/conversation';
import type { Locale } from '../i18n/locale';
import type { HandoffShown } from './Handoff';
import type { Shown } from './Message';
import type { PanelProps, Reach } from './Panel';
import { SAYINGS, type Sayings } from './sayings';

export interface Sample {
  id: string;
  name: string;
  conversation: Conversation;
  draft?: string;
  shown?: Shown;
  suggestions?: readonly string[];
  title?: string;
  mode?: PanelProps['mode'];
  /** Drawn as on a phone. */
  phone?: boolean;
  /** Scrolled back, so that the way to the latest shows. */
  away?: boolean;
  /** The page's own colour. */
  accent?: string;
  /** How a person is reached; by the form unless given. */
  reach?: Reach;
  /** The form to a person in the conversation's place. */
  handoff?: HandoffShown;
}

export function samples(locale: Locale): Sample[] {
  const sayings = SAYINGS[locale];
  const sources = [source(1, sayings.returns, '2026-03-03'), source(2, sayings.refunds, '2026-01-18')] as const;
  const drawn = new Drawing(sayings, sources);
  return [...beforeAnAnswer(drawn, sayings), ...answers(drawn, sayings), ...afterwards(drawn), ...failures(drawn), ...handoffs(drawn, sayings), ...shapes(drawn, sayings)];
}

const NONE: Conversation = { id: null, turns: [] };
const EMPTY = { text: '', sources: [], citations: [], verdict: null, status: null } as const;
const PERSON = { kind: 'url', url: 'https://example.com/contact' } as const;

/** Draws conversations from one whole answer with two sources. */
class Drawing {
  readonly answer: Turn;

  constructor(sayings: Sayings, sources: readonly [SourceData, SourceData]) {
    const { answer: text, returns, refunds } = sayings;
    this.answer = {
      id: 'sample',
      question: sayings.question,
      state: 'done',
      messageId: 'm_00000000000000000000000000000000',
      stage: 'writing',
      text,
      sources,
      citations: [...marksOf(text, 1).map((end) => cited(sources[0], returns.quote, end)), ...marksOf(text, 2).map((end) => cited(sources[1], refunds.quote, end))],
      verdict: settled('answered'),
      handoff: null,
      brokeOff: false,
      status: 'complete',
      failure: null,
      rating: null,
    };
  }

  conversation(...turns: Partial<Turn>[]): Conversation {
    return { id: 'sample', turns: turns.map((turn, index) => ({ ...this.answer, id: `sample-${index}`, ...turn })) };
  }

  /** An answer that ends after so many of its lines. */
  cut(lines: number, turn: Partial<Turn>): Conversation {
    const text = this.answer.text.split('\n').slice(0, lines).join('\n');
    return this.conversation({ text, verdict: null, status: null, ...turn });
  }

  failed(kind: NonNullable<Turn['failure']>['kind'], seconds?: number): Conversation {
    const retryAt = seconds === undefined ? null : Date.now() + seconds * 1000;
    return this.conversation({ ...EMPTY, state: 'failed', failure: { kind, retryAt } });
  }
}

function beforeAnAnswer(drawn: Drawing, { suggestions, question }: Sayings): Sample[] {
  const asking = (stage: Turn['stage']) => drawn.conversation({ ...EMPTY, state: 'asking', stage });
  return [
    { id: 'welcome', name: 'Welcome', conversation: NONE },
    { id: 'welcome-plain', name: 'Welcome without suggestions', conversation: NONE, suggestions: [] },
    { id: 'welcome-long', name: 'Welcome with many suggestions', conversation: NONE, suggestions: [...suggestions, ...suggestions, ...suggestions].map((text, index) => `${text} (${index + 1})`) },
    { id: 'typing', name: 'A question typed', conversation: NONE, draft: question },
    { id: 'typing-long', name: 'A long question typed', conversation: NONE, draft: `${question}\n`.repeat(7) },
    { id: 'near-limit', name: 'Near the longest question', conversation: NONE, draft: question.repeat(200).slice(0, 1950) },
    { id: 'too-long', name: 'Question too long', conversation: NONE, draft: question.repeat(200).slice(0, 2012) },
    { id: 'searching', name: 'Searching', conversation: asking('searching') },
    { id: 'reading', name: 'Reading', conversation: asking('reading') },
    { id: 'waiting', name: 'The model takes its time', conversation: asking('waiting') },
    { id: 'checking', name: 'Checking', conversation: asking('checking') },
    { id: 'streaming', name: 'Streaming', conversation: drawn.cut(4, { state: 'streaming' }) },
  ];
}

function answers(drawn: Drawing, sayings: Sayings): Sample[] {
  const { sources, citations } = drawn.answer;
  const [first] = sources;
  const bare = { citations: [], sources: [] };
  const printed = { ...first!, page: 12, updated: '' };
  const short = `${drawn.answer.text.split('\n')[0]}`;
  return [
    { id: 'answered', name: 'Answered', conversation: drawn.conversation({}) },
    { id: 'quoted', name: 'Quoted, without a model', conversation: drawn.conversation({ verdict: settled('answered', 'extractive') }) },
    { id: 'translated', name: 'Translated', conversation: drawn.conversation({ citations: citations.map((citation) => ({ ...citation, verified: false })) }) },
    { id: 'card', name: 'Citation card', conversation: drawn.conversation({}), shown: { card: 0 } },
    { id: 'card-last', name: 'Citation card at the end', conversation: drawn.conversation({}), shown: { card: citations.length - 1 } },
    { id: 'card-page', name: 'Citation card of a printed page', conversation: drawn.conversation({ text: short, sources: [printed], citations: [{ ...citations[0]!, page: 12, updated: '' }] }), shown: { card: 0 } },
    { id: 'card-plain', name: 'Citation card without an address', conversation: drawn.conversation({ text: short, sources: [{ ...first!, url: '' }], citations: [{ ...citations[0]!, url: '' }] }), shown: { card: 0 } },
    { id: 'sources', name: 'Sources', conversation: drawn.conversation({}), shown: { sources: true } },
    { id: 'partial', name: 'Partly covered', conversation: drawn.conversation({ verdict: settled('partial') }) },
    { id: 'no-answer', name: 'No answer', conversation: drawn.conversation({ question: sayings.outside, text: sayings.noAnswer, citations: [], verdict: settled('no_answer'), handoff: { ...PERSON, reason: 'no_answer' } }) },
    { id: 'no-answer-bare', name: 'No answer, nothing near', conversation: drawn.conversation({ ...bare, question: sayings.outside, text: sayings.noAnswer, verdict: settled('no_answer') }) },
    { id: 'clarify', name: 'Asked back', conversation: drawn.conversation({ ...bare, text: sayings.clarifying, verdict: settled('clarify') }) },
    { id: 'declined', name: 'Declined', conversation: drawn.conversation({ ...bare, question: sayings.outside, text: sayings.declined, verdict: settled('refused'), handoff: { ...PERSON, reason: 'refused' } }) },
    { id: 'handoff', name: 'Handed over', conversation: drawn.conversation({ ...bare, text: sayings.handedOver, verdict: settled('handoff'), handoff: { ...PERSON, reason: 'asked' } }) },
  ];
}

function afterwards(drawn: Drawing): Sample[] {
  const rated = drawn.conversation({ rating: { rating: 'down' }, text: `${drawn.answer.text.split('\n')[0]}` });
  return [
    { id: 'helpful', name: 'Helpful', conversation: drawn.conversation({ rating: { rating: 'up' } }) },
    { id: 'copied', name: 'Copied', conversation: drawn.conversation({}), shown: { copied: true } },
    { id: 'feedback', name: 'Feedback', conversation: rated, shown: { feedback: 'open' } },
    { id: 'feedback-chosen', name: 'Feedback, a reason chosen', conversation: rated, shown: { feedback: 'chosen' } },
    { id: 'feedback-failed', name: 'Feedback not sent', conversation: rated, shown: { feedback: 'failed' } },
    { id: 'feedback-sent', name: 'Feedback sent', conversation: rated, shown: { feedback: 'sent' } },
  ];
}

function failures(drawn: Drawing): Sample[] {
  return [
    { id: 'stopped', name: 'Stopped', conversation: drawn.cut(3, { state: 'stopped' }) },
    { id: 'interrupted', name: 'Interrupted', conversation: drawn.cut(3, { state: 'interrupted' }) },
    { id: 'broke-off', name: 'Broke off', conversation: drawn.cut(4, { state: 'interrupted', status: 'partial', verdict: settled('partial'), handoff: { ...PERSON, reason: 'degraded' } }) },
    { id: 'truncated', name: 'Cut short', conversation: drawn.cut(4, { status: 'truncated', verdict: settled('partial') }) },
    { id: 'offline', name: 'Offline', conversation: drawn.failed('offline') },
    { id: 'unreachable', name: 'Unreachable', conversation: drawn.failed('unreachable') },
    { id: 'rate-limited', name: 'Rate limited', conversation: drawn.failed('rate_limited', 42) },
    { id: 'rate-limit-over', name: 'Rate limit over', conversation: drawn.failed('rate_limited', 0) },
    { id: 'server-error', name: 'Server error', conversation: drawn.failed('server') },
    { id: 'refused', name: 'Refused', conversation: drawn.failed('refused') },
    { id: 'unproved', name: 'Not signed in', conversation: drawn.failed('unproved') },
    { id: 'failed-later', name: 'A later question failed', conversation: { id: 'sample', turns: [...drawn.conversation({}).turns, { ...drawn.failed('offline').turns[0]!, id: 'sample-later' }] } },
  ];
}

function handoffs(drawn: Drawing, sayings: Sayings): Sample[] {
  const unanswered = drawn.conversation({ question: sayings.outside, text: sayings.noAnswer, citations: [], sources: [], verdict: settled('no_answer'), handoff: { kind: 'form', url: null, reason: 'no_answer' } });
  const form = { email: 'ada@example.com', name: 'Ada', message: sayings.outside };
  const blank = { email: 'ada@', name: '', message: '' };
  const { sources: nearest } = drawn.answer;
  const at = (state: HandoffShown['state']) => ({ state, form, nearest: [] });
  return [
    { id: 'person-form', name: 'A person offered by a form', conversation: unanswered },
    { id: 'person-link', name: 'A person by a link', conversation: NONE, reach: { handoff: 'url', handoff_url: PERSON.url } },
    { id: 'person-none', name: 'No way to a person', conversation: NONE, reach: { handoff: 'agent', handoff_url: '' } },
    { id: 'form', name: 'Form to a person', conversation: unanswered, handoff: { ...at('open'), nearest } },
    { id: 'form-first', name: 'Form without a conversation', conversation: NONE, handoff: at('open') },
    { id: 'form-wrong', name: 'Form not filled in', conversation: NONE, handoff: { ...at('wrong'), form: blank } },
    { id: 'form-sending', name: 'Form being sent', conversation: unanswered, handoff: at('sending') },
    { id: 'form-failed', name: 'Form not sent', conversation: unanswered, handoff: at('failed') },
    { id: 'form-offline', name: 'Form while offline', conversation: unanswered, handoff: at('offline') },
    { id: 'form-sent', name: 'Form sent', conversation: unanswered, handoff: at('sent') },
    { id: 'form-kept', name: 'Form kept until it can be delivered', conversation: unanswered, handoff: at('kept') },
    { id: 'form-late', name: 'Form while an earlier message is on its way', conversation: unanswered, handoff: at('late') },
    { id: 'form-phone', name: 'Form on a phone', conversation: unanswered, handoff: { ...at('open'), nearest }, phone: true },
  ];
}

function shapes(drawn: Drawing, sayings: Sayings): Sample[] {
  const long = 'https://example.com/a-very-long-address-without-a-single-space-in-it/and-yet-it-goes-on/and-on';
  return [
    { id: 'thread', name: 'Three questions, scrolled to the latest', conversation: drawn.conversation({}, {}, {}) },
    { id: 'latest', name: 'Scrolled back', conversation: drawn.conversation({}, {}, {}), away: true },
    { id: 'markdown', name: 'Markdown', conversation: drawn.conversation({ text: MARKDOWN, citations: [] }) },
    { id: 'long-words', name: 'Words that do not fit', conversation: drawn.conversation({ question: long, text: `${long} [1]\n\n\`${long}\``, citations: [] }), title: long },
    { id: 'phone', name: 'On a phone', conversation: drawn.conversation({}), phone: true },
    { id: 'phone-welcome', name: 'On a phone, welcome', conversation: NONE, phone: true },
    { id: 'inline', name: 'Inline', conversation: drawn.conversation({}), mode: 'inline', title: sayings.title },
    { id: 'page', name: 'Page', conversation: drawn.conversation({}), mode: 'page' },
    { id: 'accent', name: 'Another colour', conversation: drawn.conversation({}), shown: { card: 0 }, accent: '#b4236b' },
    { id: 'accent-light', name: 'A light colour', conversation: drawn.conversation({}), draft: sayings.question, accent: '#ffd400' },
  ];
}

function source(n: number, { title, section, quote }: Sayings['returns'], updated: string): SourceData {
  return { n, id: `sample-${n}`, title, url: `https://help.example.com/articles/${n}`, section, snippet: quote, updated, page: null, audience: 'public' };
}

/** Returns where each mark of a source begins; the samples have no character of two code units. */
function marksOf(text: string, n: number): number[] {
  return [...text.matchAll(new RegExp(`\\[${n}\\]`, 'g'))].map((mark) => mark.index);
}

function cited(from: SourceData, quote: string, end: number): CitationData {
  const { n, id, title, url, section, updated } = from;
  return { n, source: id, title, url, section, quote, answer_start: 0, answer_end: end, source_start: 0, source_end: quote.length, updated, page: null, verified: true };
}

function settled(outcome: VerdictData['outcome'], mode: VerdictData['mode'] = 'generated'): VerdictData {
  return { outcome, mode, confidence: 0.9, degraded: mode === 'extractive' ? 'no_key' : null };
}

const MARKDOWN = `## Which plan has what

Plans differ in **seats**, *storage* and ~~price~~ support. See [the comparison](https://help.example.com/plans). [1]

| Plan | Seats | Storage | Support |
| --- | --- | --- | --- |
| Small | 3 | 10 GB | Articles |
| Team | 25 | 1 TB, shared by everybody | Articles and e-mail on working days |

> A seat is one person who can sign in. [2]

- Owners can
  - invite people
  - change the plan
- Members cannot

Set it with \`plan set\`:

\`\`\`
acme plan set team --seats 25 --storage 1TB --renew yearly
\`\`\`

<b onclick="alert(1)">HTML is shown, not obeyed</b>, and so is ![an image](https://example.com/a.png).`;

// Conversations that never happened, one for each state that the widget can be in.
import type { CitationData, SourceData } from '../api/types';
import type { Conversation, Turn } from '../core/conversation';
import type { Shown } from './Message';

export interface Sample {
  id: string;
  name: string;
  locale?: 'zh-Hant' | 'ar' | 'de';
  conversation: Conversation;
  draft?: string;
  shown?: Shown;
  /** Drawn as on a phone. */
  phone?: boolean;
  /** Scrolled back, so that the way to the latest shows. */
  away?: boolean;
}

const RETURNS: SourceData = source(1, 'Return an item', 'How long do I have?', '2026-03-03');
const REFUNDS: SourceData = source(2, 'When refunds arrive', 'Refund times by payment method', '2026-01-18');
const QUESTION = 'How do I return something I ordered?';
const ANSWER =
  'You can return most items within 30 days of delivery. [1]\n\n1. Open **Orders** and choose the order. [1]\n2. Select **Return items**, then print the label. [1]\n3. Drop the parcel off at any pickup point. [1]\n\nThe money is back on your card within five working days after the parcel arrives. [2]';

function source(n: number, title: string, section: string, updated: string): SourceData {
  return {
    n,
    id: `sample-${n}`,
    title,
    url: `https://help.example.com/articles/${n}`,
    section,
    snippet: `${title}. ${section} This article says what to do, step by step.`,
    updated,
    page: null,
    audience: 'public',
  };
}

function cited(from: SourceData, quote: string, text: string, nth: number): CitationData {
  let end = -1;
  for (let found = 0; found <= nth; found += 1) end = text.indexOf(`[${from.n}]`, end + 1);
  const { n, id, title, url, section, updated } = from;
  return { n, source: id, title, url, section, quote, answer_start: 0, answer_end: end, source_start: 0, source_end: quote.length, updated, page: null, verified: true };
}

const CITATIONS = [
  cited(RETURNS, 'Most items can be returned within 30 days of the day on which they were delivered.', ANSWER, 0),
  cited(RETURNS, 'Open Orders and choose the order that holds the item.', ANSWER, 1),
  cited(REFUNDS, 'Card payments are refunded within five working days after the parcel arrives.', ANSWER, 0),
];

const BASE: Turn = {
  id: 'sample',
  question: QUESTION,
  state: 'done',
  messageId: 'm_00000000000000000000000000000000',
  stage: 'writing',
  text: ANSWER,
  sources: [RETURNS, REFUNDS],
  citations: CITATIONS,
  verdict: { outcome: 'answered', mode: 'generated', confidence: 0.93, degraded: null },
  status: 'complete',
  failure: null,
  rating: null,
};

function conversation(...turns: Partial<Turn>[]): Conversation {
  return { id: 'sample', turns: turns.map((turn, index) => ({ ...BASE, id: `sample-${index}`, ...turn })) };
}

function failed(kind: NonNullable<Turn['failure']>['kind'], seconds?: number): Conversation {
  const retryAt = seconds === undefined ? null : Date.now() + seconds * 1000;
  return conversation({ state: 'failed', text: '', sources: [], citations: [], verdict: null, failure: { kind, retryAt } });
}

const NOTHING = { text: '', sources: [], citations: [], verdict: null, status: null } as const;

const MARKDOWN = `## Which plan has what

Plans differ in **seats**, *storage* and ~~price~~ support. See [the comparison](https://help.example.com/plans). [1]

| Plan | Seats | Storage |
| --- | --- | --- |
| Small | 3 | 10 GB |
| Team | 25 | 1 TB, shared by everybody |

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

const CHINESE_SOURCE: SourceData = { ...RETURNS, title: '退貨說明', section: '退貨期限與步驟', snippet: '' };
const CHINESE = '大部分商品可在送達後 30 天內退貨。[1]\n\n1. 開啟「**訂單**」，選擇要退的訂單。[1]\n2. 選擇「退貨」，列印寄件標籤。[1]\n\n包裹送達後五個工作天內，款項會退回您的信用卡。[1]';
const ARABIC_SOURCE: SourceData = { ...RETURNS, title: 'إرجاع منتج', section: 'مدة الإرجاع وخطواته', snippet: '' };
const ARABIC = 'يمكنك إرجاع معظم المنتجات خلال 30 يومًا من التسليم. [1]\n\n1. افتح **الطلبات** واختر الطلب. [1]\n2. اختر «إرجاع» واطبع الملصق. [1]\n\nيصل المبلغ إلى بطاقتك خلال خمسة أيام عمل. [1]';

const chinese = { question: '買的東西要怎麼退？', text: CHINESE, sources: [CHINESE_SOURCE], citations: [cited(CHINESE_SOURCE, '大部分商品自送達日起 30 天內可以退貨。', CHINESE, 0)] };
const arabic = { question: 'كيف أعيد منتجًا طلبته؟', text: ARABIC, sources: [ARABIC_SOURCE], citations: [cited(ARABIC_SOURCE, 'يمكن إرجاع معظم المنتجات خلال 30 يومًا من يوم التسليم.', ARABIC, 0)] };
const none = { ...NOTHING, id: 'none' };

export const SAMPLES: readonly Sample[] = [
  { id: 'welcome', name: 'Welcome', conversation: { id: null, turns: [] } },
  { id: 'searching', name: 'Searching', conversation: conversation({ ...NOTHING, state: 'asking', stage: 'searching' }) },
  { id: 'streaming', name: 'Streaming', conversation: conversation({ state: 'streaming', text: ANSWER.slice(0, 190), verdict: null, status: null }) },
  { id: 'answered', name: 'Answered', conversation: conversation({}) },
  { id: 'quoted', name: 'Quoted, without a model', conversation: conversation({ verdict: { outcome: 'answered', mode: 'extractive', confidence: 0.9, degraded: 'no_key' } }) },
  { id: 'card', name: 'Citation card', conversation: conversation({}), shown: { card: 0 } },
  { id: 'sources', name: 'Sources', conversation: conversation({}), shown: { sources: true } },
  { id: 'partial', name: 'Partly covered', conversation: conversation({ verdict: { outcome: 'partial', mode: 'generated', confidence: 0.6, degraded: null } }) },
  {
    id: 'no-answer',
    name: 'No answer',
    conversation: conversation({ question: 'Do you deliver to the Moon?', text: 'I could not find an answer to this in the help articles.', citations: [], verdict: { outcome: 'no_answer', mode: 'generated', confidence: 0.1, degraded: null } }),
  },
  { id: 'feedback', name: 'Feedback', conversation: conversation({ rating: { rating: 'down' }, text: 'Returns are free for 30 days. [1]', citations: [], sources: [RETURNS] }), shown: { feedback: true } },
  { id: 'stopped', name: 'Stopped', conversation: conversation({ state: 'stopped', text: ANSWER.slice(0, 108), verdict: null, status: null }) },
  { id: 'interrupted', name: 'Interrupted', conversation: conversation({ state: 'interrupted', text: ANSWER.slice(0, 108), verdict: null, status: null }) },
  { id: 'offline', name: 'Offline', conversation: failed('offline') },
  { id: 'unreachable', name: 'Unreachable', conversation: failed('unreachable') },
  { id: 'rate-limited', name: 'Rate limited', conversation: failed('rate_limited', 42) },
  { id: 'server-error', name: 'Server error', conversation: failed('server') },
  { id: 'refused', name: 'Refused', conversation: failed('refused') },
  { id: 'too-long', name: 'Question too long', conversation: { id: null, turns: [] }, draft: 'Where is my order? '.repeat(106) },
  { id: 'latest', name: 'Scrolled back', conversation: conversation({}, {}, {}), away: true },
  { id: 'markdown', name: 'Markdown', conversation: conversation({ question: 'Which plan do I need?', text: MARKDOWN, citations: [] }) },
  { id: 'chinese', name: 'Traditional Chinese', locale: 'zh-Hant', conversation: conversation(chinese), shown: { card: 0 } },
  { id: 'chinese-welcome', name: 'Traditional Chinese, welcome', locale: 'zh-Hant', conversation: { id: null, turns: [] } },
  { id: 'arabic', name: 'Arabic, right to left', locale: 'ar', conversation: conversation(arabic), shown: { card: 0 } },
  { id: 'arabic-offline', name: 'Arabic, offline', locale: 'ar', conversation: conversation(arabic, { ...none, question: arabic.question, state: 'failed', failure: { kind: 'offline', retryAt: null } }) },
  { id: 'german', name: 'German', locale: 'de', conversation: conversation({}), shown: { sources: true } },
  { id: 'phone', name: 'On a phone', conversation: conversation({}), phone: true },
];

import { useEffect, useRef, useState } from 'preact/hooks';
import type { RequestFailed } from '../api/client';
import type { HandoffStatus, SourceData } from '../api/types';
import type { Turn } from '../core/conversation';
import { emptied, type Form, formKept, isAddress, type Sent, written } from '../core/form';
import { sourceLink } from '../core/links';
import { HANDOFF_TEXTS } from '../i18n/handoff';
import { Button } from './Button';
import { Notice } from './Notice';
import { useTexts } from './texts';

const LONGEST = 4000;
const LEAST_TO_SEARCH = 8; // characters; fewer find anything
const SEARCHED = 2000;
const PAUSE = 700; // milliseconds without a key after which articles are looked for
const NEWS = { first: 5_000, longest: 60_000, hidden: 1_000 }; // milliseconds between two looks at what became of a message

/** What a still picture of it shows. */
export interface HandoffShown {
  state: 'open' | 'sending' | 'failed' | 'offline' | 'sent' | 'kept' | 'late' | 'wrong';
  form: Omit<Form, 'key' | 'sent'>;
  nearest: readonly SourceData[];
}

interface HandoffProps {
  turns: readonly Turn[];
  kept: string;
  keep: (form: string) => void;
  /** Resolves once the server has it, rejects when it has not. */
  send: (form: Omit<Form, 'sent'>) => Promise<HandoffStatus>;
  /** Resolves to what has become of a message that was sent. */
  becameOf: (id: string) => Promise<HandoffStatus>;
  nearest: (message: string) => Promise<readonly SourceData[]>;
  sourceOpened: (n: number, url: string) => void;
  onBack: () => void;
  shown?: HandoffShown;
}

type State = { at: 'open' | 'sending' | 'sent' } | { at: 'failed'; kind: string };

/** A message that was sent: how far it is, and where the reply comes. */
interface News {
  status: HandoffStatus;
  email: string;
}

/** A message to a person: what goes along is shown, and nothing typed is lost. */
export function Handoff({ turns, kept, keep, send, becameOf, nearest, sourceOpened, onBack, shown }: HandoffProps) {
  const { locale } = useTexts();
  const texts = HANDOFF_TEXTS[locale];
  const [form, setForm] = useState<Form>(() => (shown ? { ...shown.form, key: '', sent: null } : formKept(kept, turns.at(-1)?.question ?? '')));
  const [state, setState] = useState<State>(() => drawn(shown));
  const [news, setNews] = useState<News | null>(() => (shown ? drawnNews(shown) : form.sent && onItsWay(form.sent)));
  const [checked, setChecked] = useState(shown?.state === 'wrong');
  const frame = useRef<HTMLDivElement>(null);
  const articles = useNearest(form.message, nearest, shown?.nearest);
  const emailWrong = checked && !isAddress(form.email);
  const messageWrong = checked && !form.message.trim();

  useEffect(() => {
    const first = news ? '[data-sent]' : form.email ? 'textarea' : 'input';
    if (!shown) frame.current?.querySelector<HTMLElement>(first)?.focus();
  }, []);
  useEffect(() => {
    if (state.at === 'sent' && !shown) frame.current?.querySelector<HTMLElement>('[data-sent]')?.focus();
  }, [state.at]);

  const hold = (changed: Form) => {
    setForm(changed);
    keep(JSON.stringify(changed));
  };
  const write = (change: Partial<Form>) => {
    hold(written(form, change));
    if (state.at === 'failed') setState({ at: 'open' });
  };
  const submit = (event: Event) => {
    event.preventDefault();
    setChecked(true);
    if (state.at === 'sending') return;
    if (!isAddress(form.email)) return frame.current?.querySelector('input')?.focus();
    if (!form.message.trim()) return frame.current?.querySelector('textarea')?.focus();
    setState({ at: 'sending' });
    const { sent: _, ...said } = form;
    const email = form.email.trim();
    send({ ...said, email }).then(
      (status) => {
        setState({ at: 'sent' });
        setNews({ status, email });
        hold(emptied(form, status.status === 'delivered' ? null : { id: status.handoff_id, email }));
      },
      (error: Partial<RequestFailed>) => setState({ at: 'failed', kind: error.kind ?? '' }), // of another file's class
    );
  };
  useNews(form.sent, frame, becameOf, (status) => {
    if (status && news) setNews({ ...news, status });
    else setNews(null);
    hold({ ...form, sent: null });
  });
  return (
    <div
      class="handoff"
      ref={frame}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.isComposing) return;
        event.stopPropagation();
        onBack();
      }}
    >
      <h3>{texts.title}</h3>
      {news && <Told {...news} />}
      {state.at !== 'sent' && (
        <form noValidate onSubmit={submit}>
          <label>
            {texts.email}
            <input
              type="email"
              autoComplete="email"
              dir="ltr"
              maxLength={254}
              required
              aria-invalid={emailWrong}
              aria-describedby={emailWrong ? 'email-wrong' : undefined}
              value={form.email}
              onInput={(event) => write({ email: event.currentTarget.value })}
            />
          </label>
          {emailWrong && (
            <p class="error" id="email-wrong" role="alert">
              {texts.emailWrong}
            </p>
          )}
          <label>
            {texts.name}
            <input
              type="text"
              autoComplete="name"
              dir="auto"
              maxLength={100}
              value={form.name}
              onInput={(event) => write({ name: event.currentTarget.value })}
            />
          </label>
          <label>
            {texts.message}
            <textarea
              rows={4}
              dir="auto"
              maxLength={LONGEST}
              required
              aria-invalid={messageWrong}
              aria-describedby={messageWrong ? 'message-wrong' : undefined}
              value={form.message}
              onInput={(event) => write({ message: event.currentTarget.value })}
            />
          </label>
          {messageWrong && (
            <p class="error" id="message-wrong" role="alert">
              {texts.messageMissing}
            </p>
          )}
          <Nearest articles={articles} label={texts.nearest} onOpen={sourceOpened} />
          <Along turns={turns} />
          {state.at === 'failed' && (
            <div role="alert">
              <Notice kind="warn">{failed(state.kind, texts)}</Notice>
            </div>
          )}
          <div class="handoff-foot">
            <Button onClick={onBack}>{texts.back}</Button>
            <button class="button primary" type="submit" aria-disabled={state.at === 'sending'}>
              {state.at === 'sending' ? texts.sending : texts.send}
            </button>
          </div>
        </form>
      )}
      {state.at === 'sent' && (
        <div class="handoff-foot">
          <Button onClick={onBack}>{texts.back}</Button>
        </div>
      )}
    </div>
  );
}

/** What became of it, the number of its ticket, and where the reply comes. */
function Told({ status, email }: News) {
  const texts = HANDOFF_TEXTS[useTexts().locale];
  const time = status.reply_time;
  return (
    <div data-sent role="status" tabIndex={-1}>
      <p>{status.status === 'delivered' ? texts.sent : texts.kept}</p>
      {status.ticket && <p>{texts.ticket.replace('{ticket}', () => status.ticket)}</p>}
      <p>{(time ? texts.replyWithin : texts.reply).replace('{email}', () => email).replace('{time}', () => time)}</p>
    </div>
  );
}

/** What is sent besides. */
function Along({ turns }: { turns: readonly Turn[] }) {
  const all = useTexts();
  const texts = HANDOFF_TEXTS[all.locale];
  if (!turns.length) return <p class="meta">{texts.nothingAlong}</p>;
  return (
    <details>
      <summary class="meta">{texts.along.replace('{n}', () => all.number(turns.length))}</summary>
      {turns.map((turn) => (
        <div class="along" key={turn.id} dir="auto">
          <p>{turn.question}</p>
          <p class="meta">{turn.text.replace(/\[\d+\]|[*`#]+/g, '').trim()}</p>
        </div>
      ))}
    </details>
  );
}

function Nearest({ articles, label, onOpen }: { articles: readonly SourceData[]; label: string; onOpen: (n: number, url: string) => void }) {
  const linked = articles.flatMap((article) => {
    const link = sourceLink(article.url);
    return link ? [{ article, link }] : [];
  });
  return (
    <div class="handoff-nearest" aria-live="polite">
      {linked.length > 0 && (
        <>
          <p class="meta">{label}</p>
          <ul>
            {linked.map(({ article, link }) => (
              <li key={article.id}>
                <a href={link} target="_blank" rel="noopener noreferrer" dir="auto" onClick={() => onOpen(article.n, link)}>
                  {article.title}
                </a>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

/** Tells what became of a message: asks now and then, less and less often, while it can be seen; null once nobody knows. */
function useNews(
  sent: Sent | null,
  frame: { current: HTMLElement | null },
  becameOf: HandoffProps['becameOf'],
  tell: (status: HandoffStatus | null) => void,
): void {
  const [opened] = useState(sent?.id);
  const told = useRef(tell);
  told.current = tell; // it sees the form as it is by then
  useEffect(() => {
    if (!sent) return;
    let pause = sent.id === opened ? 0 : NEWS.first;
    let timer = window.setTimeout(look, pause);
    let current = true;
    async function look(): Promise<void> {
      const isSeen = !document.hidden && frame.current?.getClientRects().length;
      const found = isSeen && (await becameOf(sent!.id).catch((error: Partial<RequestFailed>) => error.problem === 'not-found' && null));
      if (!current) return;
      if (found === null || (found && found.status === 'delivered')) return told.current(found);
      if (isSeen) pause = Math.min(Math.max(pause * 1.5, NEWS.first), NEWS.longest);
      timer = window.setTimeout(look, isSeen ? pause : NEWS.hidden);
    }
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [sent?.id]);
}

/** Returns the articles nearest to a message, looked for when its writer pauses. */
function useNearest(message: string, nearest: HandoffProps['nearest'], shown: readonly SourceData[] | undefined): readonly SourceData[] {
  const [articles, setArticles] = useState(shown ?? []);
  const asked = message.trim();
  useEffect(() => {
    if (shown || asked.length < LEAST_TO_SEARCH) return;
    let current = true;
    const timer = window.setTimeout(() => {
      const found = nearest([...asked].slice(0, SEARCHED).join(''));
      found.then((sources) => current && setArticles(sources), () => {}); // an offer that fails is none
    }, PAUSE);
    return () => {
      current = false;
      window.clearTimeout(timer);
    };
  }, [asked]);
  return articles;
}

function failed(kind: string, texts: (typeof HANDOFF_TEXTS)['en']): string {
  if (kind === 'offline') return texts.offline;
  return kind === 'rate_limited' ? texts.tooMany : texts.failed;
}

function onItsWay({ id, email }: Sent): News {
  return { email, status: { handoff_id: id, conversation_id: '', status: 'waiting', ticket: '', reply_time: '' } };
}

function drawnNews({ state, form: { email } }: HandoffShown): News | null {
  const { status } = onItsWay({ id: '', email });
  if (state === 'sent') return { email, status: { ...status, status: 'delivered', ticket: '35436' } };
  return state === 'kept' || state === 'late' ? { email, status } : null;
}

function drawn(shown: HandoffShown | undefined): State {
  switch (shown?.state) {
    case 'sending':
      return { at: 'sending' };
    case 'failed':
    case 'offline':
      return { at: 'failed', kind: shown.state };
    case 'sent':
    case 'kept':
      return { at: 'sent' };
    default:
      return { at: 'open' };
  }
}

import { useEffect, useRef, useState } from 'preact/hooks';
import type { RequestFailed } from '../api/client';
import type { HandoffStatus, SourceData } from '../api/types';
import type { Turn } from '../core/conversation';
import { emptied, type Form, formKept, isAddress, written } from '../core/form';
import { sourceLink } from '../core/links';
import { HANDOFF_TEXTS } from '../i18n/handoff';
import { Button } from './Button';
import { Notice } from './Notice';
import { useTexts } from './texts';

const LONGEST = 4000;
const LEAST_TO_SEARCH = 8; // characters; fewer find anything
const SEARCHED = 2000;
const PAUSE = 700; // milliseconds without a key after which articles are looked for

/** What a still picture of it shows. */
export interface HandoffShown {
  state: 'open' | 'sending' | 'failed' | 'offline' | 'sent' | 'kept' | 'wrong';
  form: Omit<Form, 'key'>;
  nearest: readonly SourceData[];
}

interface HandoffProps {
  turns: readonly Turn[];
  kept: string;
  keep: (form: string) => void;
  /** Resolves once the server has it, rejects when it has not. */
  send: (form: Form) => Promise<HandoffStatus>;
  nearest: (message: string) => Promise<readonly SourceData[]>;
  sourceOpened: (n: number, url: string) => void;
  onBack: () => void;
  shown?: HandoffShown;
}

type State = { at: 'open' | 'sending' } | { at: 'failed'; kind: string } | { at: 'sent'; status: HandoffStatus; email: string };

/** A message to a person: what goes along is shown, and nothing typed is lost. */
export function Handoff({ turns, kept, keep, send, nearest, sourceOpened, onBack, shown }: HandoffProps) {
  const { locale } = useTexts();
  const texts = HANDOFF_TEXTS[locale];
  const [form, setForm] = useState<Form>(() => (shown ? { ...shown.form, key: '' } : formKept(kept, turns.at(-1)?.question ?? '')));
  const [state, setState] = useState<State>(() => drawn(shown));
  const [checked, setChecked] = useState(shown?.state === 'wrong');
  const frame = useRef<HTMLDivElement>(null);
  const articles = useNearest(form.message, nearest, shown?.nearest);
  const emailWrong = checked && !isAddress(form.email);
  const messageWrong = checked && !form.message.trim();

  useEffect(() => {
    if (!shown) frame.current?.querySelector<HTMLElement>(form.email ? 'textarea' : 'input')?.focus();
  }, []);
  useEffect(() => {
    if (state.at === 'sent' && !shown) frame.current?.querySelector<HTMLElement>('[data-sent]')?.focus();
  }, [state.at]);

  const write = (change: Partial<Form>) => {
    const changed = written(form, change);
    setForm(changed);
    keep(JSON.stringify(changed));
    if (state.at === 'failed') setState({ at: 'open' });
  };
  const submit = (event: Event) => {
    event.preventDefault();
    setChecked(true);
    if (state.at === 'sending') return;
    if (!isAddress(form.email)) return frame.current?.querySelector('input')?.focus();
    if (!form.message.trim()) return frame.current?.querySelector('textarea')?.focus();
    setState({ at: 'sending' });
    send({ ...form, email: form.email.trim() }).then(
      (status) => {
        setState({ at: 'sent', status, email: form.email.trim() });
        keep(JSON.stringify(emptied(form)));
      },
      (error: Partial<RequestFailed>) => setState({ at: 'failed', kind: error.kind ?? '' }), // of another file's class
    );
  };
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
      {state.at === 'sent' ? (
        <Sent status={state.status} email={state.email} />
      ) : (
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
function Sent({ status, email }: { status: HandoffStatus; email: string }) {
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

function drawn(shown: HandoffShown | undefined): State {
  const status = { handoff_id: 'h_0', conversation_id: 'c_0', ticket: '', reply_time: '' };
  switch (shown?.state) {
    case 'sending':
      return { at: 'sending' };
    case 'failed':
    case 'offline':
      return { at: 'failed', kind: shown.state };
    case 'sent':
      return { at: 'sent', email: shown.form.email, status: { ...status, status: 'delivered', ticket: '35436' } };
    case 'kept':
      return { at: 'sent', email: shown.form.email, status: { ...status, status: 'waiting' } };
    default:
      return { at: 'open' };
  }
}

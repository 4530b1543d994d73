import { Component, type ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { confidenceWords } from '../core/confidence';
import { copiedText } from '../core/copy';
import { isUnderWay, type Rating, type Turn } from '../core/conversation';
import { contactLink } from '../core/links';
import type { Mark } from '../core/marks';
import { Button, IconButton } from './Button';
import { Card } from './Card';
import { Failure } from './Failure';
import { Feedback, type FeedbackShown } from './Feedback';
import { Notice } from './Notice';
import { Progress } from './Progress';
import { Prose } from './Prose';
import { NearestList, SourceList } from './SourceList';
import { useTexts } from './texts';

export interface MessageActions {
  retry: (id: string) => void;
  /** Gives a question back to be worded otherwise. */
  edit: (id: string) => void;
  rate: (id: string, rating: Rating, comment: string) => Promise<void>;
  copied: (id: string) => void;
  sourceOpened: (n: number, url: string) => void;
  personAsked: (url: string) => void;
  /** Opens the form to a person. */
  talk: () => void;
}

/** What a still picture of a message shows open. */
export interface Shown {
  card?: number;
  sources?: boolean;
  feedback?: FeedbackShown;
  copied?: boolean;
}

interface MessageProps {
  turn: Turn;
  actions: MessageActions;
  shown?: Shown | undefined;
}

export function Question({ id, text }: { id: string; text: string }) {
  const texts = useTexts();
  const heading = `${id}-question`; // useId gives one twice when what it is asked in grows
  return (
    <article class="message question" part="message" data-role="user" aria-labelledby={heading}>
      <h3 class="hidden" id={heading}>
        {texts.text('youAsked')}
      </h3>
      <div class="asked" dir="auto">
        {text}
      </div>
    </article>
  );
}

/** An answer, drawn again only when something has come to it: a conversation may be long. */
export class Answer extends Component<MessageProps> {
  override shouldComponentUpdate(next: Readonly<MessageProps>): boolean {
    return next.turn !== this.props.turn || next.actions !== this.props.actions || next.shown !== this.props.shown;
  }

  render() {
    return <WholeAnswer {...this.props} />;
  }
}

function WholeAnswer({ turn, actions, shown = {} }: MessageProps) {
  const texts = useTexts();
  const heading = `${turn.id}-answer`;
  const under = isUnderWay(turn);
  return (
    <article class="message answer" part="message" data-role="assistant" data-state={turn.state} aria-labelledby={heading}>
      <h3 class="hidden" id={heading}>
        {texts.text('answer')}
      </h3>
      {turn.text && <CitedProse turn={turn} actions={actions} shown={shown} />}
      {under && <Progress stage={turn.stage} />}
      {!under && <Ending turn={turn} actions={actions} />}
      {!under && turn.verdict && <Foot turn={turn} actions={actions} shown={shown} />}
    </article>
  );
}

interface CitedProseProps {
  turn: Pick<Turn, 'text' | 'sources' | 'citations'>;
  actions: Pick<MessageActions, 'sourceOpened'>;
  shown?: Shown | undefined;
}

/** An answer's text, its marks open to the passages behind them. */
export function CitedProse({ turn, actions, shown }: CitedProseProps) {
  const [open, setOpen] = useState<{ index: number; mark: Mark | null; chip: HTMLButtonElement | null } | null>(null);
  const frame = useRef<HTMLDivElement>(null);
  const index = open?.index ?? shown?.card ?? null;
  const citation = open?.mark?.citation ?? (open ? undefined : turn.citations[shown?.card ?? -1]);
  const source = turn.sources.find(({ n }) => n === (open?.mark?.n ?? citation?.n));
  const close = () => {
    open?.chip?.focus();
    setOpen(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !open) return;
    event.stopPropagation();
    close();
  };
  const onFocusOut = (event: FocusEvent) => {
    const next = event.relatedTarget as Node | null;
    if (open && next && !frame.current?.querySelector('[data-card]')?.contains(next) && next !== open.chip) setOpen(null);
  };
  return (
    <div class="cited" ref={frame} onKeyDown={onKeyDown} onFocusOut={onFocusOut}>
      <Prose
        text={turn.text}
        sources={turn.sources}
        citations={turn.citations}
        openMark={index}
        onMark={(at, mark, chip) => setOpen(open?.index === at ? null : { index: at, mark, chip })}
      />
      {source && (
        <Card
          key={index}
          source={source}
          citation={citation}
          chip={open?.chip ?? null}
          onClose={close}
          onOpen={(url) => actions.sourceOpened(source.n, url)}
        />
      )}
    </div>
  );
}

/** Says how an answer ended that did not end well, with the way on. */
function Ending({ turn, actions }: MessageProps) {
  const texts = useTexts();
  const again = <Button onClick={() => actions.retry(turn.id)}>{texts.text('askAgain')}</Button>;
  const said = (name: 'stopped' | 'interrupted' | 'truncated'): ComponentChildren => (
    <Notice kind="quiet" action={again}>
      {texts.text(name)}
    </Notice>
  );
  if (turn.failure) return <Failure failure={turn.failure} onRetry={() => actions.retry(turn.id)} onEdit={() => actions.edit(turn.id)} />;
  if (turn.state === 'stopped' || turn.state === 'interrupted') return said(turn.state);
  return turn.status === 'truncated' ? said('truncated') : null;
}

function Foot({ turn, actions, shown }: MessageProps) {
  const texts = useTexts();
  const noAnswer = turn.verdict?.outcome === 'no_answer';
  const quoted = turn.verdict?.mode === 'extractive' && !noAnswer;
  const translated = turn.citations.some((citation) => !citation.verified);
  const words = [confidenceWords(turn, texts), quoted && texts.text('quoted'), translated && texts.text('translated')].filter(Boolean);
  const [explaining, setExplaining] = useState(Boolean(shown?.feedback));
  const rate = (rating: Rating, comment = '') => actions.rate(turn.id, rating, comment);
  return (
    <footer class="foot">
      {words.length > 0 && <div class={`meta words ${turn.verdict?.outcome}`}>{words.join(' · ')}</div>}
      {noAnswer && turn.sources.length > 0 && <NearestList sources={turn.sources} onOpen={actions.sourceOpened} />}
      {!noAnswer && turn.sources.length > 0 && (
        <SourceList sources={turn.sources} onOpen={actions.sourceOpened} startsOpen={shown?.sources ?? false} />
      )}
      {turn.handoff?.kind === 'form' && (
        <div class="person">
          <Button onClick={actions.talk}>{texts.text('person')}</Button>
        </div>
      )}
      {turn.handoff?.kind === 'url' && turn.handoff.url && <Person address={turn.handoff.url} onAsk={actions.personAsked} />}
      <div class="actions">
        <CopyButton turn={turn} startsCopied={shown?.copied ?? false} onCopied={() => actions.copied(turn.id)} />
        <IconButton
          icon="up"
          label={texts.text('helpful')}
          pressed={turn.rating?.rating === 'up'}
          onClick={() => {
            setExplaining(false);
            rate({ rating: 'up' }).catch(ignored);
          }}
        />
        <IconButton
          icon="down"
          label={texts.text('notHelpful')}
          pressed={turn.rating?.rating === 'down'}
          onClick={() => {
            setExplaining(true);
            rate({ rating: 'down' }).catch(ignored);
          }}
        />
      </div>
      {explaining && <Feedback shown={shown?.feedback} onSend={(reason, comment) => rate({ rating: 'down', reason }, comment)} />}
    </footer>
  );
}

/** The way to a person, wherever an answer alone is not enough. */
function Person({ address, onAsk }: { address: string; onAsk: (url: string) => void }) {
  const texts = useTexts();
  const link = contactLink(address);
  if (!link) return null;
  return (
    <a class="button person" href={link} target="_blank" rel="noopener" onClick={() => onAsk(link)}>
      {texts.text('person')}
    </a>
  );
}

/** A thumb alone is not worth an error message: the button simply stays unpressed. */
function ignored(): void {}

const SHOWN_FOR = 2000;

interface CopyButtonProps {
  turn: Turn;
  startsCopied: boolean;
  onCopied: () => void;
}

function CopyButton({ turn, startsCopied, onCopied }: CopyButtonProps) {
  const texts = useTexts();
  const [copied, setCopied] = useState(Number(startsCopied)); // how often
  useLayoutEffect(() => {
    if (!copied || startsCopied) return;
    const timer = window.setTimeout(() => setCopied(0), SHOWN_FOR);
    return () => window.clearTimeout(timer);
  }, [copied]);
  if (!navigator.clipboard) return null; // pages without TLS have none
  const copy = async () => {
    await navigator.clipboard.writeText(copiedText(turn, texts));
    onCopied();
    setCopied((times) => times + 1);
  };
  return (
    <IconButton
      icon={copied ? 'check' : 'copy'}
      label={texts.text(copied ? 'copied' : 'copy')}
      onClick={() => void copy().catch(ignored)}
    />
  );
}

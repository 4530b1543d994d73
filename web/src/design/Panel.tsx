import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Conversation, isUnderWay, type Turn } from '../core/conversation';
import { failureWords } from '../core/failure';
import { contactLink } from '../core/links';
import type { WidgetConfig } from '../api/types';
import type { Texts } from '../i18n/texts';
import { Button, IconButton } from './Button';
import { Composer } from './Composer';
import { Icon } from './Icon';
import { Answer, type MessageActions, Question, type Shown } from './Message';
import { Suggestions } from './Suggestions';
import { TextsContext, useTexts } from './texts';

export interface PanelTexts {
  title: string;
  subtitle: string;
  greeting: string;
  placeholder: string;
  suggestions: readonly string[];
  disclaimer: string;
}

export interface PanelActions extends MessageActions {
  draft: (draft: string) => void;
  send: () => void;
  ask: (question: string) => void;
  stop: () => void;
  reset: () => void;
  close: () => void;
}

/** How a person is reached, as the server says. */
export type Reach = Pick<WidgetConfig, 'handoff' | 'handoff_url'>;

export interface PanelProps {
  /** A bubble's panel is a dialog that closes; the others are a region of their page. */
  mode: 'bubble' | 'inline' | 'page';
  open: boolean;
  /** Whether it covers the page, as it does on a phone. */
  modal: boolean;
  own: PanelTexts;
  texts: Texts;
  conversation: Conversation;
  draft: string;
  actions: PanelActions;
  reach: Reach;
  /** What is shown in the place of the conversation: a form. */
  aside?: ComponentChildren;
  shown?: Shown;
}

export function Panel(props: PanelProps) {
  const { mode, open, modal, own, texts, conversation, draft, actions, reach, aside, shown } = props;
  const last = conversation.turns.at(-1);
  const busy = isUnderWay(last);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.isComposing) return;
    if (busy) actions.stop();
    else if (mode === 'bubble') actions.close();
  };
  return (
    <TextsContext.Provider value={texts}>
      <section
        class="panel"
        part="panel"
        id="panel"
        role={mode === 'bubble' ? 'dialog' : 'region'}
        aria-labelledby="title"
        aria-modal={modal || undefined}
        hidden={!open}
        data-mode={mode}
        onKeyDown={onKeyDown}
      >
        <Header own={own} closable={mode === 'bubble'} started={conversation.turns.length > 0} actions={actions} />
        {aside}
        <Log open={open} conversation={conversation} own={own} actions={actions} shown={shown} hidden={Boolean(aside)} />
        <Announcer last={last} />
        <div class="bottom" hidden={Boolean(aside)}>
          <Composer
            draft={draft}
            placeholder={own.placeholder || texts.text('placeholder')}
            lastQuestion={last?.question ?? ''}
            busy={busy}
            onDraft={actions.draft}
            onSend={actions.send}
            onStop={actions.stop}
          />
          <Talk reach={reach} actions={actions} />
          {own.disclaimer && <p class="disclaimer">{own.disclaimer}</p>}
        </div>
      </section>
    </TextsContext.Provider>
  );
}

/** The way to a person, always in this place. */
function Talk({ reach, actions }: { reach: Reach; actions: PanelActions }) {
  const texts = useTexts();
  const link = contactLink(reach.handoff_url);
  if (reach.handoff === 'form') {
    return (
      <button class="talk" type="button" onClick={actions.talk}>
        {texts.text('person')}
      </button>
    );
  }
  if (reach.handoff !== 'url' || !link) return null;
  return (
    <a class="talk" href={link} target="_blank" rel="noopener" onClick={() => actions.personAsked(link)}>
      {texts.text('person')}
    </a>
  );
}

interface HeaderProps {
  own: PanelTexts;
  closable: boolean;
  started: boolean;
  actions: PanelActions;
}

function Header({ own, closable, started, actions }: HeaderProps) {
  const texts = useTexts();
  return (
    <header class="header" part="header">
      <div class="titles">
        <h2 id="title">
          <bdi>{own.title}</bdi>
        </h2>
        <p class="meta">
          <bdi>{own.subtitle || texts.text('subtitle')}</bdi>
        </p>
      </div>
      {started && <IconButton icon="compose" label={texts.text('newConversation')} onClick={actions.reset} />}
      {closable && <IconButton icon="close" label={texts.text('close')} onClick={actions.close} />}
    </header>
  );
}

const STICKS_WITHIN = 48;

type LogProps = Pick<PanelProps, 'open' | 'conversation' | 'own' | 'actions' | 'shown'> & { hidden: boolean };

function Log({ open, conversation, own, actions, shown, hidden }: LogProps) {
  const texts = useTexts();
  const log = useRef<HTMLDivElement>(null);
  const sticks = useRef(true);
  const [away, setAway] = useState(false);
  const { turns } = conversation;
  const last = turns.at(-1);

  const toEnd = () => log.current?.scrollTo({ top: log.current.scrollHeight });
  useLayoutEffect(() => {
    sticks.current = true; // whoever asks wants to see what comes
    if (last) toEnd();
    else log.current?.scrollTo({ top: 0 }); // a welcome is read from its beginning
  }, [last?.id, open]); // a closed panel keeps no place
  useLayoutEffect(() => {
    if (last && sticks.current && !shown) toEnd();
  }, [last?.text, last?.state]);

  const onScroll = () => {
    const { scrollHeight, scrollTop, clientHeight } = log.current!;
    sticks.current = scrollHeight - scrollTop - clientHeight <= STICKS_WITHIN;
    setAway(!sticks.current);
  };
  return (
    <div class="middle" hidden={hidden}>
      <div
        class="log"
        role="log"
        aria-live="off"
        aria-busy={isUnderWay(last)}
        aria-label={texts.text('conversation')}
        tabIndex={0}
        ref={log}
        onScroll={onScroll}
      >
        {turns.length === 0 && <Welcome own={own} onAsk={actions.ask} />}
        {turns.map((turn, index) => (
          <div class="turn" key={turn.id}>
            <Question id={turn.id} text={turn.question} />
            <Answer turn={turn} actions={actions} shown={index === turns.length - 1 ? shown : undefined} />
          </div>
        ))}
      </div>
      {away && last && (
        <div class="latest">
          <Button onClick={toEnd}>
            <Icon name="latest" />
            {texts.text('latest')}
          </Button>
        </div>
      )}
    </div>
  );
}

function Welcome({ own, onAsk }: { own: PanelTexts; onAsk: (question: string) => void }) {
  const texts = useTexts();
  return (
    <div class="welcome">
      <h3>
        <bdi>{own.greeting || texts.text('greeting')}</bdi>
      </h3>
      <p>{texts.text('introduction')}</p>
      <Suggestions questions={own.suggestions} onChoose={onAsk} />
    </div>
  );
}

/** Says once that work has begun and once how it ended, to those who do not see it. */
function Announcer({ last }: { last: Turn | undefined }) {
  const texts = useTexts();
  const [said, setSaid] = useState('');
  const before = useRef(last?.state);
  useEffect(() => {
    if (before.current === last?.state) return;
    before.current = last?.state;
    if (last) setSaid(announcement(last, texts) ?? said);
  }, [last?.state, last?.id]);
  return (
    <div class="hidden" role="status">
      {said}
    </div>
  );
}

function announcement(turn: Turn, texts: Texts): string | null {
  switch (turn.state) {
    case 'asking':
      return texts.text('searching');
    case 'streaming':
      return null;
    case 'done':
      return `${turn.verdict?.outcome === 'no_answer' ? '' : texts.count('answerReady', turn.sources.length)} ${spoken(turn.text)}`;
    case 'stopped':
    case 'interrupted':
      return texts.text(turn.state);
    case 'failed':
      return turn.failure && failureWords(turn.failure, texts);
  }
}

function spoken(text: string): string {
  return text.replace(/\[\d+\]|[*`#]+/g, '').trim();
}

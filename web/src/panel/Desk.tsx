import type { ComponentChildren, RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Button } from '../design/Button';
import { TextsContext } from '../design/texts';
import { isUnderWay } from '../core/conversation';
import { Ask } from './Ask';
import type { Capabilities } from './host';
import { isEmpty } from './host';
import { PanelTextsContext, type PanelTexts, useWords } from './i18n/texts';
import { Reply, ReplyFoot } from './Reply';
import { failureText } from './Failure';
import type { PanelSession } from './session';
import type { Desk as DeskData, Tab } from './state';
import { SignIn } from './SignIn';
import { Summary } from './Summary';
import { isDraft } from './work';

/** What the panel can be told to do, by whoever shows it. */
export type Actions = Pick<
  PanelSession,
  'open' | 'signIn' | 'turnTo' | 'draft' | 'summarize' | 'type' | 'ask' | 'retry' | 'stop' | 'useAsReply' | 'edit' | 'write' | 'links' | 'restore' | 'discard' | 'insert' | 'confirm' | 'undo' | 'rate'
>;

export interface DeskProps {
  desk: DeskData;
  capabilities: Capabilities;
  actions: Actions;
  texts: PanelTexts;
  /** Why the page came without a token, in the server's words. */
  problem?: string;
  /** The chip whose card a still picture shows. */
  card?: number;
}

const TABS: readonly Tab[] = ['reply', 'ask', 'summary'];

/** The whole panel: no header of its own, since the helpdesk around it has one. */
export function Desk(props: DeskProps) {
  const { desk, texts } = props;
  return (
    <TextsContext.Provider value={texts}>
      <PanelTextsContext.Provider value={texts}>
        <main class="panel desk" aria-labelledby="title">
          <h1 class="hidden" id="title">
            {texts.say('panel')}
          </h1>
          {desk.signedIn ? <SignedIn {...props} /> : <SignIn failure={desk.signInFailure} ended={desk.ended} problem={props.problem ?? ''} onSignIn={props.actions.signIn} />}
          <Announcer desk={desk} />
        </main>
      </PanelTextsContext.Provider>
    </TextsContext.Provider>
  );
}

function SignedIn(props: DeskProps) {
  const { desk, actions } = props;
  const { tab } = desk;
  const middle = useRef<HTMLDivElement>(null);
  useFocusKept(middle);
  return (
    <>
      <Tabs tab={tab} onTurn={actions.turnTo} />
      <div class="desk-middle" ref={middle} role="tabpanel" id="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
        {tab === 'reply' && <OpenReply {...props} />}
        {tab === 'ask' && <Ask desk={desk} actions={actions} />}
        {tab === 'summary' && <Summary desk={desk} actions={actions} />}
      </div>
      {tab === 'reply' && <ReplyFoot {...props} />}
    </>
  );
}

/** Gives the focus to a place when the control that had it is gone, such as a button that a new draft takes away. */
function useFocusKept(place: RefObject<HTMLElement | null>): void {
  const last = useRef<Element | null>(null);
  useEffect(() => {
    const onFocusIn = ({ target }: FocusEvent) => {
      last.current = target as Element;
    };
    document.addEventListener('focusin', onFocusIn);
    return () => document.removeEventListener('focusin', onFocusIn);
  }, []);
  useLayoutEffect(() => {
    const isLost = last.current && !last.current.checkVisibility() && document.activeElement === document.body;
    if (isLost && document.hasFocus()) place.current?.focus({ preventScroll: true });
  });
}

function Tabs({ tab, onTurn }: { tab: Tab; onTurn: (tab: Tab) => void }) {
  const words = useWords();
  const row = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const along = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!along) return;
    const isRtl = getComputedStyle(event.currentTarget as Element).direction === 'rtl';
    const next = TABS[(TABS.indexOf(tab) + (isRtl ? -along : along) + TABS.length) % TABS.length]!;
    event.preventDefault();
    onTurn(next);
    row.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={words.say('panel')} ref={row} onKeyDown={onKeyDown}>
      {TABS.map((each) => (
        <button
          key={each}
          type="button"
          role="tab"
          id={`tab-${each}`}
          aria-selected={each === tab}
          aria-controls="tabpanel"
          tabIndex={each === tab ? 0 : -1}
          onClick={() => onTurn(each)}
        >
          {words.say(each)}
        </button>
      ))}
    </div>
  );
}

/** The reply, or why there is none to write. */
function OpenReply(props: DeskProps) {
  const { desk, actions } = props;
  const words = useWords();
  const retry = <Button onClick={() => void actions.open()}>{words.text('retry')}</Button>;
  if (desk.opening) {
    return (
      <div class="progress" aria-hidden="true">
        {words.say('opening')}
      </div>
    );
  }
  if (desk.hostFailure === 'silent') return <Blank title={words.say('silent')} text={words.say('silentText')} action={retry} />;
  if (desk.hostFailure) return <Blank title={words.say('refused')} text={words.say('silentText')} action={retry} />;
  if (!desk.work?.ticket.id) return <Blank title={words.say('noTicket')} text={words.say('noTicketText')} />;
  if (!desk.work.reply && isEmpty(desk.work.ticket)) return <Blank title={words.say('empty')} text={words.say('emptyText')} />;
  return <Reply {...props} work={desk.work} />;
}

/** One plain thing that is said in an otherwise empty panel. */
export function Blank({ title, text, action }: { title: string; text: string; action?: ComponentChildren }) {
  return (
    <div class="blank">
      <h2>{title}</h2>
      <p>{text}</p>
      {action}
    </div>
  );
}

/** Says what has happened to those who do not see it. */
function Announcer({ desk }: { desk: DeskData }) {
  const words = useWords();
  const [said, setSaid] = useState('');
  const now = announcement(desk, words);
  const last = useRef(now);
  useEffect(() => {
    if (now !== last.current) setSaid(now);
    last.current = now;
  }, [now]);
  return (
    <div class="hidden" role="status">
      {said}
    </div>
  );
}

function announcement({ opening, work, trouble, tab }: DeskData, words: PanelTexts): string {
  if (opening) return words.say('opening');
  if (trouble) return words.say(trouble);
  const piece = tab === 'reply' ? work?.reply : tab === 'summary' ? work?.summary : work?.asked.at(-1);
  if (!piece) return '';
  const { turn, fate } = piece;
  if (turn.failure) return failureText(turn.failure, words);
  if (isUnderWay(turn)) return words.text('searching');
  if (fate) return words.say(({ inserted: 'inserted', copied: 'copiedReply', noted: 'noted', discarded: 'discarded' } as const)[fate]);
  if (turn.verdict?.outcome === 'no_answer') return words.say('nothingSolid');
  return isDraft(piece) ? words.many('draftReady', turn.sources.length) : '';
}

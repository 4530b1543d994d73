import { useEffect, useRef } from 'preact/hooks';
import { Button, IconButton } from '../design/Button';
import { CitedProse } from '../design/Message';
import { Notice } from '../design/Notice';
import { Progress } from '../design/Progress';
import { NearestList, SourceList } from '../design/SourceList';
import { confidenceWords } from '../core/confidence';
import { isUnderWay } from '../core/conversation';
import type { DeskProps } from './Desk';
import { Confirm } from './Confirm';
import { FailureNotice } from './Failure';
import { Glyph, GlyphButton } from './Glyph';
import { publicLinks } from './insertion';
import { useWords } from './i18n/texts';
import { citationsOf, hasChanged, isDraft, type Piece, type Work, worded } from './work';

const STYLES = ['shorter', 'longer', 'friendlier', 'formal'] as const;
const nothing = () => {}; // a source opens by its own link

interface ReplyProps extends DeskProps {
  work: Work;
}

/** What the customer wants, the draft that answers it, and what the draft rests on. */
export function Reply(props: ReplyProps) {
  const { work, desk, actions } = props;
  const { reply } = work;
  if (!reply || reply.fate === 'discarded') return <NoReply {...props} />;
  return (
    <>
      {reply.problem && <Problem piece={reply} work={work} />}
      {desk.confirming && <Confirm text={worded(reply)} claims={desk.confirming.claims} onAnswer={actions.confirm} />}
      <div class="draft" hidden={desk.confirming !== null} data-state={reply.turn.state} data-outcome={reply.turn.verdict?.outcome}>
        <Draft {...props} reply={reply} />
      </div>
    </>
  );
}

function NoReply({ work, actions }: ReplyProps) {
  const words = useWords();
  return (
    <div class="blank">
      {work.reply?.fate === 'discarded' && <p>{words.say('discarded')}</p>}
      <div class="row">
        <Button onClick={() => actions.draft()}>{words.say('draftReply')}</Button>
        {(work.before || work.reply) && <Button onClick={actions.restore}>{words.say('restore')}</Button>}
      </div>
    </div>
  );
}

/** What the customer wants, in their own words, which are shown as text whatever stands in them. */
function Problem({ piece, work }: { piece: Piece; work: Work }) {
  const words = useWords();
  const name = piece.problem?.customer || work.ticket.customer;
  return (
    <section class="problem" aria-labelledby="problem">
      <h2 class="label" id="problem">
        {name ? words.say('problemOf', { name }) : words.say('problem')}
      </h2>
      <blockquote dir="auto" tabIndex={0} aria-labelledby="problem">
        {piece.problem?.text}
      </blockquote>
    </section>
  );
}

function Draft(props: ReplyProps & { reply: Piece }) {
  const { reply, desk, work, actions } = props;
  const words = useWords();
  const { turn } = reply;
  const under = isUnderWay(turn);
  if (turn.verdict?.outcome === 'no_answer') return <NothingSolid {...props} />;
  return (
    <>
      <DraftHead {...props} />
      {hasChanged(work) && <Changed {...props} />}
      {desk.editing ? <Editor text={worded(reply)} onWrite={actions.write} onDone={() => actions.edit(false)} /> : <Written {...props} />}
      {under && <Progress stage={turn.stage} />}
      {turn.verdict?.mode === 'extractive' && <Notice kind="quiet">{words.say('skeleton')}</Notice>}
      <Ending {...props} />
      {turn.sources.length > 0 && !under && <SourceList sources={turn.sources} onOpen={nothing} startsOpen />}
      {isDraft(reply) && !desk.editing && <Rewriting {...props} />}
    </>
  );
}

function DraftHead({ reply, desk, work, actions }: ReplyProps & { reply: Piece }) {
  const words = useWords();
  const said = reply.edited === null ? confidenceWords(reply.turn, words) : '';
  return (
    <div class="draft-head">
      <div>
        <h2>{words.say('draft')}</h2>
        {said && <span class={`meta words ${reply.turn.verdict?.outcome}`}>{said}</span>}
      </div>
      {work.before && !isUnderWay(reply.turn) && <GlyphButton name="undo" label={words.say('restore')} onClick={actions.restore} />}
      {worded(reply) && !isUnderWay(reply.turn) && (
        <Button onClick={() => actions.edit(!desk.editing)}>
          {!desk.editing && <Glyph name="edit" />}
          {words.say(desk.editing ? 'editDone' : 'edit')}
        </Button>
      )}
    </div>
  );
}

function Written({ reply, card }: ReplyProps & { reply: Piece }) {
  if (!worded(reply)) return null;
  const turn = { text: worded(reply), sources: reply.turn.sources, citations: citationsOf(reply) };
  return <CitedProse turn={turn} actions={{ sourceOpened: nothing }} {...(card !== undefined && { shown: { card } })} />;
}

function Editor({ text, onWrite, onDone }: { text: string; onWrite: (text: string) => void; onDone: () => void }) {
  const words = useWords();
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => box.current?.focus({ preventScroll: true }), []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.isComposing) onDone();
  };
  return (
    <div class="editor">
      <textarea
        dir="auto"
        aria-label={words.say('draft')}
        aria-describedby="edit-hint"
        value={text}
        ref={box}
        onInput={(event) => onWrite(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <p class="meta" id="edit-hint">
        {words.say('editHint')}
      </p>
    </div>
  );
}

/** Says how a draft ended that did not end well. */
function Ending({ reply, actions }: ReplyProps & { reply: Piece }) {
  const words = useWords();
  const { turn } = reply;
  if (turn.failure) return <FailureNotice failure={turn.failure} onRetry={() => actions.retry(reply)} />;
  const how = turn.state === 'stopped' || turn.state === 'interrupted' ? turn.state : turn.status === 'truncated' ? 'truncated' : null;
  if (!how) return null;
  return (
    <Notice kind="quiet" action={<Button onClick={() => actions.draft()}>{words.say('again')}</Button>}>
      {words.say(how)}
    </Notice>
  );
}

function Changed({ reply, actions }: ReplyProps & { reply: Piece }) {
  const words = useWords();
  return (
    <Notice kind="warn" action={<Button onClick={() => actions.draft()}>{words.say('newDraft')}</Button>}>
      {words.say(reply.edited === null ? 'changed' : 'changedEdited')}
    </Notice>
  );
}

function Rewriting({ reply, desk, actions }: ReplyProps & { reply: Piece }) {
  const words = useWords();
  const hasLinks = publicLinks(worded(reply), reply.turn.sources).length > 0;
  return (
    <div class="rewriting">
      {hasLinks && (
        <label class="check">
          <input type="checkbox" checked={desk.withLinks} onChange={(event) => actions.links(event.currentTarget.checked)} />
          {words.say('links')}
        </label>
      )}
      <div class="row" role="group" aria-label={words.say('style')}>
        {STYLES.map((style) => (
          <button key={style} class="choice" type="button" onClick={() => actions.draft(style)}>
            {words.say(style)}
          </button>
        ))}
      </div>
    </div>
  );
}

/** The nearest articles, in the place of a draft that would have to be made up. */
function NothingSolid({ reply, actions }: ReplyProps & { reply: Piece }) {
  const words = useWords();
  const { sources } = reply.turn;
  return (
    <>
      <div class="blank">
        <h2>{words.say('nothingSolid')}</h2>
        <p>
          {words.say('nothingSolidText')} {sources.length === 0 && words.say('nothingNear')}
        </p>
        <div class="row">
          <Button onClick={() => actions.turnTo('ask')}>{words.say('askPlaceholder')}</Button>
          <Button onClick={() => actions.draft()}>{words.say('again')}</Button>
        </div>
      </div>
      {sources.length > 0 && <NearestList sources={sources} onOpen={nothing} />}
    </>
  );
}

/** What can be done with the draft now, always in sight. */
export function ReplyFoot(props: DeskProps) {
  const { desk, capabilities, actions } = props;
  const words = useWords();
  const reply = desk.work?.reply;
  if (!reply || desk.opening || desk.hostFailure || reply.fate === 'discarded') return null;
  if (isUnderWay(reply.turn)) {
    return (
      <div class="desk-foot">
        <Button onClick={() => actions.stop(reply)}>{words.text('stop')}</Button>
      </div>
    );
  }
  if (!isDraft(reply)) return null;
  const { insert } = capabilities;
  return (
    <div class="desk-foot" hidden={desk.confirming !== null}>
      {desk.trouble && <Notice kind="danger">{words.say(desk.trouble)}</Notice>}
      {desk.undone && <p class="meta">{words.say('undone')}</p>}
      {reply.fate && <Afterwards {...props} reply={reply} />}
      <div class="row">
        <Button kind={reply.fate ? 'quiet' : 'primary'} onClick={() => actions.insert(insert === 'copy' ? 'copy' : 'insert')}>
          {words.say(insert === 'copy' ? 'copyReply' : insert === 'note' ? 'addNote' : 'insert')}
        </Button>
        {insert !== 'copy' && <IconButton icon="copy" label={words.say('copyReply')} onClick={() => actions.insert('copy')} />}
        <GlyphButton name="again" label={words.say('again')} onClick={() => actions.draft()} />
        <GlyphButton name="discard" label={words.say('discard')} onClick={actions.discard} />
      </div>
    </div>
  );
}

const DONE = { inserted: 'inserted', copied: 'copiedReply', noted: 'noted', discarded: 'discarded' } as const;

/** Says where the draft is now; it can be taken back where the helpdesk can, and be rated. */
function Afterwards({ reply, desk, capabilities, actions }: DeskProps & { reply: Piece }) {
  const words = useWords();
  if (!reply.fate) return null;
  const isDrafted = reply.fate === 'inserted' && capabilities.insert === 'draft';
  return (
    <div class="afterwards">
      <p class="done">
        <span>{words.say(isDrafted ? 'drafted' : DONE[reply.fate])}</span>
        {desk.canUndo && (
          <Button onClick={() => void actions.undo()}>
            <Glyph name="undo" />
            {words.say('undo')}
          </Button>
        )}
      </p>
      <div class="rating">
        <span class="meta">{words.say(reply.rating ? 'rated' : 'rate')}</span>
        <IconButton icon="up" label={words.text('helpful')} pressed={reply.rating === 'up'} onClick={() => actions.rate('up')} />
        <IconButton icon="down" label={words.text('notHelpful')} pressed={reply.rating === 'down'} onClick={() => actions.rate('down')} />
      </div>
    </div>
  );
}

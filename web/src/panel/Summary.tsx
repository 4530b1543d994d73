import type { SourceData } from '../api/types';
import { Button } from '../design/Button';
import { CitedProse } from '../design/Message';
import { Notice } from '../design/Notice';
import { Progress } from '../design/Progress';
import { isUnderWay } from '../core/conversation';
import { type Actions, Blank } from './Desk';
import { FailureNotice } from './Failure';
import { stateOf, type Ticket } from './host';
import { type PanelTexts, useWords } from './i18n/texts';
import type { Desk } from './state';
import type { Piece } from './work';

const nothing = () => {}; // a message has no page of its own

/** A long thread in a few sentences, each of which names the message that it comes from. */
export function Summary({ desk, actions }: { desk: Desk; actions: Actions }) {
  const words = useWords();
  const { work } = desk;
  if (!work?.ticket.id) return <Blank title={words.say('noTicket')} text={words.say('noTicketText')} />;
  const piece = work.summary;
  const count = work.ticket.messages.length;
  const isStale = Boolean(piece && work.summarizedFor !== stateOf(work.ticket));
  return (
    <div class="summary" data-state={piece?.turn.state}>
      <div class="draft-head">
        <div>
          <h2>{words.many('summaryIntroduction', count)}</h2>
          <span class="meta">{words.say('summaryText')}</span>
        </div>
        {!piece && <Button onClick={actions.summarize}>{words.say('summarize')}</Button>}
      </div>
      {piece && <Text piece={piece} ticket={work.ticket} actions={actions} />}
      {isStale && (
        <Notice kind="warn" action={<Button onClick={actions.summarize}>{words.say('summarize')}</Button>}>
          {words.say('changed')}
        </Notice>
      )}
    </div>
  );
}

function Text({ piece, ticket, actions }: { piece: Piece; ticket: Ticket; actions: Actions }) {
  const words = useWords();
  const { turn, references } = piece;
  const shown = { text: turn.text, sources: references.map((reference) => messageAsSource(reference, ticket, words)), citations: [] };
  return (
    <>
      {turn.text && <CitedProse turn={shown} actions={{ sourceOpened: nothing }} />}
      {isUnderWay(turn) && <Progress stage={turn.stage} />}
      {turn.state === 'done' && !turn.text && <p>{words.say('nothingSolid')}</p>}
      {(turn.state === 'interrupted' || turn.state === 'stopped') && (
        <Notice kind="quiet" action={<Button onClick={actions.summarize}>{words.say('summarize')}</Button>}>
          {words.say(turn.state)}
        </Notice>
      )}
      {turn.failure && <FailureNotice failure={turn.failure} onRetry={() => actions.retry(piece)} />}
    </>
  );
}

/** Returns a message of the thread as the card behind a mark shows it. */
function messageAsSource({ n, message_id, quote }: Piece['references'][number], { messages }: Ticket, words: PanelTexts): SourceData {
  const place = messages.findIndex(({ id }) => id === message_id);
  const { from, at } = messages[place] ?? { from: 'customer', at: '' };
  const title = words.say('message', { who: words.say(from), n: words.number(place + 1) });
  return { n, id: message_id, title, url: '', section: '', page: null, snippet: quote, updated: at.slice(0, 10), audience: 'public' };
}

import { Button } from '../design/Button';
import { Composer } from '../design/Composer';
import { CitedProse, Question } from '../design/Message';
import { Progress } from '../design/Progress';
import { NearestList, SourceList } from '../design/SourceList';
import { confidenceWords } from '../core/confidence';
import { isUnderWay } from '../core/conversation';
import type { Actions } from './Desk';
import { FailureNotice } from './Failure';
import { useWords } from './i18n/texts';
import type { Desk } from './state';
import { isDraft, type Piece } from './work';

const nothing = () => {}; // a source opens by its own link

/** The agent's own questions to the articles. */
export function Ask({ desk, actions }: { desk: Desk; actions: Actions }) {
  const words = useWords();
  const asked = desk.work?.asked ?? [];
  const last = asked.at(-1);
  const busy = last !== undefined && isUnderWay(last.turn);
  return (
    <div class="ask">
      <Composer
        draft={desk.question}
        placeholder={words.say('askPlaceholder')}
        lastQuestion={last?.turn.question ?? ''}
        busy={busy}
        onDraft={actions.type}
        onSend={actions.ask}
        onStop={() => last && actions.stop(last)}
      />
      {asked.length === 0 && <p class="meta introduction">{words.say('askIntroduction')}</p>}
      {[...asked].reverse().map((piece) => (
        <div class="turn" key={piece.turn.id} data-state={piece.turn.state}>
          <Question id={piece.turn.id} text={piece.turn.question} />
          <Answer piece={piece} actions={actions} isUsable={Boolean(desk.work?.ticket.id)} />
        </div>
      ))}
    </div>
  );
}

function Answer({ piece, actions, isUsable }: { piece: Piece; actions: Actions; isUsable: boolean }) {
  const words = useWords();
  const { turn } = piece;
  const under = isUnderWay(turn);
  const none = turn.verdict?.outcome === 'no_answer';
  return (
    <article class="answer" aria-labelledby={`${turn.id}-answer`}>
      <h3 class="hidden" id={`${turn.id}-answer`}>
        {words.text('answer')}
      </h3>
      {none ? <p>{words.say('nothingSolid')}</p> : turn.text && <CitedProse turn={turn} actions={{ sourceOpened: nothing }} />}
      {under && <Progress stage={turn.stage} />}
      {turn.failure && <FailureNotice failure={turn.failure} onRetry={() => actions.retry(piece)} />}
      {!under && turn.verdict && !none && <div class="meta words">{confidenceWords(turn, words)}</div>}
      {!under && turn.sources.length > 0 && (none ? <NearestList sources={turn.sources} onOpen={nothing} /> : <SourceList sources={turn.sources} onOpen={nothing} />)}
      {isUsable && isDraft(piece) && <Button onClick={() => actions.useAsReply(piece)}>{words.say('useAsReply')}</Button>}
    </article>
  );
}

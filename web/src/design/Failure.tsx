import { useLayoutEffect, useState } from 'preact/hooks';
import type { Failure as FailureData } from '../core/conversation';
import { failureWords, secondsUntil } from '../core/failure';
import { Button } from './Button';
import { Notice } from './Notice';
import { useTexts } from './texts';

interface FailureProps {
  failure: FailureData;
  onRetry: () => void;
  onEdit: () => void;
}

/** Why a question has no answer, with the way on; a limit counts down until another try makes sense. */
export function Failure({ failure, onRetry, onEdit }: FailureProps) {
  const texts = useTexts();
  const seconds = useSecondsUntil(failure.retryAt);
  const refused = failure.kind === 'refused'; // the same words would be refused again
  return (
    <Notice
      kind={failure.kind === 'server' || refused ? 'danger' : 'warn'}
      action={
        <Button disabled={seconds > 0} onClick={refused ? onEdit : onRetry}>
          {texts.text(refused ? 'editQuestion' : 'retry')}
        </Button>
      }
    >
      {failureWords(failure, texts)}
    </Notice>
  );
}

function useSecondsUntil(time: number | null): number {
  const [seconds, setSeconds] = useState(() => secondsUntil(time));
  useLayoutEffect(() => {
    // Not useEffect, whose clean-up waits for a paint that a removed element may never get.
    setSeconds(secondsUntil(time));
    const timer = window.setInterval(() => {
      setSeconds(secondsUntil(time));
      if (secondsUntil(time) === 0) window.clearInterval(timer);
    }, 1000);
    return () => window.clearInterval(timer);
  }, [time]);
  return seconds;
}

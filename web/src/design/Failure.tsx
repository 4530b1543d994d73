import { useLayoutEffect, useState } from 'preact/hooks';
import type { Failure as FailureData } from '../core/conversation';
import { Button } from './Button';
import { Notice } from './Notice';
import { useTexts } from './texts';

interface FailureProps {
  failure: FailureData;
  onRetry: () => void;
}

const TEXT = { unreachable: 'unreachable', offline: 'offline', server: 'serverError', refused: 'refused' } as const;

/** Why a question has no answer; a limit counts down until another try makes sense. */
export function Failure({ failure, onRetry }: FailureProps) {
  const texts = useTexts();
  const seconds = useSecondsUntil(failure.retryAt);
  const words = () => {
    if (failure.kind !== 'rate_limited') return texts.text(TEXT[failure.kind]);
    return seconds ? texts.count('rateLimited', seconds) : texts.text('rateLimitOver');
  };
  const waiting = failure.kind === 'rate_limited' && seconds > 0;
  const kind = failure.kind === 'server' || failure.kind === 'refused' ? 'danger' : 'warn';
  return (
    <Notice
      kind={kind}
      action={
        <Button disabled={waiting} onClick={onRetry}>
          {texts.text('retry')}
        </Button>
      }
    >
      {words()}
    </Notice>
  );
}

function useSecondsUntil(time: number | null): number {
  const left = () => (time === null ? 0 : Math.max(0, Math.ceil((time - Date.now()) / 1000)));
  const [seconds, setSeconds] = useState(left);
  useLayoutEffect(() => {
    // Not useEffect, whose clean-up waits for a paint that a removed element may never get.
    setSeconds(left());
    const timer = window.setInterval(() => {
      setSeconds(left());
      if (left() === 0) window.clearInterval(timer);
    }, 1000);
    return () => window.clearInterval(timer);
  }, [time]);
  return seconds;
}

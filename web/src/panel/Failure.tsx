import { useLayoutEffect, useState } from 'preact/hooks';
import { Button } from '../design/Button';
import { Notice } from '../design/Notice';
import type { Failure } from '../core/conversation';
import { secondsUntil } from '../core/failure';
import { type PanelTexts, useWords } from './i18n/texts';

const TEXT = { unreachable: 'unreachable', offline: 'offline', server: 'serverError', refused: 'cannot', unproved: 'sessionEnded' } as const;

/** Returns what went wrong, and that nothing is lost by it. */
export function failureText({ kind, retryAt }: Failure, words: PanelTexts): string {
  if (kind !== 'rate_limited') return words.say(TEXT[kind]);
  const seconds = secondsUntil(retryAt);
  return seconds ? words.many('limited', seconds) : words.say('limitOver');
}

/** Why something could not be written, with the way on; a limit counts down. */
export function FailureNotice({ failure, onRetry }: { failure: Failure; onRetry: () => void }) {
  const words = useWords();
  const [seconds, setSeconds] = useState(() => secondsUntil(failure.retryAt));
  useLayoutEffect(() => {
    const timer = window.setInterval(() => setSeconds(secondsUntil(failure.retryAt)), 1000);
    return () => window.clearInterval(timer);
  }, [failure.retryAt]);
  return (
    <Notice
      kind={failure.kind === 'server' || failure.kind === 'refused' ? 'danger' : 'warn'}
      action={
        <Button disabled={seconds > 0} onClick={onRetry}>
          {words.text('retry')}
        </Button>
      }
    >
      {failureText(failure, words)}
    </Notice>
  );
}

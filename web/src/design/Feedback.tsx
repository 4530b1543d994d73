import { useEffect, useRef, useState } from 'preact/hooks';
import type { Rating } from '../core/conversation';
import { Button } from './Button';
import { useTexts } from './texts';

type Reason = NonNullable<Rating['reason']>;

const REASONS: readonly (readonly [Reason, 'wrong' | 'outdated' | 'didNotAnswer' | 'hardToFollow'])[] = [
  ['wrong', 'wrong'],
  ['outdated', 'outdated'],
  ['did_not_answer', 'didNotAnswer'],
  ['hard_to_follow', 'hardToFollow'],
];

/** What a still picture of it shows. */
export type FeedbackShown = 'open' | 'chosen' | 'failed' | 'sent';

interface FeedbackProps {
  shown?: FeedbackShown | undefined;
  /** Resolves once the server has it, rejects when it has not. */
  onSend: (reason: Reason | null, comment: string) => Promise<void>;
}

/** What was wrong with an answer: one reason, and words if the asker has any. */
export function Feedback({ shown = 'open', onSend }: FeedbackProps) {
  const texts = useTexts();
  const [reason, setReason] = useState<Reason | null>(shown === 'open' ? null : 'outdated');
  const [comment, setComment] = useState('');
  const [state, setState] = useState<'open' | 'sending' | 'failed' | 'sent'>(shown === 'chosen' ? 'open' : shown);
  const form = useRef<HTMLFormElement>(null);
  const thanks = useRef<HTMLDivElement>(null);

  useEffect(() => form.current?.scrollIntoView({ block: 'nearest' }), []);
  useEffect(() => {
    if (state === 'sent') thanks.current?.focus({ preventScroll: true });
  }, [state]);
  if (state === 'sent') {
    return (
      <div class="meta thanks" tabIndex={-1} ref={thanks}>
        {texts.text('thanks')}
      </div>
    );
  }

  const send = (event: Event) => {
    event.preventDefault();
    setState('sending');
    onSend(reason, comment.trim()).then(
      () => setState('sent'),
      () => setState('failed'),
    );
  };
  return (
    <form class="feedback" ref={form} onSubmit={send}>
      <fieldset>
        <legend class="label">{texts.text('whatWasWrong')}</legend>
        {REASONS.map(([value, name]) => (
          <button
            key={value}
            class="choice"
            type="button"
            aria-pressed={reason === value}
            onClick={() => setReason(reason === value ? null : value)}
          >
            {texts.text(name)}
          </button>
        ))}
      </fieldset>
      <textarea
        rows={2}
        maxLength={2000}
        dir="auto"
        aria-label={texts.text('comment')}
        placeholder={texts.text('comment')}
        value={comment}
        onInput={(event) => setComment(event.currentTarget.value)}
      />
      <div class="feedback-foot">
        {state === 'failed' && (
          <span class="error" role="alert">
            {texts.text('notSent')}
          </span>
        )}
        <Button submits disabled={state === 'sending' || !(reason || comment.trim())}>
          {texts.text('sendFeedback')}
        </Button>
      </div>
    </form>
  );
}

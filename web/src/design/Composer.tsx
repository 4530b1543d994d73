import type { Ref } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { codePoints } from '../core/marks';
import { Icon } from './Icon';
import { useTexts } from './texts';

export const LONGEST_QUESTION = 2000;
const COUNT_FROM = 1800;

interface ComposerProps {
  draft: string;
  placeholder: string;
  lastQuestion: string;
  busy: boolean;
  onDraft: (draft: string) => void;
  onSend: () => void;
  onStop: () => void;
  inputRef?: Ref<HTMLTextAreaElement>;
}

/** Where a question is written; while an answer comes, its button stops that answer. */
export function Composer({ draft, placeholder, lastQuestion, busy, onDraft, onSend, onStop, inputRef }: ComposerProps) {
  const texts = useTexts();
  const box = useRef<HTMLDivElement>(null);
  const length = codePoints(draft.trim());
  const sendable = !busy && length > 0 && length <= LONGEST_QUESTION;

  useLayoutEffect(() => fit(box.current?.querySelector('textarea')));

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.isComposing) return; // Enter and Up belong to the input method
    if (event.key === 'ArrowUp' && draft === '' && lastQuestion) {
      event.preventDefault();
      onDraft(lastQuestion);
    }
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      if (sendable) onSend();
    }
  };
  const onSubmit = (event: Event) => {
    event.preventDefault();
    if (busy) onStop();
    else if (sendable) onSend();
  };
  return (
    <form class="composer" part="composer" onSubmit={onSubmit}>
      <div class="box" ref={box}>
        <textarea
          rows={1}
          dir="auto"
          enterkeyhint="send"
          aria-label={texts.text('question')}
          aria-invalid={length > LONGEST_QUESTION}
          aria-describedby={length > COUNT_FROM ? 'length' : undefined}
          placeholder={placeholder}
          value={draft}
          onInput={(event) => onDraft(event.currentTarget.value)}
          onKeyDown={onKeyDown}
          ref={inputRef ?? null}
        />
        <button
          class="send"
          part="send"
          type="submit"
          aria-label={texts.text(busy ? 'stop' : 'send')}
          title={texts.text(busy ? 'stop' : 'send')}
          aria-disabled={!busy && !sendable}
        >
          <span>
            <Icon name={busy ? 'stop' : 'send'} />
          </span>
        </button>
      </div>
      {length > COUNT_FROM && <Count length={length} />}
    </form>
  );
}

function Count({ length }: { length: number }) {
  const texts = useTexts();
  const over = length - LONGEST_QUESTION;
  return (
    <div class={over > 0 ? 'count error' : 'count'} id="length">
      {over > 0 ? texts.count('charactersOver', over) : texts.count('charactersLeft', -over)}
    </div>
  );
}

function fit(input: HTMLTextAreaElement | null | undefined): void {
  if (!input) return;
  input.style.setProperty('height', 'auto');
  if (input.scrollHeight) input.style.setProperty('height', `${input.scrollHeight}px`); // none while the panel is closed
}

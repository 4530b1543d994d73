import { useLayoutEffect, useRef } from 'preact/hooks';
import { Button } from '../design/Button';
import { Icon } from '../design/Icon';
import type { Claim } from './claims';
import { useWords } from './i18n/texts';

interface ConfirmProps {
  text: string;
  claims: readonly Claim[];
  onAnswer: (answer: 'insert' | 'leave' | 'back') => void;
}

/** Asks before words leave that rest on articles no customer may see; names each of them. */
export function Confirm({ text, claims, onAnswer }: ConfirmProps) {
  const words = useWords();
  const frame = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const asker = document.activeElement as HTMLElement | null;
    frame.current?.focus();
    return () => queueMicrotask(() => asker?.focus()); // once all is drawn that stands behind the question
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onAnswer('back');
  };
  return (
    <div class="confirm" role="alertdialog" aria-labelledby="confirm-title" aria-describedby="confirm-text" tabIndex={-1} ref={frame} onKeyDown={onKeyDown}>
      <h2 id="confirm-title">
        <Icon name="alert" />
        {words.say('confirmTitle')}
      </h2>
      <p id="confirm-text">{words.many('confirmText', claims.length)}</p>
      <ul>
        {claims.map(({ start, marks }) => (
          <li key={start} dir="auto">
            {text.slice(start, marks).replace(/[*_`#>]|^\s*(?:[-+]|\d+[.)])\s+/g, '').trim()}
          </li>
        ))}
      </ul>
      <div class="row">
        <Button kind="primary" onClick={() => onAnswer('insert')}>
          {words.say('confirmInsert')}
        </Button>
        <Button onClick={() => onAnswer('leave')}>{words.say('confirmLeave')}</Button>
        <Button onClick={() => onAnswer('back')}>{words.say('back')}</Button>
      </div>
    </div>
  );
}

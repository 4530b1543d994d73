import type { SourceData } from '../api/types';
import { useTexts } from './texts';

interface ChipProps {
  n: number;
  title: string;
  /** Whose passage it is; an internal one is marked as such. */
  audience?: SourceData['audience'] | undefined;
  open: boolean;
  onClick: (chip: HTMLButtonElement) => void;
}

/** A mark in an answer that opens the words which support it. */
export function Chip({ n, title, audience, open, onClick }: ChipProps) {
  const texts = useTexts();
  return (
    <button
      class="chip"
      type="button"
      data-audience={audience}
      aria-label={texts.text(audience === 'internal' ? 'internalSource' : 'source', { n: texts.number(n), title })}
      aria-haspopup="dialog"
      aria-expanded={open}
      onClick={(event) => onClick(event.currentTarget)}
    >
      <span>{texts.number(n)}</span>
    </button>
  );
}

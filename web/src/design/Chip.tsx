import { useTexts } from './texts';

interface ChipProps {
  n: number;
  title: string;
  open: boolean;
  onClick: (chip: HTMLButtonElement) => void;
}

/** A mark in an answer that opens the words which support it. */
export function Chip({ n, title, open, onClick }: ChipProps) {
  const texts = useTexts();
  return (
    <button
      class="chip"
      type="button"
      aria-label={texts.text('source', { n: texts.number(n), title })}
      aria-haspopup="dialog"
      aria-expanded={open}
      onClick={(event) => onClick(event.currentTarget)}
    >
      <span>{texts.number(n)}</span>
    </button>
  );
}

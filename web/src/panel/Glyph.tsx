// The panel's own icons, drawn with the pen of the others.
const GLYPHS = {
  edit: 'M4.5 19.5l.9-3.8L15.9 5.2l2.9 2.9L8.3 18.6ZM13.5 7.6l2.9 2.9',
  again: 'M19 12a7 7 0 1 1-2.2-5.1M19 4v4h-4',
  discard: 'M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.3 10.5v5.5M13.7 10.5v5.5',
  undo: 'M8.5 5L4.5 9l4 4M5 9h9a5 5 0 0 1 0 10h-4',
} as const;

export type GlyphName = keyof typeof GLYPHS;

export function Glyph({ name }: { name: GlyphName }) {
  return (
    <svg class="icon" data-icon={name} viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={GLYPHS[name]} />
    </svg>
  );
}

interface GlyphButtonProps {
  name: GlyphName;
  label: string;
  onClick: () => void;
}

export function GlyphButton({ name, label, onClick }: GlyphButtonProps) {
  return (
    <button class="icon-button" type="button" aria-label={label} title={label} onClick={onClick}>
      <Glyph name={name} />
    </button>
  );
}

import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { CitationData, SourceData } from '../api/types';
import { sourceLink } from '../core/links';
import { IconButton } from './Button';
import { Icon } from './Icon';
import { Internal } from './SourceList';
import { useTexts } from './texts';

interface CardProps {
  source: SourceData;
  citation: CitationData | undefined;
  chip: HTMLElement | null;
  onClose: () => void;
  onOpen: (url: string) => void;
}

/** The article behind a chip, with the very words that the answer relies on. */
export function Card({ source, citation, chip, onClose, onOpen }: CardProps) {
  const texts = useTexts();
  const card = useRef<HTMLDivElement>(null);
  const { title, section, updated, page: pageNumber } = citation ?? source;
  const quote = citation?.quote ?? '';
  const page = pageNumber ? texts.text('page', { n: texts.number(pageNumber) }) : '';
  const where = [section === title ? '' : section, page].filter(Boolean).join(' · ');
  const link = sourceLink((citation ?? source).url, quote);

  useLayoutEffect(() => place(card.current, chip), [chip]);
  useEffect(() => {
    if (!chip) return;
    card.current?.focus({ preventScroll: true });
    card.current?.scrollIntoView({ block: 'nearest' });
  }, [chip]);

  return (
    <div class="card" data-audience={source.audience} role="dialog" aria-label={title} tabIndex={-1} ref={card} data-card>
      <div class="card-head">
        <div class="card-title" dir="auto">
          {title}
        </div>
        <IconButton icon="close" label={texts.text('close')} onClick={onClose} />
      </div>
      <Internal source={source} />
      {where && (
        <div class="meta" dir="auto">
          {where}
        </div>
      )}
      <blockquote dir="auto">{quote ? <mark>{quote}</mark> : source.snippet}</blockquote>
      <div class="card-foot">
        <span class="meta">{texts.updated(updated)}</span>
        {link && (
          <a href={link} target="_blank" rel="noopener noreferrer" onClick={() => onOpen(link)}>
            {texts.text('openArticle')}
            <Icon name="external" />
            <span class="hidden">{texts.text('newTab')}</span>
          </a>
        )}
      </div>
    </div>
  );
}

const GAP = 6;

/** Puts the card under its chip, inside the message that holds both. */
export function place(card: HTMLElement | null, chip: HTMLElement | null): void {
  const frame = card?.offsetParent;
  if (!card || !chip || !frame) return;
  const [around, mark] = [frame.getBoundingClientRect(), chip.getBoundingClientRect()];
  card.style.setProperty('top', `${mark.bottom - around.top + GAP}px`);
  card.style.setProperty('--_left', `${mark.left - around.left - 16}px`); // the styles keep it inside, also when a phone is turned
}

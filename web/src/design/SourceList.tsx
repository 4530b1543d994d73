import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { SourceData } from '../api/types';
import { sourceLink } from '../core/links';
import { Icon } from './Icon';
import { useTexts } from './texts';

interface SourceListProps {
  sources: readonly SourceData[];
  onOpen: (n: number, url: string) => void;
}

/** The articles of an answer, closed until asked for. */
export function SourceList({ sources, onOpen, startsOpen = false }: SourceListProps & { startsOpen?: boolean }) {
  const texts = useTexts();
  const [open, setOpen] = useState(startsOpen);
  const frame = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (open && !startsOpen) frame.current?.scrollIntoView({ block: 'nearest' });
  }, [open]);
  return (
    <div class="sources" part="source" ref={frame}>
      <button class="disclosure" type="button" aria-expanded={open} onClick={() => setOpen(!open)}>
        {texts.text('sources', { n: texts.number(sources.length) })}
        <Icon name="chevron" />
      </button>
      {open && <Rows sources={sources} onOpen={onOpen} numbered />}
    </div>
  );
}

/** What comes closest where there is no answer. */
export function NearestList({ sources, onOpen }: SourceListProps) {
  const texts = useTexts();
  return (
    <div class="sources nearest" part="source">
      <div class="label">{texts.text('nearest')}</div>
      <Rows sources={sources} onOpen={onOpen} numbered={false} />
    </div>
  );
}

/** Says of a source that no customer may see it. */
export function Internal({ source }: { source: SourceData }) {
  const texts = useTexts();
  return source.audience === 'internal' && <span class="tag">{texts.text('internal')}</span>;
}

function Rows({ sources, onOpen, numbered }: SourceListProps & { numbered: boolean }) {
  const texts = useTexts();
  return (
    <ol>
      {sources.map((source) => {
        const link = sourceLink(source.url);
        const details = [source.section === source.title ? '' : source.section, texts.updated(source.updated)];
        return (
          <li key={source.n} data-audience={source.audience}>
            <a
              href={link ?? undefined}
              target="_blank"
              rel="noopener noreferrer"
              onClick={() => link && onOpen(source.n, link)}
            >
              <span class="badge">{numbered ? texts.number(source.n) : <Icon name="article" />}</span>
              <span class="source-text">
                <span class="source-title" dir="auto">
                  {source.title}
                </span>
                <Internal source={source} />
                <span class="meta">
                  {details.filter(Boolean).map((detail, index) => (
                    <>
                      {index > 0 && ' · '}
                      <bdi>{detail}</bdi>
                    </>
                  ))}
                </span>
                <span class="hidden">{texts.text('newTab')}</span>
              </span>
            </a>
          </li>
        );
      })}
    </ol>
  );
}

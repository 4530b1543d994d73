// On a phone, makes the open panel the only thing there is: nothing behind it can be reached or scrolled.

/** Makes the panel modal and returns what undoes it. */
export function modal(element: HTMLElement, panel: HTMLElement): () => void {
  const life = new AbortController();
  const made = siblingsUpwards(element).filter((sibling) => !sibling.inert);
  for (const sibling of made) sibling.inert = true;
  const page = document.documentElement.style;
  const overflow = page.overflow;
  page.setProperty('overflow', 'hidden');
  panel.addEventListener('keydown', (event) => keepFocus(event, panel), { signal: life.signal });
  return () => {
    life.abort();
    for (const sibling of made) sibling.inert = false;
    page.setProperty('overflow', overflow);
  };
}

function siblingsUpwards(element: Element): HTMLElement[] {
  const parent = element.parentElement;
  if (!parent) return [];
  const siblings = [...parent.children].filter((child) => child !== element && child instanceof HTMLElement) as HTMLElement[];
  return [...siblings, ...siblingsUpwards(parent)];
}

function keepFocus(event: KeyboardEvent, panel: HTMLElement): void {
  if (event.key !== 'Tab') return;
  const reachable = [...panel.querySelectorAll<HTMLElement>('a[href], button:not(:disabled), input, textarea, summary, [tabindex="0"]')];
  const [first, last] = [reachable[0], reachable.at(-1)];
  const focused = (panel.getRootNode() as ShadowRoot).activeElement;
  const [edge, other] = event.shiftKey ? [first, last] : [last, first];
  if (focused !== edge) return;
  event.preventDefault();
  other?.focus();
}

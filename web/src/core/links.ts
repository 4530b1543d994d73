// Turns addresses from the wire into links that are safe to follow and lead to the quoted words.

const FRAGMENT_CHARACTERS = 60;

/** Returns an address of the answer's own text as a link target, or null when it must stay text. */
export function answerLink(address: string): string | null {
  return parsed(address, ['https:', 'mailto:'])?.href ?? null;
}

/** Returns where the site's own people are reached, or null when that is no address. */
export function contactLink(address: string): string | null {
  return parsed(address, ['https:', 'http:', 'mailto:', 'tel:'])?.href ?? null;
}

/** Returns where a source is read: the place that the server named, else the first of the quoted words on its page. */
export function sourceLink(address: string, quote = ''): string | null {
  const url = parsed(address, ['https:', 'http:']);
  if (!url) return null;
  const words = firstWords(quote);
  if (url.hash || url.pathname.startsWith('/sources/') || !words) return url.href;
  // A bare hyphen would mean "the words before" in a text fragment.
  return `${url.href}#:~:text=${encodeURIComponent(words).replace(/-/g, '%2D')}`;
}

function parsed(address: string, protocols: readonly string[]): URL | null {
  try {
    const url = new URL(address);
    return protocols.includes(url.protocol) ? url : null;
  } catch {
    return null; // not an address
  }
}

function firstWords(quote: string): string {
  const line = quote.trim().replace(/^(?:\d+[.)]|[-*#>]+)\s+/, '').split('\n', 1)[0] ?? '';
  if (line.length <= FRAGMENT_CHARACTERS) return line;
  const cut = line.slice(0, FRAGMENT_CHARACTERS);
  return cut.includes(' ') ? cut.slice(0, cut.lastIndexOf(' ')) : cut;
}

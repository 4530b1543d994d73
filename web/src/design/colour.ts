// Turns the accent that a page asks for into colours that can be read on it and beside it.
import { LAUNCHER_TOKENS, PANEL_TOKENS } from './tokens';

type Rgb = readonly [number, number, number];

const READABLE = 4.5;
const LIGHTEST_UNDER_WHITE = 1.05 / READABLE - 0.05;
const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [16, 18, 22];

/** Returns what is drawn on the accent: white if it can be read there, else black; "" for no #rrggbb. */
export function onAccent(accent: string): string {
  const colour = rgb(accent);
  return colour && (luminance(colour) <= LIGHTEST_UNDER_WHITE ? '#fff' : '#101216');
}

/** Returns the accent as text and as a soft ground, moved towards black or white until they can be read. */
export function accentTexts(accent: string, theme: 'light' | 'dark'): Record<'accent-text' | 'accent-soft' | 'accent-deep', string> {
  const asked = rgb(accent);
  if (!asked) return { 'accent-text': '', 'accent-soft': '', 'accent-deep': '' };
  const dark = theme === 'dark';
  const [surface, raised] = [LAUNCHER_TOKENS['surface'], PANEL_TOKENS['raised']].map((token) => rgb(token![dark ? 1 : 0]) || WHITE) as [Rgb, Rgb];
  const end = dark ? WHITE : BLACK;
  const text = readableOn(raised, asked, end); // the nearer of the two to the text
  const soft = mixed(surface, text, dark ? 0.18 : 0.12);
  return { 'accent-text': hex(text), 'accent-soft': hex(soft), 'accent-deep': hex(readableOn(soft, text, end)) };
}

function readableOn(background: Rgb, colour: Rgb, end: Rgb): Rgb {
  for (let share = 0; share < 1; share += 0.04) {
    const candidate = mixed(colour, end, share);
    if (contrast(candidate, background) >= READABLE) return candidate;
  }
  return end;
}

function contrast(one: Rgb, other: Rgb): number {
  const ratio = (luminance(one) + 0.05) / (luminance(other) + 0.05);
  return Math.max(ratio, 1 / ratio);
}

function luminance(colour: Rgb): number {
  const [red, green, blue] = colour.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function mixed(from: Rgb, to: Rgb, share: number): Rgb {
  return from.map((part, index) => Math.round(part + (to[index]! - part) * share)) as unknown as Rgb;
}

function rgb(text: string): Rgb | '' {
  if (!/^#[0-9a-f]{6}$/i.test(text)) return '';
  return [1, 3, 5].map((start) => Number.parseInt(text.slice(start, start + 2), 16)) as unknown as Rgb;
}

function hex(colour: Rgb): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

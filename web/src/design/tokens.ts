// The colours and measures of the design, each with the CSS variable by which a page may replace it.

export const DEFAULT_ACCENT = '#0f766e';

/** A name, and its value in the light and in the dark. */
type Tokens = Record<string, readonly [light: string, dark: string]>;

/** What the launcher draws with; contrast of ink on the surface 17.4 and 15.5. */
export const LAUNCHER_TOKENS: Tokens = {
  surface: ['#ffffff', '#14171c'],
  focus: ['#1d4ed8', '#93c5fd'],
  accent: [DEFAULT_ACCENT, '#5fd4c4'],
  'on-accent': ['#ffffff', '#06231f'],
};

/** What the panel draws with besides; contrast of muted 6.1 and 7.6, of control-line 3.4 and 3.7. */
export const PANEL_TOKENS: Tokens = {
  raised: ['#f3f4f7', '#20242c'],
  ink: ['#171a21', '#eceef2'],
  muted: ['#5b6270', '#a2a9b6'],
  line: ['#e4e7ec', '#2c313a'],
  'control-line': ['#858c99', '#6b7280'],
  danger: ['#b42318', '#ff9c8f'],
  'danger-soft': ['#fdeeec', '#351d1b'],
  warn: ['#7a4a05', '#f3c677'],
  'warn-soft': ['#fdf3dc', '#33270f'],
  'accent-text': [DEFAULT_ACCENT, '#5fd4c4'],
  'accent-soft': ['#e4f3f1', '#17332f'],
  'accent-deep': ['#0b5f58', '#7fe0d2'],
};

type Measures = Record<string, string>;

export const LAUNCHER_MEASURES: Measures = {
  'offset-x': '20px',
  'offset-y': '20px',
  'launcher-size': '56px',
};

export const PANEL_MEASURES: Measures = {
  radius: '12px',
  'font-size': '15px',
  width: '400px',
  height: 'min(680px, 80dvh)',
  font: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif',
};

/** Returns the style rules that give every token its value: the page's variable, else the setting's, else ours. */
export function tokenStyles(tokens: Tokens, measures: Measures): string {
  const rules = (values: [string, string][]) => values.map(([name, value]) => `--_${name}:var(--sb-${name},var(--_own-${name},${value}))`).join(';');
  const colours = (theme: 0 | 1) => rules(Object.entries(tokens).map(([name, values]) => [name, values[theme]]));
  return `.root{${rules(Object.entries(measures))};${colours(0)}}.root[data-theme=dark]{${colours(1)}}`;
}

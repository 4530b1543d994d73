// The icons: outlines on a grid of 24, drawn with a round pen.

export const CHAT = 'M12 4c4.7 0 8.5 3.2 8.5 7.2s-3.8 7.2-8.5 7.2c-1 0-2-.1-2.9-.4L4.5 20l1.2-3.6c-1.4-1.3-2.2-3.1-2.2-5.2C3.5 7.2 7.3 4 12 4Z';
export const CLOSE = 'M6 6l12 12M18 6L6 18';

export const ICONS = {
  chat: CHAT,
  close: CLOSE,
  compose: 'M12 5H6.5A1.5 1.5 0 0 0 5 6.5v11A1.5 1.5 0 0 0 6.5 19h11a1.5 1.5 0 0 0 1.5-1.5V12M10 14l.6-2.6L17.5 4.5l2 2-6.9 6.9Z',
  send: 'M12 19V5M6 11l6-6 6 6',
  stop: 'M8 8h8v8H8Z',
  copy: 'M9 9h10v10H9ZM15 9V5H5v10h4',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  up: 'M7.5 11v8.5H4V11ZM7.5 11l3.8-7c1.5 0 2.5 1.2 2.2 2.7L13 9.5h5c1.3 0 2.2 1.2 1.9 2.4l-1.4 6a2 2 0 0 1-2 1.6h-9',
  down: 'M16.5 13V4.5H20V13ZM16.5 13l-3.8 7c-1.5 0-2.5-1.2-2.2-2.7l.5-2.8H6c-1.3 0-2.2-1.2-1.9-2.4l1.4-6a2 2 0 0 1 2-1.6h9',
  chevron: 'M7 10l5 5 5-5',
  latest: 'M12 5v14M6 13l6 6 6-6',
  external: 'M9 6H6v12h12v-3M13 5h6v6M19 5l-8.5 8.5',
  article: 'M7 4h7l4 4v12H7ZM14 4v4h4M10 12.5h5M10 16h5',
  alert: 'M12 4.5l8.5 15h-17ZM12 10.5v4M12 17v.01',
} as const;

export type IconName = keyof typeof ICONS;

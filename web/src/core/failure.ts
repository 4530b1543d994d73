// Turns why a question has no answer into words.
import type { Texts } from '../i18n/texts';
import type { Failure } from './conversation';

const TEXT = { unreachable: 'unreachable', offline: 'offline', server: 'serverError', refused: 'refused', unproved: 'unproved' } as const;

/** Returns what went wrong; a limit says how long it lasts yet. */
export function failureWords({ kind, retryAt }: Failure, texts: Texts): string {
  if (kind !== 'rate_limited') return texts.text(TEXT[kind]);
  const seconds = secondsUntil(retryAt);
  return seconds ? texts.count('rateLimited', seconds) : texts.text('rateLimitOver');
}

/** Returns the whole seconds that are left until a time, 0 for one that has passed and for none. */
export function secondsUntil(time: number | null): number {
  return time === null ? 0 : Math.max(0, Math.ceil((time - Date.now()) / 1000));
}

import type { ComponentChildren } from 'preact';
import { Icon } from './Icon';

interface NoticeProps {
  kind: 'quiet' | 'warn' | 'danger';
  children: ComponentChildren;
  action?: ComponentChildren;
}

/** A plain sentence about what happened, with what can be done. */
export function Notice({ kind, children, action }: NoticeProps) {
  return (
    <div class={`notice ${kind}`}>
      {kind !== 'quiet' && <Icon name="alert" />}
      <div class="notice-text">{children}</div>
      {action}
    </div>
  );
}

import type { ComponentChildren, Ref } from 'preact';
import { Icon } from './Icon';
import type { IconName } from './icons';

interface ButtonProps {
  children: ComponentChildren;
  kind?: 'primary' | 'quiet';
  disabled?: boolean;
  submits?: boolean;
  onClick?: () => void;
}

export function Button({ children, kind = 'quiet', disabled = false, submits = false, onClick }: ButtonProps) {
  return (
    <button class={`button ${kind}`} type={submits ? 'submit' : 'button'} disabled={disabled} onClick={onClick}>
      {children}
    </button>
  );
}

interface IconButtonProps {
  icon: IconName;
  label: string;
  pressed?: boolean;
  onClick: () => void;
  buttonRef?: Ref<HTMLButtonElement>;
}

export function IconButton({ icon, label, pressed, onClick, buttonRef }: IconButtonProps) {
  return (
    <button
      class="icon-button"
      type="button"
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      onClick={onClick}
      ref={buttonRef ?? null}
    >
      <Icon name={icon} />
    </button>
  );
}

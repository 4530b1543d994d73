import { useState } from 'preact/hooks';
import { Button } from '../design/Button';
import { Notice } from '../design/Notice';
import type { Failure } from '../core/conversation';
import { failureText } from './Failure';
import { useWords } from './i18n/texts';
import type { Credentials } from './agent';

interface SignInProps {
  failure: Failure | null;
  ended: boolean;
  problem: string;
  onSignIn: (credentials: Credentials) => Promise<void>;
}

/** Failures that are the key's: it is not known, or no key at all. */
const OF_THE_KEY: readonly Failure['kind'][] = ['unproved', 'refused'];

/** Where an agent says once who they are. */
export function SignIn({ failure, ended, problem, onSignIn }: SignInProps) {
  const words = useWords();
  const [key, setKey] = useState('');
  const [sending, setSending] = useState(false);
  const onSubmit = (event: Event) => {
    event.preventDefault();
    if (!key.trim() || sending) return;
    setSending(true);
    void onSignIn({ key: key.trim() }).finally(() => setSending(false));
  };
  const wrong = failure && (OF_THE_KEY.includes(failure.kind) ? words.say('keyUnknown') : failureText(failure, words));
  return (
    <div class="desk-middle">
      <form class="sign-in" onSubmit={onSubmit}>
        <h2>{words.say('signInTitle')}</h2>
        {ended && <Notice kind="warn">{words.say('sessionEnded')}</Notice>}
        {problem && !ended && <Notice kind="warn">{problem}</Notice>}
        <p>{words.say('signInText')}</p>
        <label>
          {words.say('agentKey')}
          <input
            type="password"
            autocomplete="off"
            spellcheck={false}
            dir="ltr"
            value={key}
            aria-invalid={Boolean(wrong)}
            aria-describedby={wrong ? 'sign-in-wrong' : undefined}
            onInput={(event) => setKey(event.currentTarget.value)}
          />
        </label>
        {wrong && (
          <p class="error" id="sign-in-wrong" role="alert">
            {wrong}
          </p>
        )}
        <Button kind="primary" submits disabled={sending}>
          {words.say('signIn')}
        </Button>
      </form>
    </div>
  );
}

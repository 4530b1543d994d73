// Turns what somebody writes to a person into what is kept of it, and into whether it can be sent.

/** What is written, and the name under which it is sent once. */
export interface Form {
  readonly email: string;
  readonly name: string;
  readonly message: string;
  readonly key: string;
  /** What was sent before and is still on its way. */
  readonly sent: Sent | null;
}

export interface Sent {
  readonly id: string;
  readonly email: string;
}

const EMAIL = /^[^@\s<>,;:"()[\]\\]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){1,8}$/;

/** Returns what was kept, else an empty form with the question that was asked last. */
export function formKept(text: string, question: string): Form {
  const empty = { email: '', name: '', message: question, key: newKey(), sent: null };
  try {
    const kept = JSON.parse(text || '{}') as Partial<Form>;
    const { email, name, message, key, sent } = { ...empty, ...kept };
    const before = sent && { id: String(sent.id), email: String(sent.email) };
    return { email: String(email), name: String(name), message: String(message), key: String(key), sent: before };
  } catch {
    return empty; // another script of the page wrote something else there
  }
}

/** Returns the form with something else written: that is another message. */
export function written(form: Form, change: Partial<Form>): Form {
  return { ...form, ...change, key: newKey() };
}

/** Returns the form after it was sent: whoever writes again need not say again who they are. */
export function emptied(form: Form, sent: Sent | null): Form {
  return written(form, { message: '', sent });
}

export function isAddress(email: string): boolean {
  return EMAIL.test(email.trim());
}

/** `crypto.randomUUID` is missing where a page has no TLS. */
function newKey(): string {
  return `h${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
}

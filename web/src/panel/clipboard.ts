// Copies a text from within a frame, whose page may not have let it use the clipboard's own interface.

/** Rejects when the browser copies nothing. */
export async function copied(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    if (!copiedBySelection(text)) throw new Error('nothing was copied');
  }
}

/** A press of a button lets any frame copy what is selected. */
function copiedBySelection(text: string): boolean {
  const focused = document.activeElement;
  const box = document.createElement('textarea');
  box.value = text;
  box.className = 'hidden';
  document.body.append(box);
  box.select();
  const done = document.execCommand('copy');
  box.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return done;
}

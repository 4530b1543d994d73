// Front's sidebar, by its own client.
import Front, { contextUpdates } from '@frontapp/plugin-sdk';
import { frontTickets } from './front-tickets';
import type { HostAdapter } from './host';

export function connected(): HostAdapter {
  return frontTickets({ contexts: contextUpdates, createDraft: (template) => Front.createDraft(template) });
}

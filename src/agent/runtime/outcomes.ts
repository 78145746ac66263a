import { messageOf } from './outcome-status';
import type { Outcome } from './types';

/** Nothing but a change helps: what is wrong, and what to change. */
export function stalled(reason: string, error: unknown): Outcome & { readonly type: 'stalled' } {
  return { type: 'stalled', reason, message: messageOf(error) };
}

import { conditionTypes, reasons } from '../../model/conditions';
import { readyOf } from '../runtime/dependencies';
import type { ReconcileContext, StatusChange } from '../runtime/types';
import type { ImagePolicy } from './types';

const EVERY_MS = 10_000;

/** Says in a policy's status, now and then, how many of the tags that it must look at were looked at. What it chose before stays. */
export class Progress {
  private lastMs: number;
  private writing = Promise.resolve();

  constructor(
    private readonly policy: ImagePolicy,
    private readonly total: number,
    private readonly context: Pick<ReconcileContext, 'writeStatus'>,
    private readonly now: () => number = Date.now,
  ) {
    this.lastMs = now();
  }

  /** Resolves when nothing is being written any more. */
  get written(): Promise<void> {
    return this.writing;
  }

  learnt(count: number): void {
    if (this.now() - this.lastMs < EVERY_MS) return;
    this.lastMs = this.now();
    const change = this.change(`looking at tags: ${count} of ${this.total}`);
    this.writing = this.writing.then(() => this.context.writeStatus(change)).catch(() => undefined); // The next one, or the outcome, says it.
  }

  private change(message: string): StatusChange {
    const reason = reasons.progressing;
    const standing = readyOf(this.policy) ?? { type: conditionTypes.ready, status: 'Unknown', reason, message };
    return { conditions: [standing, { type: conditionTypes.reconciling, status: 'True', reason, message }] };
  }
}

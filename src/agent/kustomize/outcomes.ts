import { errors } from '../../common/errors';
import { parseDuration } from '../../common/go-duration';
import { reasons } from '../../model/conditions';
import { nameOf } from '../../model/object';
import type { DocumentError } from '../../render/types';
import type { ApplyResult } from '../apply/types';
import { readyOf, unmetMessage } from '../runtime/dependencies';
import type { Outcome, Ref, StatusChange } from '../runtime/types';
import type { SourceRef } from '../source/types';
import { type AppliedState, objectsDigest, stateMetadata } from './applied-state';
import type { Desired } from './builder';
import { withAttempt } from './history';
import { intervalMs, type Kustomization } from './kustomization';

/** Everything of a revision is applied, and as healthy as was asked for. */
export function ready(kustomization: Kustomization, revision: string, change: StatusChange): Outcome {
  return {
    type: 'ready',
    reason: reasons.reconciliationSucceeded,
    message: `Applied revision: ${revision}`,
    change,
    againMs: intervalMs(kustomization),
  };
}

/** Tried again at `spec.retryInterval`; without one with growing pauses, not only at the interval as in Flux. */
export function failed(kustomization: Kustomization, reason: string, error: unknown, change: StatusChange): Outcome {
  return { type: 'failed', reason, error, change, againMs: parseDuration(kustomization.spec.retryInterval) };
}

export function stalled(error: Error): Outcome {
  return { type: 'stalled', reason: 'UnsupportedField', message: error.message };
}

export function waitForSource(source: SourceRef): Outcome {
  return { type: 'waiting', reason: reasons.artifactFailed, message: `Source '${nameOf(source)}' has no artifact yet`, on: [source] };
}

export function waitFor(refs: readonly Ref[]): Outcome {
  return { type: 'waiting', reason: reasons.dependencyNotReady, message: unmetMessage(refs), on: refs };
}

/** The source cannot be read just now: what was applied stays, and so does every word that is said of it. Its content wakes us. */
export function asItWas(kustomization: Kustomization, source: SourceRef): Outcome {
  return readyOf(kustomization) !== undefined ? { type: 'unchanged', againMs: intervalMs(kustomization) } : waitForSource(source);
}

export interface AttemptInput {
  readonly revision: string;
  /** What was built. @default - what was built last */
  readonly desired?: Desired;
  readonly status: string;
  readonly state?: AppliedState;
  /** `performance.now()` at its begin. */
  readonly started: number;
}

/** `status.history` with this visit in it. */
export function historyWith(kustomization: Kustomization, { revision, desired, status, state, started }: AttemptInput) {
  const history = kustomization.status?.history ?? [];
  return withAttempt(history, {
    digest: desired === undefined ? (history[0]?.digest ?? objectsDigest([])) : objectsDigest(desired.objects),
    status,
    metadata: stateMetadata(revision, state),
    durationMs: performance.now() - started,
    at: new Date(),
  });
}

/** Documents that could not be read, by file. */
export function unreadable(kustomization: Kustomization, { errors: found }: Desired): Error {
  return errors.BuildIncomplete({ count: found.length, path: kustomization.spec.path ?? './', problems: found.map(placeAndMessage).join('\n') });
}

/** Objects that were refused, and with them the documents that could not be read. */
export function refused(desired: Desired, { failed: refusals, results }: ApplyResult): Error {
  const problems = [...refusals.map(({ error }) => error.message), ...desired.errors.map(placeAndMessage)];
  return errors.ApplyIncomplete({ count: refusals.length, total: results.length, problems: problems.join('\n') });
}

function placeAndMessage({ file, document, line, message }: DocumentError): string {
  const at = [file, ...(document > 1 ? [`document ${document}`] : []), ...(line === undefined ? [] : [`line ${line}`])];
  return `${at.join(', ')}: ${message}`;
}

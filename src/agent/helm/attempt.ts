import { errors } from '../../common/errors';
import { annotations } from '../../model/labels';
import type { ReconcileContext } from '../runtime/types';
import type { HelmRelease, HelmReleaseStatus } from './helm-release';

/** What a reconcile tries to bring about, as `status.lastAttempted…` tells it. */
export interface Attempted {
  /** Content of the chart, `git:…` or `sha256:…`. */
  readonly chartDigest: string;
  readonly chartVersion: string;
  /** Flux's digest of the values. */
  readonly configDigest: string;
}

/**
 * Whether earlier failures say nothing about this attempt: something it depends on is different, or somebody asked for another
 * try. Flux looks at the chart's version only, and at no plain request; so it can stay at a dead end that is none any more.
 */
export function isNewAttempt(object: HelmRelease, now: Attempted, context: Pick<ReconcileContext, 'causes'>): boolean {
  const before: HelmReleaseStatus = object.status ?? {};
  return (
    before.lastAttemptedGeneration !== object.metadata.generation ||
    before.lastAttemptedRevision !== now.chartVersion ||
    (before.lastAttemptedRevisionDigest ?? '') !== now.chartDigest ||
    before.lastAttemptedConfigDigest !== now.configDigest ||
    isAsked(object, annotations.resetAt, before.lastHandledResetAt) ||
    context.causes.has('requested')
  );
}

/** A release is made though nothing changed: asked for once, by `forceAt` with the token of `requestedAt`. */
export function isForced(object: HelmRelease): boolean {
  return isAsked(object, annotations.forceAt, object.status?.lastHandledForceAt);
}

function isAsked(object: HelmRelease, annotation: string, handled: string | undefined): boolean {
  const token = object.metadata.annotations?.[annotation];
  return token !== undefined && token !== '' && token === object.metadata.annotations?.[annotations.requestedAt] && token !== handled;
}

/** The error of an attempt as Flux words it; the code tells whether anything in the cluster was touched. */
export function attemptError(action: string, release: string, chart: string, cause: unknown, touched: boolean): Error {
  const reason = (cause instanceof Error ? cause.message : String(cause)).trim();
  const make = touched ? errors.ReleaseFailed : errors.ReleaseNotRendered;
  return make({ action, release, chart, reason }, cause);
}
